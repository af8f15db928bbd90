import threading

import pytest
from sqlalchemy import func, select

from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.models import Approval, Schedule
from newsletter.regions.service import (
    active_regions,
    change,
    change_schedule,
    region,
    schedule,
    switch_off,
    switch_on,
    weekday_number,
)


def test_a_new_region_takes_language_and_time_zone_from_the_catalogue(db):
    with db.writing() as session:
        switch_on(session, "mx")
    with db.reading() as session:
        found = region(session, "MX")
    assert (found.code, found.language, found.time_zone) == ("MX", "es", "America/Mexico_City")
    assert (found.item_count, found.minimum_items, found.approval) == (10, 3, Approval.REQUIRED)
    assert (found.schedule.name, found.schedule.weekday, found.schedule.hour) == ("weekly", 4, 7)
    assert (found.schedule.lead_hours, found.schedule.window_hours) == (24, 12)


def test_a_state_can_be_switched_on_and_keeps_its_own_time(db):
    with db.writing() as session:
        found = switch_on(session, "us-ca")
    assert (found.code, found.language, found.time_zone) == ("US-CA", "en", "America/Los_Angeles")


def test_a_group_can_be_switched_on_with_settings_of_its_own(db):
    with db.writing() as session:
        found = switch_on(
            session,
            "latin-america",
            language="pt_br",
            time_zone="America/Sao_Paulo",
            item_count=12,
            minimum_items=5,
            approval=Approval.AUTOMATIC,
        )
    assert (found.language, found.time_zone, found.item_count, found.minimum_items) == (
        "pt-BR",
        "America/Sao_Paulo",
        12,
        5,
    )
    assert found.approval is Approval.AUTOMATIC


def test_a_region_that_comes_back_keeps_its_settings(db):
    with db.writing() as session:
        switch_on(session, "MX", item_count=7, language="en")
    with db.writing() as session:
        switch_off(session, "MX")
        assert active_regions(session) == []
    with db.writing() as session:
        switch_on(session, "MX", minimum_items=2)
        (found,) = active_regions(session)
    assert (found.item_count, found.minimum_items, found.language) == (7, 2, "en")


def test_active_regions_come_in_the_order_of_their_codes(db):
    with db.writing() as session:
        for code in ("US", "ES", "MX"):
            switch_on(session, code)
        assert [found.code for found in active_regions(session)] == ["ES", "MX", "US"]


def test_a_region_that_is_not_on_is_not_found_and_the_error_says_how_to_switch_it_on(db):
    with db.writing() as session:
        switch_on(session, "MX")
        switch_off(session, "MX")
        for act in (region, switch_off, change):
            with pytest.raises(NotFoundError, match="newsletter regions enable MX"):
                act(session, "mx")
        with pytest.raises(NotFoundError, match=r"Did you mean MX \(Mexico\)"):
            region(session, "mexico")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"language": "spanglish"}, "'spanglish' is no language"),
        ({"time_zone": "Madrid"}, "Did you mean Europe/Madrid"),
        ({"time_zone": "America/Mexico City"}, "Did you mean America/Mexico_City"),
        ({"time_zone": "../../etc/passwd"}, "There is no time zone"),
        ({"item_count": 0}, "from 1 to 40, not 0"),
        ({"item_count": 41}, "from 1 to 40, not 41"),
        ({"minimum_items": 0}, "from 1 to 40, not 0"),
        ({"minimum_items": 11}, "at most 10 items can't need at least 11"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_a_sentence(db, settings, sentence):
    with db.writing() as session:
        switch_on(session, "MX")
    with db.writing() as session, pytest.raises(InvalidInputError) as caught:
        change(session, "MX", **settings)
    assert sentence in str(caught.value)


def test_an_unknown_schedule_is_refused_and_the_known_ones_are_named(db):
    with db.writing() as session:
        schedule(session)
        with pytest.raises(NotFoundError, match="there is weekly"):
            switch_on(session, "MX", schedule="daily")


def test_a_schedule_is_changed_in_part(db):
    with db.writing() as session:
        change_schedule(session, hour=6)
        found = change_schedule(session, weekday=0, lead_hours=48)
    assert (found.weekday, found.hour, found.lead_hours, found.window_hours) == (0, 6, 48, 12)


@pytest.mark.parametrize(
    "settings",
    [
        {"weekday": 7},
        {"hour": 24},
        {"hour": -1},
        {"lead_hours": 0},
        {"lead_hours": 121},
        {"window_hours": 0},
        {"window_hours": 73},
    ],
)
def test_a_schedule_that_cannot_be_is_refused(db, settings):
    with db.writing() as session, pytest.raises(InvalidInputError, match="must be from"):
        change_schedule(session, **settings)


def test_weekdays_are_given_by_name_or_its_beginning():
    assert weekday_number("friday") == 4
    assert weekday_number("Mon") == 0
    for wrong in ("fr", "fredag", ""):
        with pytest.raises(InvalidInputError, match="is no weekday"):
            weekday_number(wrong)


def test_the_schedule_that_two_need_at_once_is_made_once(db: Database):
    ready = threading.Barrier(4)

    def make() -> None:
        with db.writing() as session:
            if not db.is_sqlite:  # there the second cannot begin before the first has ended
                ready.wait(timeout=10)
            schedule(session)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Schedule)) == 1
