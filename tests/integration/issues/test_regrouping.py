"""A person's word on events reaches the issues that carry them: each item goes with its lead story."""

from datetime import timedelta

import pytest

from newsletter.events.models import EventStory
from newsletter.issues.approving import approve
from newsletter.issues.drafting import draft, reconsider
from newsletter.issues.editing import retitle, undo
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.regrouping import merge, move, open_issues_with, split
from newsletter.issues.repicking import repick
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story

ADA = {"by": "Ada", "now": NOW + timedelta(hours=1)}
QUAKE, TREMOR, STRIKE = (
    "A quake shakes Oaxaca",
    "Tremor cracks walls on the coast",
    "Bakers in Puebla go on strike",
)


@pytest.fixture
def issue(db) -> int:
    """A draft of two events; the first is told by the Gazette and by the Herald."""
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        told = [
            make_story(session, title, source=make_source(session, name, weight=weight), summary=summary)
            for name, weight, title, summary in (
                ("The Gazette", 1.5, QUAKE, "Schools are closed until Monday, the governor says."),
                ("The Herald", 1.0, TREMOR, "Fishermen spent the night outside."),
            )
        ]
        make_event(session, told)
        make_event(session, [make_story(session, STRIKE, summary="There is no bread until Thursday.")])
        return draft(session, region, "2026-W20", NOW).id


def items(session, issue):
    return {item.story_title: item for item in session.get_one(Issue, issue).items}


def other_report(session, issue):
    """Of the quake's event: the report that does not lead."""
    found = session.get_one(Issue, issue)
    event_id = items(session, issue)[QUAKE].event_id
    chosen = next(one for one in reconsider(session, found).chosen if one.candidate.event_id == event_id)
    return next(story.story_id for story in chosen.candidate.stories if story.title == TREMOR)


def test_a_report_that_is_split_off_is_no_more_named_beside_the_lead(db, issue):
    with db.writing() as session:
        quake = items(session, issue)[QUAKE]
        assert [report["source"] for report in quake.also] == ["The Herald"]
        retitle(session, session.get_one(Issue, issue), quake.position, "The earth shook", **ADA)
        before = quake.score
        split(session, quake.event_id, [other_report(session, issue)], **ADA)
    with db.reading() as session:
        quake = items(session, issue)[QUAKE]
        assert (quake.also, quake.headline, quake.pinned) == ([], "The earth shook", True)
        assert quake.score < before  # one source tells it now


def test_an_item_goes_with_its_lead_story_into_the_new_event(db, issue):
    with db.writing() as session:
        quake = items(session, issue)[QUAKE]
        old = quake.event_id
        decision = split(session, old, [quake.story_id], **ADA)
        new = decision.to_event_id
        events = {title: item.event_id for title, item in items(session, issue).items()}
        assert events[QUAKE] == new
        # What was left behind is not lost: a fresh pick carries it.
        repick(session, session.get_one(Issue, issue), **ADA)
        assert {TREMOR: old, QUAKE: new}.items() <= {
            title: item.event_id for title, item in items(session, issue).items()
        }.items()


def test_of_two_items_that_tell_one_event_the_first_stays(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        first, second = found.items
        merge(session, second.event_id, first.event_id, **ADA)
        assert [item.story_id for item in found.items] == [first.story_id]
        assert first.position == 1
        assert len(first.also) >= 1


def test_a_report_that_is_moved_in_is_named_beside_the_lead(db, issue):
    with db.writing() as session:
        strike = items(session, issue)[STRIKE]
        move(session, other_report(session, issue), strike.event_id, **ADA)
        assert [report["source"] for report in items(session, issue)[STRIKE].also] == ["The Herald"]
        assert items(session, issue)[QUAKE].also == []


def test_an_approval_of_what_readers_would_have_seen_is_void(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        approve(session, found, **ADA)
        quake = items(session, issue)[QUAKE]
        split(session, quake.event_id, [other_report(session, issue)], **ADA)
        assert found.state is IssueState.DRAFT
        assert not found.approved_by


def test_what_an_editor_has_looked_at_stays_looked_at(db):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        reports = [
            make_story(session, title, summary=summary, source=make_source(session, name))
            for name, title, summary in (
                (
                    "The Gazette",
                    "Bus overturns near Puebla",
                    "A bus overturned near Puebla, and 12 people were injured.",
                ),
                ("The Herald", "Bus crash near Puebla", "A bus overturned near Puebla, and 19 people were injured."),
                ("The Courier", "A fair opens in Puebla", "The fair has three hundred stands."),
            )
        ]
        event = make_event(session, reports)
        split(session, event.id, [make_more(session, event)], **ADA)  # finds the facts
        found = draft(session, region, "2026-W20", NOW)
        item = next(item for item in found.items if item.event_id == event.id)
        assert item.differences, "the two reports of the bus differ"
        item.differences = [one | {"acknowledged_by": "Ada"} for one in item.differences]
        split(session, event.id, [reports[2].id], **ADA)
        [item] = [item for item in found.items if item.event_id == event.id]
        assert [one["acknowledged_by"] for one in item.differences] == ["Ada"] * len(item.differences)
        assert item.differences


def make_more(session, event) -> int:
    """One more report in the event; its number."""
    story = make_story(session, "A concert in Puebla")
    session.add(EventStory(event_id=event.id, story_id=story.id))
    session.flush()
    return story.id


def test_an_undo_brings_back_no_event_that_is_no_more(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        first, second = found.items
        gone = second.event_id
        into = first.event_id
        retitle(session, found, 1, "Another headline", **ADA)
        merge(session, gone, into, **ADA)
        undo(session, found, **ADA)
        undo(session, found, **ADA)
        assert [item.event_id for item in found.items] == [into]


def test_an_issue_that_is_out_stays_as_readers_have_it(db):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        told = [make_story(session, QUAKE, dated_at=NOW - timedelta(days=9)), make_story(session, TREMOR)]
        event = make_event(session, told)
        sent = make_issue(session, region, items=[event], state=IssueState.OUT)
        carried = [(item.event_id, item.headline) for item in sent.items]
        split(session, event.id, [told[1].id], **ADA)
        assert open_issues_with(session, [event.id]) == []
        assert [(item.event_id, item.headline) for item in sent.items] == carried
