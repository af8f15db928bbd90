"""What editors decide about events holds: in every later gathering, and for what issues have carried."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter.db import Database
from newsletter.editors.models import LogEntry
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.events import deciding
from newsletter.events.counterparts import counterparts
from newsletter.events.doubting import open_doubts
from newsletter.events.explaining import explain_event, why_doubted
from newsletter.events.gathering import gather
from newsletter.events.models import Decision, DecisionKind, Doubt, Event, EventStory
from newsletter.issues.considering import candidates, window_of
from newsletter.issues.models import IssueState
from tests.support.world import NOW, make_event, make_issue, make_region, make_story

DAY = timedelta(days=1)
BLAST = (
    ("Gas tanker explodes on motorway near Harbourton", "A gas tanker exploded on the motorway, and 12 were hurt."),
    ("Twelve hurt as tanker blows up near Harbourton", "The gas tanker exploded on the coastal motorway at dawn."),
    ("Harbourton tanker blast: motorway closed", "The motorway stays closed after the gas tanker exploded."),
    ("Harbourton motorway opens after tanker blast", "Cars drive again where the gas tanker exploded near Harbourton."),
)


def story(session, text: tuple[str, str], **columns) -> int:
    title, summary = text
    return make_story(session, title, summary=summary, **columns).id


def places(session) -> dict[int, int]:
    return {place.story_id: place.event_id for place in session.scalars(select(EventStory))}


def test_a_split_gives_reports_an_event_of_their_own_and_later_gathering_leaves_them_there(db: Database):
    with db.writing() as session:
        first, second, third = (story(session, text) for text in BLAST[:3])
        gather(session, NOW)
        (event_id,) = set(places(session).values())
        decision = deciding.split(session, event_id, [third], by="Ada", now=NOW)
        new = decision.to_event_id
        assert (decision.kind, decision.stories, decision.others) == (DecisionKind.SPLIT, [third], [first, second])
        assert places(session) == {first: event_id, second: event_id, third: new}
    with db.writing() as session:
        fourth = story(session, BLAST[3])
        gather(session, NOW + DAY)
        now = places(session)
    assert (now[first], now[second], now[third]) == (event_id, event_id, new)
    assert now[fourth] in (event_id, new)


def test_a_merge_leaves_the_empty_event_to_the_issues_that_carried_it(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        carried = make_event(session, [make_story(session, dated_at=NOW - 9 * DAY)])
        other = make_event(session, [make_story(session)])
        make_issue(session, region, "2026-W19", items=[carried], state=IssueState.OUT, until=NOW - 7 * DAY)
        deciding.merge(session, carried.id, other.id, by="Ada", now=NOW)
        assert set(places(session).values()) == {other.id}
        assert session.get_one(Event, carried.id).merged_into_id == other.id
        (candidate,) = candidates(session, region, window_of(session, region, NOW))
        assert (candidate.event_id, candidate.told_in) == (other.id, "2026-W19")


def test_what_was_merged_into_an_event_follows_it(db: Database):
    with db.writing() as session:
        first, second, third = (make_event(session) for _ in range(3))
        deciding.merge(session, first.id, second.id, by="Ada", now=NOW)
        deciding.merge(session, second.id, third.id, by="Ada", now=NOW)
        assert session.get_one(Event, first.id).merged_into_id == third.id
        assert len(session.scalars(select(EventStory).where(EventStory.event_id == third.id)).all()) == 3


def test_a_moved_report_stays_where_it_was_put(db: Database):
    with db.writing() as session:
        stories = [story(session, text) for text in BLAST[:2]]
        gather(session, NOW)
        other = make_event(session, [make_story(session, "Museum reopens", summary="Visitors queued.")])
        deciding.move(session, stories[1], other.id, by="Ada", now=NOW)
    with db.writing() as session:
        story(session, BLAST[2])
        gather(session, NOW + DAY)
        assert places(session)[stories[1]] == other.id
        [moved] = [join for join in explain_event(session, other.id) if join.story_id == stories[1]]
        assert moved.decision is not None
        assert (moved.decision.by, moved.similarity, moved.above_cut) == ("Ada", None, None)


def test_an_event_that_loses_its_last_report_is_merged_thereby(db: Database):
    with db.writing() as session:
        event, other = make_event(session), make_event(session)
        deciding.move(session, event.stories[0].story_id, other.id, by="Ada", now=NOW)
        assert session.get_one(Event, event.id).merged_into_id == other.id


def test_events_know_their_dates_after_each_decision(db: Database):
    with db.writing() as session:
        old, new = (make_story(session, dated_at=NOW - days * DAY) for days in (5, 1))
        event = make_event(session, [old, new])
        decision = deciding.split(session, event.id, [new.id], by="Ada", now=NOW)
        apart = session.get_one(Event, decision.to_event_id)
        assert (event.first_at, event.last_at) == (NOW - 5 * DAY, NOW - 5 * DAY)
        assert (apart.first_at, apart.last_at) == (NOW - DAY, NOW - DAY)
        deciding.merge(session, apart.id, event.id, by="Ada", now=NOW)
        assert (event.first_at, event.last_at) == (NOW - 5 * DAY, NOW - DAY)


def test_every_decision_is_in_the_log_with_who_made_it(db: Database):
    with db.writing() as session:
        event, other = make_event(session), make_event(session)
        deciding.keep_apart(session, event.id, other.id, by="Ada", now=NOW)
        deciding.merge(session, event.id, other.id, by="Ben", now=NOW)
        entries = session.execute(select(LogEntry.actor, LogEntry.action, LogEntry.subject).order_by(LogEntry.id)).all()
        assert [tuple(entry) for entry in entries] == [
            ("Ada", "event apart", f"event {event.id}"),
            ("Ben", "event merge", f"event {event.id}"),
        ]
        assert len(session.scalars(select(Decision)).all()) == 2


REFUSED = [
    ("an event that is not there", lambda one, other, s: deciding.split(s, 999, [1], by="A", now=NOW), NotFoundError),
    (
        "a report of another event",
        lambda one, other, s: deciding.split(s, one.id, [10**6], by="A", now=NOW),
        NotFoundError,
    ),
    ("no reports", lambda one, other, s: deciding.split(s, one.id, [], by="A", now=NOW), InvalidInputError),
    (
        "all reports",
        lambda one, other, s: deciding.split(s, one.id, [one.stories[0].story_id], by="A", now=NOW),
        InvalidInputError,
    ),
    ("into itself", lambda one, other, s: deciding.merge(s, one.id, one.id, by="A", now=NOW), InvalidInputError),
    ("two languages", lambda one, other, s: deciding.merge(s, one.id, other.id, by="A", now=NOW), NotAllowedError),
    ("a report of no event", lambda one, other, s: deciding.move(s, 10**6, one.id, by="A", now=NOW), NotFoundError),
]


@pytest.mark.parametrize(("decide", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_decisions_that_make_no_sense_are_refused_and_change_nothing(db: Database, decide, error):
    with db.writing() as session:
        one, other = make_event(session), make_event(session, language="es")
        before = places(session)
        with pytest.raises(error):
            decide(one, other, session)
        assert places(session) == before
        assert session.scalars(select(Decision)).all() == []


def test_a_merged_event_cannot_be_decided_about_again(db: Database):
    with db.writing() as session:
        one, other, third = (make_event(session) for _ in range(3))
        deciding.merge(session, one.id, other.id, by="Ada", now=NOW)
        with pytest.raises(NotAllowedError, match=f"merged into event {other.id}"):
            deciding.merge(session, third.id, one.id, by="Ada", now=NOW)


QUAKES = (
    ("Quake shakes Oaxaca coast", "A 6.1-magnitude quake shook the coast of Oaxaca, and walls fell in Pochutla."),
    ("Strong quake on Oaxaca coast", "A magnitude 7.2 quake shook the coast of Oaxaca, and walls fell in Pochutla."),
)


def test_two_quakes_are_kept_apart_and_the_editors_are_asked_once(db: Database):
    with db.writing() as session:
        for text in QUAKES:
            story(session, text)
        gather(session, NOW)
        (doubt,) = open_doubts(session)
        assert (doubt.reason, doubt.words) == ("magnitude", [["6.1"], ["7.2"]])
        assert why_doubted(doubt) == "Magnitudes differ: 6.1 and 7.2."
        assert len(open_doubts(session, event_id=doubt.other_id)) == 1
        deciding.keep_apart(session, doubt.one_id, doubt.other_id, by="Ada", now=NOW)
        assert open_doubts(session) == []
    with db.writing() as session:
        story(session, QUAKES[0])
        gather(session, NOW + DAY)
        assert open_doubts(session) == []


def test_a_doubt_is_gone_once_the_two_are_one(db: Database):
    with db.writing() as session:
        for text in QUAKES:
            story(session, text)
        gather(session, NOW)
        (doubt,) = open_doubts(session)
        deciding.merge(session, doubt.other_id, doubt.one_id, by="Ada", now=NOW)
        assert session.scalars(select(Doubt)).all() == []


def test_an_event_in_two_languages_is_known_as_one(db: Database):
    with db.writing() as session:
        english = story(
            session,
            (
                "Mine collapses in Sabinas",
                "Ten miners are missing after a mine collapsed in Sabinas, Governor Riquelme said.",
            ),
        )
        gather(session, NOW)
        spanish = story(
            session,
            ("Colapsa una mina en Sabinas", "Diez mineros desaparecidos en Sabinas, dijo el gobernador Riquelme."),
            language="es",
        )
        story(session, ("Abre un museo en Oaxaca", "El museo abrió con pinturas de la ciudad."), language="es")
        gather(session, NOW)
        now = places(session)
        (pair,) = counterparts(session, now[english])
        assert {pair.one_id, pair.other_id} == {now[english], now[spanish]}
        assert {"Sabinas", "Riquelme"} <= set(pair.shared)


def test_a_join_is_explained_by_what_is_shared_and_how_far_above_the_cut_it_lay(db: Database):
    with db.writing() as session:
        first, second = (
            story(session, text, dated_at=NOW - days * DAY) for text, days in zip(BLAST[:2], (2, 1), strict=True)
        )
        gather(session, NOW)
        begun, joined = explain_event(session, places(session)[first])
        assert (begun.story_id, begun.similarity, begun.shared) == (first, None, ())
        assert joined.story_id == second
        assert ("tanker", "word") in joined.shared
        assert joined.above_cut is not None
        assert joined.above_cut > 0
