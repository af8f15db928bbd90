"""Readers with an hour, quiet days or a pause of their own get their letter once, and when they want it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from newsletter.issues.models import IssueState
from newsletter.sending.freezing import Freezer
from newsletter.sending.marks import Marks
from newsletter.sending.models import Letter, Round, RoundState, Wave
from newsletter.sending.rounds import add_own_waves, closable_rounds, plan_rounds
from newsletter.sending.ticking import Ticker
from newsletter.subscribers.models import Subscriber
from tests.support.world import NOW, make_issue, make_region, make_subscriber

FRIDAY_7 = datetime(2026, 5, 15, 13, tzinfo=UTC)  # 07:00 in Mexico City


@pytest.fixture
def ticker(db, clock, redis_client):
    return Ticker(db, clock, Freezer(db, 200), Marks(redis_client), 200, 4, wall=clock)


@pytest.fixture
def region(db):
    with db.writing() as session:
        region = make_region(session, "MX")
        make_issue(session, region, state=IssueState.APPROVED)
        return region


def reader(db, region, **columns):
    with db.writing() as session:
        return make_subscriber(session, region, **columns).id


def got(db):
    with db.reading() as session:
        return sorted(session.scalars(select(Letter.subscriber_id)))


def tick_at(ticker, clock, at):
    """Let it become `at`, with a tick now and then: a wave that is found too late would be held."""
    while clock.now() < at:
        clock.advance(seconds=min((at - clock.now()).total_seconds(), 8 * 3600))
        ticker.tick().raise_errors()


def test_a_reader_of_a_later_hour_waits_for_it(db, region, ticker, clock):
    early, late = reader(db, region), reader(db, region, hour=9)
    tick_at(ticker, clock, FRIDAY_7)
    assert got(db) == [early]
    tick_at(ticker, clock, FRIDAY_7 + timedelta(minutes=119))
    assert got(db) == [early]
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=2))
    assert got(db) == [early, late]


def test_quiet_days_are_passed_over_and_the_round_waits_for_them(db, region, ticker, clock):
    quiet = reader(db, region, quiet_days="456")
    tick_at(ticker, clock, FRIDAY_7 + timedelta(days=2))
    assert got(db) == []
    tick_at(ticker, clock, FRIDAY_7 + timedelta(days=3))
    assert got(db) == [quiet]


def test_someone_who_changes_the_hour_in_mid_round_gets_one_letter(db, region, ticker, clock):
    first, second = reader(db, region), reader(db, region, time_zone="Pacific/Honolulu")
    tick_at(ticker, clock, FRIDAY_7)
    assert got(db) == [first]
    with db.writing() as session:
        for subscriber in session.scalars(select(Subscriber)):
            subscriber.hour = 20  # one has the letter, the other's hour is still to come
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=13))
    assert got(db) == [first]
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=17))
    assert got(db) == [first, second]
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=30))
    assert got(db) == [first, second]


def test_a_time_that_has_passed_when_it_is_chosen_leaves_nobody_out(db, region, ticker, clock):
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=3))
    late = reader(db, region, hour=8)
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=12))
    assert got(db) == [late]  # with the last wave of the world


def test_a_paused_reader_gets_nothing_until_the_pause_is_over(db, region, ticker, clock):
    reader(db, region, paused_until=FRIDAY_7 + timedelta(minutes=1))
    back = reader(db, region, paused_until=FRIDAY_7)
    tick_at(ticker, clock, FRIDAY_7 + timedelta(hours=26))
    assert got(db) == [back]


def test_waves_of_their_own_are_made_once_and_go_when_nobody_wants_them(db, region, clock):
    someone = reader(db, region, hour=9)
    for _ in range(2):
        with db.writing() as session:
            plan_rounds(session, clock.now())
    with db.reading() as session:
        zones = [zone for wave in session.scalars(select(Wave)) for zone in wave.time_zones]
        assert zones.count("America/Mexico_City@9") == 1
        assert len(zones) == len(set(zones))
    with db.writing() as session:
        session.get_one(Subscriber, someone).hour = None
        plan_rounds(session, clock.now())
    with db.reading() as session:
        assert not [z for wave in session.scalars(select(Wave)) for z in wave.time_zones if "@" in z]


def test_a_round_under_way_takes_in_times_that_are_still_to_come(db, region, clock):
    with db.writing() as session:
        [round] = plan_rounds(session, clock.now())
        round.state = RoundState.SENDING
        closes_at = round.closes_at
    reader(db, region, quiet_days="456", hour=23)
    for _ in range(2):
        with db.writing() as session:
            add_own_waves(session, NOW)
    with db.reading() as session:
        round = session.scalars(select(Round)).one()
        assert [w.time_zones for w in round.waves if any("@" in z for z in w.time_zones)] == [
            ["America/Mexico_City@23-456"]
        ]
        assert round.closes_at > closes_at
        assert closable_rounds(session, NOW) == []
