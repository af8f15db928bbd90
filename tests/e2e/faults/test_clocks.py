"""Clocks that jump, nights without or with a second two o'clock, mornings that were missed."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.issues.models import IssueState
from newsletter.sending.models import LetterState
from tests.e2e.faults.accounting import assert_all_accounted_for, readers_of
from tests.e2e.faults.conftest import MakeHouse
from tests.e2e.faults.house import House
from tests.support.rounds import MEXICO, approve_now
from tests.support.world import make_issue, make_region, make_subscriber

pytestmark = pytest.mark.e2e

ACCEPTED = LetterState.ACCEPTED
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def running(make_house: MakeHouse) -> House:
    """Its clock stands where a test sets it; ticks come from the test, so that none comes in between."""
    made = make_house("sqlite")
    made.start("worker")
    return made


def test_a_clock_that_goes_back_two_hours_in_mid_round_and_forward_again(running: House):
    readers = ["America/Mexico_City"] * 30 + ["America/Los_Angeles"] * 10  # two hours later
    running.make_world("jumps", readers)
    for instant in (MEXICO + MINUTE, MEXICO - 2 * HOUR, MEXICO + MINUTE, MEXICO - HOUR):
        running.clock.set(instant)
        running.tick()
        running.tick()
    running.finish("jumps", 30)
    for instant in (MEXICO + 2 * HOUR, MEXICO, MEXICO + 2 * HOUR):
        running.clock.set(instant)
        running.tick()
    assert running.finish("jumps", 40) == {ACCEPTED: 40}
    assert_all_accounted_for(running, "jumps", readers_of("jumps", 40))


def test_a_wave_that_was_missed_for_48_hours_is_left_to_a_person(running: House):
    running.make_world("missed", ["America/Mexico_City"] * 20)
    running.clock.set(MEXICO - HOUR)
    running.tick()  # it is planned, and its first waves have opened; then nobody is there for two days
    running.clock.set(MEXICO + 48 * HOUR)
    running.tick()
    assert running.finish("missed", 0) == {}
    assert not any(kept.recipient.startswith("missed") for kept in running.relay.kept)
    running.command("release", running.ref("missed"), "--yes")
    assert running.finish("missed", 20) == {ACCEPTED: 20}
    assert_all_accounted_for(running, "missed", readers_of("missed", 20))


def test_an_issue_that_is_approved_late_comes_as_a_second_part(running: House):
    first = running.make_world("late", ["America/Mexico_City"] * 15)
    with running.service.db.writing() as session:
        first = session.merge(first)
        second = make_region(session, "PT", schedule=first.schedule)
        make_issue(session, second, state=IssueState.DRAFT)
        for number in range(15, 20):
            make_subscriber(session, first, second, address=f"late{number}@readers.example")
    running.clock.set(MEXICO + MINUTE)
    running.tick()
    running.finish("late", 20)
    approve_now(running.service, "PT")
    running.clock.set(MEXICO + HOUR)
    running.tick()
    assert running.finish("late", 25) == {ACCEPTED: 25}
    of_both = readers_of("late", 20, letters=2)
    assert_all_accounted_for(running, "late", of_both | readers_of("late", 15))


# At two in the morning on Sunday. Tokyo, whose clocks never change, is the first of these to wake, Mexico the last.
ZONES = ["Asia/Tokyo"] * 4 + ["Europe/Madrid"] * 8 + ["America/Mexico_City"] * 4
NIGHTS = {
    # 25 October 2026: it is two o'clock twice in Madrid, at 00:00 UTC and at 01:00 UTC.
    "autumn": ("2026-W43", datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
    # 28 March 2027: there is no two o'clock there; clocks go from 01:59 to 03:00, at 01:00 UTC.
    "spring": ("2027-W12", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
}


@pytest.mark.parametrize("name", NIGHTS)
def test_a_night_in_which_the_hour_of_sending_is_missing_or_comes_twice(running: House, name: str):
    week, in_madrid = NIGHTS[name]
    running.make_world(name, ZONES, week=week, weekday=6, hour=2)
    in_mexico = in_madrid.replace(hour=8)
    for instant, letters in (
        (in_madrid - MINUTE, 4),
        (in_madrid + MINUTE, 12),
        (in_madrid + HOUR + MINUTE, 12),
        (in_mexico - MINUTE, 12),
        (in_mexico + MINUTE, 16),
    ):
        running.clock.set(instant)
        running.tick()
        running.tick()
        assert running.finish(name, letters) == {ACCEPTED: letters}
    assert_all_accounted_for(running, name, readers_of(name, 16))
