"""Pieces are rendered once and kept, on both databases."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from newsletter.config import Settings
from newsletter.db import Database
from newsletter.issues.content import content_hash
from newsletter.issues.models import Issue, IssueState
from newsletter.rendering.models import RenderedIssue
from newsletter.rendering.service import Rendering
from newsletter.rendering.shelf import MOST, Shelf
from tests.support.world import NOW, make_issue, make_region
from tests.unit.rendering.samples import OPINIONS

LATER = NOW + timedelta(hours=1)


def rendering(**settings: str) -> Rendering:
    return Rendering(Settings(site_url="https://weekly.example", **settings), OPINIONS)


def make_draft(db: Database, state: IssueState = IssueState.DRAFT) -> int:
    with db.writing() as session:
        return make_issue(session, make_region(session), items=3, state=state).id


def test_an_issue_is_rendered_once(db: Database) -> None:
    issue_id, ours = make_draft(db), rendering()
    with db.writing() as session:
        first = ours.pieces(session, session.get_one(Issue, issue_id), "en", NOW)
    with db.writing() as session:
        second = ours.pieces(session, session.get_one(Issue, issue_id), "en-GB", LATER)
        row = session.scalars(select(RenderedIssue)).one()
    assert first == second
    assert row.rendered_at == NOW
    assert row.language == "en"


def test_an_edit_or_another_language_makes_pieces_of_its_own(db: Database) -> None:
    issue_id, ours = make_draft(db), rendering()
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        ours.pieces(session, issue, "en", NOW)
        ours.pieces(session, issue, "es", NOW)
        issue.items[0].headline = "Another headline"
        issue.content_hash = content_hash(issue)
        letter = ours.letter(session, [issue], "en", LATER)
        assert session.scalar(select(func.count()).select_from(RenderedIssue)) == 3
    assert letter.subject == "Another headline"


def test_a_draft_shows_new_settings_at_once(db: Database) -> None:
    issue_id = make_draft(db)
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        rendering(postal_address="1 Old Street").letter(session, [issue], "en", NOW)
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        letter = rendering(postal_address="2 New Street").letter(session, [issue], "en", LATER)
        assert session.scalars(select(RenderedIssue)).one().rendered_at == LATER
    assert "2 New Street" in letter.html
    assert "1 Old Street" not in letter.html + letter.text


def test_what_was_approved_is_what_is_sent(db: Database) -> None:
    issue_id = make_draft(db, IssueState.APPROVED)
    with db.writing() as session:
        approved = rendering().letter(session, [session.get_one(Issue, issue_id)], "en", NOW)
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        issue.state = IssueState.OUT
        sent = rendering(site_name="New Name").letter(session, [issue], "en", LATER)
    assert sent == approved


def test_of_two_workers_that_render_at_once_the_first_ones_pieces_count(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_id, ours = make_draft(db), rendering()
    with db.writing() as session:
        first = ours.pieces(session, session.get_one(Issue, issue_id), "en", NOW)
    find = Shelf.find
    looks = count()  # the second worker looked before the first had committed
    monkeypatch.setattr(Shelf, "find", lambda *asked: find(*asked) if next(looks) else {})
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        assert rendering(site_name="Other").pieces(session, issue, "en", LATER) == first
        assert session.scalars(select(RenderedIssue)).one().rendered_at == NOW


def test_pieces_of_an_issue_that_letters_are_being_made_of_are_read_once(db: Database) -> None:
    issue_id, ours = make_draft(db, IssueState.APPROVED), rendering()
    with db.writing() as session:
        ours.pieces(session, session.get_one(Issue, issue_id), "en", NOW)
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        assert ours.pieces(session, issue, "en", LATER) is ours.pieces(session, issue, "en", LATER)


def test_what_is_rendered_anew_in_the_same_moment_takes_the_place_of_what_was_read(db: Database) -> None:
    """A rehearsal's clock stands still between two steps."""
    issue_id, ours = make_draft(db), rendering()
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        ours.pieces(session, issue, "en", NOW)
        before = ours.pieces(session, issue, "en", NOW)
        make_region(session, "ES", schedule=issue.region.schedule)
        after = ours.pieces(session, issue, "en", NOW)
        issue.state = IssueState.APPROVED
        assert ours.pieces(session, issue, "en", NOW) == after
    assert len(after.offered) == len(before.offered) + 1


def test_pieces_of_so_many_issues_stay_at_hand_and_no_more(db: Database) -> None:
    ours = rendering()
    with db.writing() as session:
        region = make_region(session)
        weeks = [f"2026-W{week:02}" for week in range(1, MOST + 2)]
        issues = [make_issue(session, region, week, state=IssueState.OUT) for week in weeks]
        for issue in issues:
            ours.pieces(session, issue, "en", NOW)
        read = [ours.pieces(session, issue, "en", LATER) for issue in issues]
        assert ours.pieces(session, issues[-1], "en", LATER) is read[-1]
        again = ours.pieces(session, issues[0], "en", LATER)
    assert again == read[0]
    assert again is not read[0]


def test_pieces_in_the_shape_of_an_earlier_version_are_rendered_anew(db: Database) -> None:
    issue_id, ours = make_draft(db, IssueState.APPROVED), rendering()
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        first = ours.pieces(session, issue, "en", NOW)
        row = session.scalars(select(RenderedIssue)).one()
        row.pieces, row.rendered_at = {"top": "of old"}, LATER
        session.flush()
        assert rendering().pieces(session, issue, "en", LATER) == first
