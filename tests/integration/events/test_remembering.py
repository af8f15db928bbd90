"""Gathering with a memory: the same as without, and only near stories are read again."""

import gc
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter.db import Database
from newsletter.events import deciding, gathering, remembering
from newsletter.events.gathering import gather
from newsletter.events.models import Difference, Event, EventStory
from newsletter.events.remembering import ALL_LOOKED_AT, LASTS, Memory
from newsletter.stories.models import Story
from tests.support.world import NOW, make_source, make_story

SYLLABLES = [
    "ba",
    "cor",
    "den",
    "fil",
    "gam",
    "hol",
    "jun",
    "kes",
    "lim",
    "mor",
    "nat",
    "pel",
    "ros",
    "tun",
    "vek",
    "zar",
]


def report(session, event: int, number: int, **columns) -> int:
    """A report of an event that has words of its own, invented ones."""
    chance = random.Random(event)  # noqa: S311 - words for a test
    words = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(10)]
    title = " ".join(words[number % 3 : number % 3 + 4])
    return make_story(session, title, summary=f"The {' '.join(words)}. Report {number}.", **columns).id


def places(session) -> dict[int, int]:
    return {place.story_id: place.event_id for place in session.scalars(select(EventStory))}


@pytest.fixture
def week(db: Database) -> Memory:
    """Forty events of two reports each, and what gathering them remembers."""
    memory = Memory()
    with db.writing() as session:
        source = make_source(session)
        for event in range(40):
            for number in range(2):
                report(session, event, number, source=source)
        gather(session, NOW, memory)
    return memory


def test_a_newcomer_joins_what_it_would_have_joined_with_the_whole_week(db: Database, week: Memory):
    with db.writing() as session:
        newcomer = report(session, 7, 2)
        gather(session, NOW, week)
        fellows = {story for story, event in places(session).items() if event == places(session)[newcomer]}
    assert sorted(fellows) == [15, 16, newcomer]  # the fellows were the 15th and 16th to come


def test_a_newcomer_to_nothing_begins_an_event(db: Database, week: Memory):
    with db.writing() as session:
        before = set(places(session).values())
        alone = make_story(session, "Parliament passes pension reform", summary="Deputies voted all night.").id
        gather(session, NOW, week)
        assert places(session)[alone] not in before


def test_the_week_is_not_read_again_for_one_newcomer(db: Database, week: Memory):
    with db.writing() as session:
        report(session, 0, 2)
        documents = week.languages["en"].stories
        before = len(documents)
        gather(session, NOW, week)
        assert len(documents) == before + 1
        assert week.languages["en"].stories is documents  # learned anew, it would be another


def test_of_many_events_those_of_the_most_near_reports_are_looked_at(db: Database, week: Memory, monkeypatch):
    monkeypatch.setattr(gathering, "_MOST_EVENTS", 1)
    with db.writing() as session:
        newcomer = report(session, 7, 2)
        gather(session, NOW, week)
        assert places(session)[newcomer] == places(session)[15]


def test_a_newcomer_is_placed_before_its_facts_are_compared(db: Database, week: Memory):
    with db.writing() as session:
        for number, dead in enumerate(("Seven", "Nine")):
            story = session.get_one(Story, report(session, 50, number))
            story.summary += f" {dead} people were killed."
        gathering.place(session, NOW, week)
        assert session.scalars(select(Difference)).all() == []
        assert week.is_to_compare(NOW)
        gathering.compare(session, NOW, week)
        assert [found.attribute for found in session.scalars(select(Difference))] == ["killed"]
        assert not week.is_to_compare(NOW)


def test_a_large_week_is_taken_out_of_the_collectors_way(db: Database, monkeypatch):
    monkeypatch.setattr(remembering, "_MANY", 2)
    try:
        with db.writing() as session:
            for number in range(2):
                report(session, 0, number)
            gather(session, NOW, Memory())
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_what_another_process_gathered_is_learned(db: Database, week: Memory):
    with db.writing() as session:
        for number in range(2):
            make_story(
                session, "Parliament passes pension reform", summary=f"Deputies voted all night, {number} times."
            )
        gather(session, NOW)  # by somebody else, without this memory
    with db.writing() as session:
        newcomer = make_story(session, "Pension reform passes parliament", summary="Deputies voted all night.").id
        gather(session, NOW, week)
        event = places(session)[newcomer]
        assert len([story for story, place in places(session).items() if place == event]) == 3


def test_where_an_editor_moved_a_report_newcomers_find_it(db: Database, week: Memory):
    with db.writing() as session:
        first = session.scalars(select(EventStory.event_id).order_by(EventStory.id)).first()
        stories = [story for story, event in places(session).items() if event == first]
        decision = deciding.split(session, first, stories[:1], by="Ada", now=NOW)
        deciding.merge(session, first, decision.to_event_id, by="Ada", now=NOW)
        newcomer = report(session, 0, 5)
        gather(session, NOW, week)
        assert places(session)[newcomer] == decision.to_event_id


def test_a_story_that_changed_is_found_by_its_new_words(db: Database, week: Memory):
    with db.writing() as session:
        changed = make_story(session, "Something happened", summary="Nobody knows what.")
        gather(session, NOW, week)
        changed.title, changed.summary = "Parliament passes pension reform", "Deputies voted all night."
        changed.changed_at = NOW + timedelta(minutes=1)
        session.flush()
        newcomer = make_story(session, "Pension reform passes parliament", summary="Deputies voted all night.").id
        gather(session, NOW + timedelta(minutes=2), week)
        assert places(session)[newcomer] == places(session)[changed.id]


@pytest.mark.parametrize("why", ["old", "late newcomer", "many newcomers"])
def test_the_week_is_read_again_where_memory_does_not_serve(db: Database, week: Memory, why: str):
    known = week.languages["en"]
    with db.writing() as session:
        match why:
            case "old":
                report(session, 0, 2)
                gather(session, NOW + LASTS, week)
            case "late newcomer":
                report(session, 0, 2, dated_at=NOW - timedelta(days=3))
                gather(session, NOW, week)
            case _:
                for number in range(20):
                    report(session, 0, number)
                gather(session, NOW, week)
    assert week.languages["en"] is not known


def test_a_memory_that_forgot_reads_the_week_again(db: Database, week: Memory):
    week.forget()
    with db.writing() as session:
        newcomer = report(session, 7, 2)
        gather(session, NOW, week)
        event = places(session)[newcomer]
        assert len([story for story, place in places(session).items() if place == event]) == 3


def test_what_reports_of_a_newcomer_s_event_differ_on_is_found_at_once(db: Database, week: Memory):
    with db.writing() as session:
        crash = make_story(session, "Crash on the coast road near Tunvek", summary="Seven people died near Tunvek.").id
        gather(session, NOW, week)
        make_story(session, "Coast road crash near Tunvek", summary="Nine people died on the coast road near Tunvek.")
        gather(session, NOW, week)
        event = session.get_one(Event, places(session)[crash])
        assert [difference.attribute for difference in event.differences] == ["killed"]


def test_a_story_that_was_overtaken_by_many_is_found_when_all_are_looked_at_again(db: Database, week: Memory):
    with db.writing() as session:
        week.last_story += 5000  # so many were committed before this one, which had its number first
        overtaken = report(session, 7, 2)
        gather(session, NOW, week)
        assert overtaken not in places(session)
        gather(session, NOW + ALL_LOOKED_AT, week)
        assert overtaken in places(session)


def test_a_memory_that_must_forget_looks_at_everything(db: Database, week: Memory):
    week.last_story += 5000
    week.forget()
    with db.writing() as session:
        newcomer = report(session, 7, 2)
        gather(session, NOW, week)
        assert newcomer in places(session)
