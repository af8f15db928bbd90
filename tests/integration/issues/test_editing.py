from datetime import timedelta

import pytest

from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.issues.approving import is_approved
from newsletter.issues.content import content_hash
from newsletter.issues.editing import drop, move_item, reorder, retitle, rewrite, set_intro, set_preheader, set_subject
from newsletter.issues.finding import history
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Approval
from tests.support.world import NOW, make_issue, make_region

LATER = NOW + timedelta(hours=1)
EDITS = {
    "retitle": lambda *at, **who: retitle(*at, 1, "Another headline", **who),
    "rewrite": lambda *at, **who: rewrite(*at, 2, "Said in other words.", **who),
    "drop": lambda *at, **who: drop(*at, 3, **who),
    "move": lambda *at, **who: move_item(*at, 3, 1, **who),
    "reorder": lambda *at, **who: reorder(*at, [2, 3, 1], **who),
    "subject": lambda *at, **who: set_subject(*at, "After the quake", **who),
    "preheader": lambda *at, **who: set_preheader(*at, "Also: the strike is over", **who),
    "intro": lambda *at, **who: set_intro(*at, "A week of aftershocks.", **who),
}


def headlines(issue):
    return [item.headline for item in issue.items]


@pytest.fixture(params=EDITS.values(), ids=EDITS.keys())
def edit(request):
    return request.param


def test_an_edit_voids_the_approval_and_is_logged(db: Database, edit):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        approved = issue.content_hash
        edit(session, issue, by="Grace", now=LATER)
    with db.reading() as session:
        found = session.get_one(Issue, issue.id)
        assert (found.state, found.approved_hash, found.approved_by) == (IssueState.DRAFT, None, None)
        assert found.content_hash == content_hash(found) != approved
        assert found.edited_at == LATER
        edited, void = history(session, found)
        assert (edited.action, edited.actor) == ("issue edited", "Grace")
        assert edited.details["before"] != edited.details["after"]
        assert (void.action, void.details["approved"]) == ("approval void", approved)


def test_an_edit_of_a_held_issue_voids_its_approval_too(db: Database, edit):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        issue.state = IssueState.HELD
        edit(session, issue, by="Grace", now=LATER)
        assert (issue.state, issue.approved_hash) == (IssueState.HELD, None)


@pytest.mark.parametrize("state", [IssueState.OUT, IssueState.SKIPPED])
def test_what_is_out_or_skipped_is_not_edited(db: Database, edit, state):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=state)
        before = content_hash(issue)
        with pytest.raises(NotAllowedError, match=f"is {state.value} and can't be edited"):
            edit(session, issue, by="Grace", now=LATER)
        assert content_hash(issue) == before


def test_where_issues_approve_themselves_the_changed_content_is_approved_at_once(db: Database, edit):
    with db.writing() as session:
        region = make_region(session, approval=Approval.AUTOMATIC)
        issue = make_issue(session, region, state=IssueState.APPROVED)
        edit(session, issue, by="Grace", now=LATER)
        assert (issue.state, issue.approved_by) == (IssueState.APPROVED, "automatic")
        assert is_approved(issue)


def test_saying_again_what_stands_there_changes_nothing(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        retitle(session, issue, 1, f"  {issue.items[0].headline} ", by="Grace", now=LATER)
        reorder(session, issue, [1, 2, 3], by="Grace", now=LATER)
        set_subject(session, issue, " ", by="Grace", now=LATER)
        assert (issue.state, issue.edited_at, history(session, issue)) == (IssueState.APPROVED, None, [])


@pytest.mark.parametrize(
    ("position", "to", "order"),
    [(3, 1, [3, 1, 2, 4]), (1, 4, [2, 3, 4, 1]), (2, 3, [1, 3, 2, 4])],
)
def test_a_moved_item_stands_at_its_new_position_and_the_others_close_up(db: Database, position, to, order):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), items=4)
        before = headlines(issue)
        move_item(session, issue, position, to, by="Grace", now=LATER)
    with db.reading() as session:
        found = session.get_one(Issue, issue.id)
        assert headlines(found) == [before[number - 1] for number in order]
        assert [item.position for item in found.items] == [1, 2, 3, 4]


def test_after_a_drop_the_others_close_up(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        before = headlines(issue)
        drop(session, issue, 2, by="Grace", now=LATER)
    with db.reading() as session:
        found = session.get_one(Issue, issue.id)
        assert [(item.position, item.headline) for item in found.items] == [(1, before[0]), (2, before[2])]


def test_the_last_item_is_not_dropped(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), items=1)
        with pytest.raises(NotAllowedError, match="issues skip MX/2026-W20"):
            drop(session, issue, 1, by="Grace", now=LATER)


@pytest.mark.parametrize("order", [[1, 2], [1, 2, 2], [1, 2, 3, 4], [0, 1, 2], []])
def test_an_order_that_loses_or_repeats_an_item_is_refused(db: Database, order):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        with pytest.raises(InvalidInputError, match="each position from 1 to 3 once"):
            reorder(session, issue, order, by="Grace", now=LATER)


@pytest.mark.parametrize("position", [0, 4, -1])
def test_a_position_that_is_none_is_refused(db: Database, position):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        with pytest.raises(NotFoundError, match=r"1 to 3"):
            retitle(session, issue, position, "Another", by="Grace", now=LATER)
        with pytest.raises(NotFoundError, match=r"1 to 3"):
            move_item(session, issue, position, 1, by="Grace", now=LATER)


def test_line_breaks_never_reach_a_subject(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        set_subject(session, issue, "News\r\nBcc: everyone@readers.example\u2028\x00", by="Grace", now=LATER)
        assert issue.subject == "News Bcc: everyone@readers.example"
