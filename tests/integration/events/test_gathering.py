"""Putting stories into events, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from newsletter.db import Database
from newsletter.events.gathering import Gathered, gather
from newsletter.events.models import Event, EventStory
from tests.support.world import NOW, make_source, make_story

BLAST = [
    (
        "Gas tanker explodes on motorway near Harbourton",
        "A gas tanker exploded on the motorway, and 12 people were hurt.",
    ),
    ("Twelve hurt as tanker blows up near Harbourton", "The gas tanker exploded on the coastal motorway at dawn."),
    (
        "Harbourton tanker blast: motorway closed",
        "The motorway stays closed after the gas tanker exploded near Harbourton.",
    ),
]
MUSEUM = ("Museum reopens with lost paintings", "Visitors queued to see the canvases that had been missing.")


def story(session, text: tuple[str, str], *, days_ago: float = 1, language: str = "en") -> int:
    title, summary = text
    made = make_story(session, title, summary=summary, language=language, dated_at=NOW - timedelta(days=days_ago))
    return made.id


def events(db: Database) -> dict[int, list[int]]:
    """Event to its stories."""
    found: dict[int, list[int]] = {}
    with db.reading() as session:
        for row in session.scalars(select(EventStory).order_by(EventStory.story_id)):
            found.setdefault(row.event_id, []).append(row.story_id)
    return found


def test_every_story_comes_into_one_event_and_running_again_changes_nothing(db):
    with db.writing() as session:
        first, second, other = story(session, BLAST[0]), story(session, BLAST[1]), story(session, MUSEUM)
        assert gather(session, NOW) == Gathered(events=2, joined=1)
    before = events(db)
    assert sorted(before.values()) == [[first, second], [other]]
    with db.writing() as session:
        assert gather(session, NOW) == Gathered(events=0, joined=0)
    assert events(db) == before


def test_a_later_story_joins_the_event_of_the_days_before_and_moves_its_end(db):
    with db.writing() as session:
        story(session, BLAST[0], days_ago=5)
        gather(session, NOW)
    with db.writing() as session:
        story(session, BLAST[1], days_ago=1)
        assert gather(session, NOW) == Gathered(events=0, joined=1)
    with db.reading() as session:
        (event,) = session.scalars(select(Event))
        assert (event.first_at, event.last_at) == (NOW - timedelta(days=5), NOW - timedelta(days=1))


def test_a_story_that_comes_in_late_moves_the_events_beginning(db):
    with db.writing() as session:
        story(session, BLAST[0], days_ago=1)
        gather(session, NOW)
    with db.writing() as session:
        story(session, BLAST[1], days_ago=3)
        gather(session, NOW)
    with db.reading() as session:
        (event,) = session.scalars(select(Event))
        assert (event.first_at, event.last_at) == (NOW - timedelta(days=3), NOW - timedelta(days=1))


def test_an_event_goes_on_as_long_as_its_last_week_has_reports(db):
    with db.writing() as session:
        story(session, BLAST[0], days_ago=15)
        gather(session, NOW)
    for text, days_ago in ((BLAST[1], 9), (BLAST[2], 3)):
        with db.writing() as session:
            story(session, text, days_ago=days_ago)
            assert gather(session, NOW) == Gathered(events=0, joined=1)


def test_the_same_news_after_a_quiet_week_is_another_event(db):
    with db.writing() as session:
        story(session, BLAST[0], days_ago=20)
        story(session, BLAST[0], days_ago=1)
        assert gather(session, NOW) == Gathered(events=2, joined=0)


def test_an_event_is_of_one_language_and_countries_share_it(db):
    with db.writing() as session:
        story(session, BLAST[0], language="en")
        story(session, BLAST[0], language="en-GB")
        story(session, BLAST[0], language="de")
        assert gather(session, NOW) == Gathered(events=2, joined=1)
    with db.reading() as session:
        assert sorted(session.scalars(select(Event.language))) == ["de", "en"]


def test_why_a_story_joined_is_kept(db):
    with db.writing() as session:
        story(session, BLAST[0], days_ago=2)
        story(session, BLAST[1], days_ago=1)
        gather(session, NOW)
    with db.reading() as session:
        first, second = session.scalars(select(EventStory).order_by(EventStory.story_id))
    assert (first.similarity, first.shared_terms) == (None, [])
    assert 0.15 <= second.similarity <= 1
    assert "Harbourton" in {written for written, *_ in second.shared_terms}


def test_a_story_whose_text_changes_stays_in_its_event(db):
    with db.writing() as session:
        made = make_story(session, MUSEUM[0], summary=MUSEUM[1])
        story(session, BLAST[0])
        gather(session, NOW)
        made.title, made.summary = BLAST[1]
    before = events(db)
    with db.writing() as session:
        gather(session, NOW)
    assert events(db) == before


def test_what_is_not_committed_leaves_nothing(db):
    with db.reading() as session:  # whatever it changes is thrown away
        story(session, BLAST[0])
        gather(session, NOW)
    assert events(db) == {}


def test_gathering_side_by_side_puts_no_story_into_two_events(db: Database):
    with db.writing() as session:
        source = make_source(session)
        for number in range(20):
            make_story(session, f"{BLAST[number % 3][0]}", summary=BLAST[number % 3][1], source=source)
            make_story(session, f"Council of ward {number} plants {number} trees", source=source)
    ready = threading.Barrier(4)
    done: list[Gathered] = []

    def run() -> None:
        ready.wait(timeout=10)
        with db.writing() as session:
            done.append(gather(session, NOW))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(EventStory)) == 40
        assert session.scalar(select(func.count()).select_from(Event)) == sum(gathered.events for gathered in done)
    assert sum(gathered.events + gathered.joined for gathered in done) == 40
    assert len(done) == 4


def test_the_database_itself_refuses_a_story_in_two_events(db):
    with db.writing() as session:
        made = story(session, BLAST[0])
        gather(session, NOW)
    with db.writing() as session:
        other = Event(language="en", first_at=NOW, last_at=NOW)
        other.stories.append(EventStory(story_id=made, shared_terms=[]))
        session.add(other)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
