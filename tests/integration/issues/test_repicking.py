"""A fresh pick keeps what a person decided."""

from datetime import timedelta

import pytest

from newsletter.errors import NotAllowedError
from newsletter.issues.choosing import pin
from newsletter.issues.drafting import draft
from newsletter.issues.editing import drop, retitle, undo
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.repicking import repick
from newsletter.issues.versions import content_of
from tests.support.world import NOW, make_event, make_region, make_story

ADA = {"by": "Ada", "now": NOW + timedelta(hours=1)}
TITLES = ("A quake shakes Oaxaca", "Bakers in Puebla go on strike", "A railway to the coast opens")


@pytest.fixture
def issue(db):
    with db.writing() as session:
        region = make_region(session, minimum_items=1, item_count=3)
        for title in TITLES:
            make_event(session, [make_story(session, title)])
        return draft(session, region, "2026-W20", NOW).id


def test_pinned_words_stay_dropped_events_stay_out_and_news_comes_in(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        kept, dropped = found.items[0].event_id, found.items[1].event_id
        retitle(session, found, 1, "In a person's words", **ADA)
        drop(session, found, 2, **ADA)
        make_event(session, [make_story(session, "A library burns in Campeche", dated_at=NOW + timedelta(minutes=30))])
        repick(session, found, **ADA)
        titles = [item.headline for item in found.items]
        assert titles[0] == "In a person's words"
        assert "A library burns in Campeche" in titles
        assert found.items[0].event_id == kept
        assert dropped not in [item.event_id for item in found.items]
        assert [item.position for item in found.items] == [1, 2, 3]


def test_it_is_undone_as_any_edit(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        pin(session, found, 2, **ADA)
        before = content_of(found)
        make_event(session, [make_story(session, "A library burns in Campeche", dated_at=NOW + timedelta(minutes=30))])
        repick(session, found, **ADA)
        undo(session, found, **ADA)
        assert content_of(found) == before


def test_an_issue_that_is_out_is_not_picked_again(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        found.state = IssueState.OUT
        with pytest.raises(NotAllowedError, match="out"):
            repick(session, found, **ADA)
