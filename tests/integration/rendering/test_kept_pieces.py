"""Pieces are rendered once and kept, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newsletter.config import Settings
from newsletter.db import Database
from newsletter.issues.content import content_hash
from newsletter.issues.models import Issue, IssueState
from newsletter.rendering import service
from newsletter.rendering.models import RenderedIssue
from newsletter.rendering.service import Rendering
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
    found = service._kept
    answers = iter([None])  # the second worker looked before the first had committed
    monkeypatch.setattr(service, "_kept", lambda *asked: next(answers, found(*asked)))
    with db.writing() as session:
        issue = session.get_one(Issue, issue_id)
        assert rendering(site_name="Other").pieces(session, issue, "en", LATER) == first
        assert session.scalars(select(RenderedIssue)).one().rendered_at == NOW
