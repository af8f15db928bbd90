from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.errors import InvalidInputError
from newsletter.regions.timing import first_and_last_wave, opens_at, sending_day, upcoming_week, waves, week_of

FRIDAY = 4
SUNDAY = 6


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 5, 15), "2026-W20"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 1), "2026-W53"),  # a Friday of the year before
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_a_day_lies_in_its_iso_week(day, week):
    assert week_of(day) == week


def test_the_sending_day_is_a_weekday_of_the_week():
    assert sending_day("2026-W20", FRIDAY) == date(2026, 5, 15)
    assert sending_day("2026-W53", FRIDAY) == date(2027, 1, 1)


@pytest.mark.parametrize("week", ["2026-W60", "2025-W53", "2026-20", "May", "2026-W20 "])
def test_what_is_no_week_is_refused(week):
    with pytest.raises(InvalidInputError, match="2026-W20"):
        sending_day(week, FRIDAY)


@pytest.mark.parametrize(
    ("why", "week", "weekday", "hour", "zone", "instant"),
    [
        ("west of Greenwich", "2026-W20", FRIDAY, 7, "America/Mexico_City", "2026-05-15T13:00"),
        ("east of Greenwich", "2026-W20", FRIDAY, 7, "Europe/Madrid", "2026-05-15T05:00"),
        ("half an hour", "2026-W20", FRIDAY, 7, "Asia/Kolkata", "2026-05-15T01:30"),
        ("three quarters of an hour", "2026-W20", FRIDAY, 7, "Asia/Kathmandu", "2026-05-15T01:15"),
        ("the first of the world", "2026-W20", FRIDAY, 7, "Pacific/Kiritimati", "2026-05-14T17:00"),
        ("the last of the world", "2026-W20", FRIDAY, 7, "Etc/GMT+12", "2026-05-15T19:00"),
        ("winter time", "2026-W03", FRIDAY, 7, "Europe/Madrid", "2026-01-16T06:00"),
        ("the morning that clocks go forward", "2026-W13", SUNDAY, 7, "Europe/Madrid", "2026-03-29T05:00"),
        ("an hour that does not exist", "2026-W13", SUNDAY, 2, "Europe/Madrid", "2026-03-29T01:00"),
        ("an hour that does not exist, America", "2026-W10", SUNDAY, 2, "America/New_York", "2026-03-08T07:00"),
        ("midnight that does not exist", "2026-W17", FRIDAY, 0, "Africa/Cairo", "2026-04-23T22:00"),
        ("half an hour that does not exist", "2026-W40", SUNDAY, 2, "Australia/Lord_Howe", "2026-10-03T15:30"),
        ("an hour that comes twice", "2026-W43", SUNDAY, 2, "Europe/Madrid", "2026-10-25T00:00"),
        ("an hour that comes twice, America", "2026-W44", SUNDAY, 1, "America/New_York", "2026-11-01T05:00"),
    ],
)
def test_a_wave_opens_when_it_is_the_hour_there(why, week, weekday, hour, zone, instant):
    assert opens_at(week, weekday, hour, zone) == utc(instant)
    assert opens_at(week, weekday, hour, zone).tzinfo is UTC


def test_zones_with_one_hour_share_a_wave_and_waves_come_in_order():
    opening = waves("2026-W20", FRIDAY, 7, ["America/Mexico_City", "Europe/Paris", "Europe/Madrid", "Europe/Madrid"])
    assert list(opening.items()) == [
        (utc("2026-05-15T05:00"), ["Europe/Madrid", "Europe/Paris"]),
        (utc("2026-05-15T13:00"), ["America/Mexico_City"]),
    ]


def test_no_zone_makes_no_wave():
    assert waves("2026-W20", FRIDAY, 7, []) == {}


def test_a_week_goes_around_the_world_in_26_hours():
    first, last = first_and_last_wave("2026-W20", FRIDAY, 7)
    assert (first, last) == (utc("2026-05-14T17:00"), utc("2026-05-15T19:00"))
    assert last - first == timedelta(hours=26)


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-05-11T00:00", "2026-W20"),
        ("2026-05-15T18:59", "2026-W20"),
        ("2026-05-15T19:00", "2026-W20"),
        ("2026-05-15T19:01", "2026-W21"),
        ("2026-05-17T23:59", "2026-W21"),
        ("2027-01-01T10:00", "2026-W53"),
        ("2027-01-02T10:00", "2027-W01"),
    ],
)
def test_the_upcoming_week_is_the_one_whose_last_wave_is_not_over(now, week):
    assert upcoming_week(utc(now), FRIDAY, 7) == week


def test_a_monday_at_midnight_begins_on_the_sunday_before_and_ends_on_monday():
    assert upcoming_week(utc("2026-05-10T12:00"), 0, 0) == "2026-W20"
    assert upcoming_week(utc("2026-05-11T12:00"), 0, 0) == "2026-W20"
    assert upcoming_week(utc("2026-05-11T12:01"), 0, 0) == "2026-W21"
