"""What a reader sets by the signed link."""

from datetime import timedelta

import pytest

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.subscribers.finding import by_key, consents
from newsletter.subscribers.models import SubscriberState
from newsletter.subscribers.preferences import PAUSES, Times, set_preferences
from tests.support.world import make_region, make_subscriber


@pytest.fixture
def reader(db):
    """Key of a reader of Mexico and Spain; there are letters of France too."""
    with db.writing() as session:
        make_region(session, "FR")
        return make_subscriber(session, make_region(session, "MX"), make_region(session, "ES")).key


def change(session, clock, key, *codes, time_zone="America/Mexico_City", times=None, **options):
    options = {"language": "en", "times": times or Times(time_zone), "languages": ["en", "es"]} | options
    return set_preferences(session, by_key(session, key), region_codes=codes, now=clock.now(), **options)


def codes_of(db, key):
    with db.reading() as session:
        subscriber = by_key(session, key)
        assert [s.position for s in subscriber.subscriptions] == list(range(1, len(subscriber.subscriptions) + 1))
        assert all(s.confirmed_at for s in subscriber.subscriptions)
        return [s.region.code for s in subscriber.subscriptions]


@pytest.mark.parametrize(
    "codes", [("ES", "MX"), ("MX",), ("FR",), ("FR", "ES", "MX"), ("ES", "FR"), ("MX", "MX", "FR")]
)
def test_regions_and_their_order_become_those_given(db, clock, reader, codes):
    with db.writing() as session:
        assert change(session, clock, reader, *codes)
    assert codes_of(db, reader) == list(dict.fromkeys(codes))


def test_language_and_time_zone_are_set(db, clock, reader):
    with db.writing() as session:
        assert change(session, clock, reader, "MX", "ES", language="es", time_zone="Europe/Madrid")
    with db.reading() as session:
        subscriber = by_key(session, reader)
        assert (subscriber.language, subscriber.time_zone) == ("es", "Europe/Madrid")
        assert [(c.act, c.way) for c in consents(session, subscriber)] == [("changed", "preferences")]


def test_saving_without_a_change_keeps_no_row(db, clock, reader):
    with db.writing() as session:
        assert not change(session, clock, reader, "MX", "ES")
        assert consents(session, by_key(session, reader)) == []


def test_a_region_that_was_switched_off_may_stay_with_its_readers(db, clock, reader):
    with db.writing() as session:
        by_key(session, reader).subscriptions[0].region.active = False
        assert change(session, clock, reader, "ES", "MX")
    assert codes_of(db, reader) == ["ES", "MX"]


def test_what_waited_for_a_word_has_it_now(db, clock, reader):
    with db.writing() as session:
        by_key(session, reader).subscriptions[1].confirmed_at = None
        assert change(session, clock, reader, "MX", "ES")
    assert codes_of(db, reader) == ["MX", "ES"]


@pytest.mark.parametrize(
    ("codes", "options", "sentence"),
    [
        ((), {}, "at least one region"),
        (("ZZ",), {}, "no letter for"),
        (("MX",), {"language": "xx"}, "language"),
        (("MX",), {"time_zone": "Mars/Olympus"}, "time zone"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(db, clock, reader, codes, options, sentence):
    with pytest.raises(InvalidInputError, match=sentence), db.writing() as session:
        change(session, clock, reader, *codes, **options)
    assert codes_of(db, reader) == ["MX", "ES"]


@pytest.mark.parametrize("state", [SubscriberState.PENDING, SubscriberState.LEFT])
def test_only_a_reader_has_preferences(db, clock, state):
    with db.writing() as session:
        key = make_subscriber(session, make_region(session, "MX"), state=state).key
        with pytest.raises(NotAllowedError):
            change(session, clock, key, "MX")


def test_hour_quiet_days_and_a_pause_are_set_and_taken_back(db, clock, reader):
    with db.writing() as session:
        times = Times("Europe/Madrid", hour=21, quiet_days=frozenset({6, 5}), pause_weeks=2)
        assert change(session, clock, reader, "MX", "ES", times=times)
        subscriber = by_key(session, reader)
        assert (subscriber.hour, subscriber.quiet_days) == (21, "56")
        assert subscriber.paused_until == clock.now() + timedelta(weeks=2)
        assert change(session, clock, reader, "MX", "ES", times=Times("Europe/Madrid"))
        assert subscriber.paused_until is not None  # nothing was said of it
        assert change(session, clock, reader, "MX", "ES", times=Times("Europe/Madrid", pause_weeks=0))
        assert (subscriber.hour, subscriber.quiet_days, subscriber.paused_until) == (None, "", None)


@pytest.mark.parametrize(
    "times",
    [
        Times("UTC", hour=24),
        Times("UTC", hour=-1),
        Times("UTC", quiet_days=frozenset({0, 1, 2, 3})),
        Times("UTC", quiet_days=frozenset({7})),
        Times("UTC", quiet_days=frozenset({-1})),
        Times("UTC", pause_weeks=max(PAUSES) + 1),
        Times("UTC", pause_weeks=5200),
    ],
)
def test_times_that_there_are_not_are_refused(db, clock, reader, times):
    with pytest.raises(InvalidInputError), db.writing() as session:
        change(session, clock, reader, "MX", times=times)
