"""What an editor decides about the choice itself."""

from datetime import timedelta

import pytest

from newsletter.errors import NotFoundError
from newsletter.issues.choosing import lead_with, pin, reports_of, take_in
from newsletter.issues.drafting import draft
from newsletter.issues.editing import drop, retitle
from newsletter.issues.models import Issue, IssueState
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story

ADA = {"by": "Ada", "now": NOW + timedelta(hours=1)}


@pytest.fixture
def issue(db):
    """A draft with room for two of three events; the first is told by two sources."""
    with db.writing() as session:
        region = make_region(session, minimum_items=1, item_count=2)
        told_twice = [
            make_story(session, title, source=make_source(session, name, weight=weight), summary=summary)
            for name, weight, title, summary in (
                ("The Gazette", 1.5, "A quake shakes Oaxaca", "Schools are closed until Monday, the governor says."),
                ("The Herald", 1.0, "Tremor cracks walls on the coast", "Fishermen spent the night outside."),
            )
        ]
        make_event(session, told_twice)
        make_event(session, [make_story(session, "Bakers in Puebla go on strike")])
        make_event(session, [make_story(session, "A railway to the coast opens", dated_at=NOW - timedelta(days=6))])
        return draft(session, region, "2026-W20", NOW).id


def missed_event(session, issue):
    return 6 - sum(item.event_id for item in issue.items)


def test_an_event_that_missed_is_taken_in_last_and_kept(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        missed = missed_event(session, found)
        take_in(session, found, missed, **ADA)
    with db.reading() as session:
        items = session.get_one(Issue, issue).items
        assert [(item.position, item.pinned) for item in items] == [(1, False), (2, False), (3, True)]
        assert items[-1].event_id == missed
        assert items[-1].parts


@pytest.mark.parametrize("event", ["carried", "unknown"])
def test_only_what_missed_can_be_taken_in(db, issue, event):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        number = found.items[0].event_id if event == "carried" else 999
        with pytest.raises(NotFoundError, match="not among"):
            take_in(session, found, number, **ADA)


def test_what_was_dropped_can_be_taken_in_again(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        event = found.items[0].event_id
        drop(session, found, 1, **ADA)
        assert found.dropped == [event]
        take_in(session, found, event, **ADA)
        assert found.dropped == []
        assert found.items[-1].event_id == event


def test_another_report_may_lead_and_the_first_is_then_named_beside_it(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        item = next(item for item in found.items if item.source == "The Gazette")
        other = next(story for story in reports_of(session, found, item) if story.source_name == "The Herald")
        lead_with(session, found, item.position, other.story_id, **ADA)
        assert (item.source, item.headline, item.url) == ("The Herald", other.title, other.url)
        assert [report["source"] for report in item.also] == ["The Gazette"]
        assert item.pinned
        with pytest.raises(NotFoundError, match="does not tell"):
            lead_with(session, found, item.position, 999, **ADA)


def test_a_pin_is_nothing_that_readers_see_so_an_approval_stays(db):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        pin(session, issue, 2, **ADA)
        assert (issue.state, issue.items[1].pinned) == (IssueState.APPROVED, True)
        pin(session, issue, 2, pinned=False, **ADA)
        assert not issue.items[1].pinned


def test_what_a_person_wrote_is_pinned(db):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        retitle(session, issue, 1, "After the quake", **ADA)
        assert [item.pinned for item in issue.items] == [True, False, False]
