"""Undo and redo: each edit keeps a version, and stepping through them gives back exactly what stood there."""

from datetime import timedelta

import pytest

from newsletter.errors import NotAllowedError
from newsletter.issues.drafting import draft, redraft
from newsletter.issues.editing import drop, move_item, redo, retitle, set_intro, set_subject, undo
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.versions import content_of, steps
from tests.support.world import NOW, make_event, make_issue, make_region

LATER = NOW + timedelta(hours=1)
ADA = {"by": "Ada", "now": LATER}


@pytest.fixture
def issue(db):
    with db.writing() as session:
        return make_issue(session, make_region(session), items=3).id


def change(db, issue, *edits):
    """Makes the edits one transaction each, as the desk does; the content after each of them."""
    contents = []
    for edit in edits:
        with db.writing() as session:
            contents.append(content_of(edit(session, session.get_one(Issue, issue))))
    return contents


EDITS = (
    lambda session, issue: retitle(session, issue, 1, "After the quake", **ADA),
    lambda session, issue: drop(session, issue, 2, **ADA),
    lambda session, issue: move_item(session, issue, 2, 1, **ADA),
    lambda session, issue: set_subject(session, issue, "A week of aftershocks", **ADA),
    lambda session, issue: set_intro(session, issue, "And of neighbours.", **ADA),
)


def test_every_edit_is_undone_and_done_again_in_order(db, issue):
    (drafted,) = change(db, issue, lambda session, issue: issue)
    contents = [drafted, *change(db, issue, *EDITS)]
    back = change(db, issue, *[lambda session, issue: undo(session, issue, **ADA)] * len(EDITS))
    assert back == contents[-2::-1]
    forth = change(db, issue, *[lambda session, issue: redo(session, issue, **ADA)] * len(EDITS))
    assert forth == contents[1:]


def test_what_could_be_undone_and_redone_is_named(db, issue):
    def named():
        with db.reading() as session:
            return steps(session, session.get_one(Issue, issue))

    assert named() == (None, None)
    change(db, issue, *EDITS[:2])
    assert named() == ("items", None)
    change(db, issue, lambda session, issue: undo(session, issue, **ADA))
    assert named() == ("headline of item 1", "items")
    change(db, issue, lambda session, issue: undo(session, issue, **ADA))
    assert named() == (None, "headline of item 1")


def test_an_edit_after_an_undo_leaves_nothing_to_redo(db, issue):
    change(db, issue, *EDITS[:2], lambda session, issue: undo(session, issue, **ADA), EDITS[3])
    with pytest.raises(NotAllowedError, match="nothing"):
        change(db, issue, lambda session, issue: redo(session, issue, **ADA))


def test_with_nothing_to_undo_it_is_said(db, issue):
    with pytest.raises(NotAllowedError, match="nothing"):
        change(db, issue, lambda session, issue: undo(session, issue, **ADA))


def test_undoing_voids_an_approval_of_what_it_takes_back(db, issue):
    change(db, issue, EDITS[0])
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        found.state, found.approved_hash, found.approved_by = IssueState.APPROVED, found.content_hash, "Grace"
        undo(session, found, **ADA)
        assert (found.state, found.approved_hash) == (IssueState.DRAFT, None)


def test_a_new_draft_has_nothing_to_go_back_to(db):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        make_event(session)
        found = draft(session, region, "2026-W20", NOW)
        retitle(session, found, 1, "Another", **ADA)
        found.edited_at = None  # as if a person had said that it may go
        redraft(session, found, LATER)
        assert steps(session, found) == (None, None)
