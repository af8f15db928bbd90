"""Adding readers whose consent is on record."""

import pytest

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.subscribers.adding import add_confirmed
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_address, consents, counted, listed
from newsletter.subscribers.models import SubscriberState
from newsletter.subscribers.suppression import suppress
from tests.support.world import make_region, make_subscriber

ANA = "ana@readers.example"
KEYS = ["k" * 32]


@pytest.fixture(autouse=True)
def two_regions(db):
    with db.writing() as session:
        make_region(session, "MX", language="es")
        make_region(session, "ES", time_zone="Europe/Madrid")


def add(session, clock, *codes, address=ANA, **options):
    return add_confirmed(session, address, codes, way=Way.COMMAND, keys=KEYS, now=clock.now(), **options)


def codes_of(subscriber):
    return [s.region.code for s in subscriber.subscriptions if s.confirmed_at]


def test_a_new_reader_speaks_and_lives_as_the_first_region_does(db, clock):
    with db.writing() as session:
        add(session, clock, "MX", "ES")
    with db.reading() as session:
        ana = by_address(session, ANA)
        assert (ana.state, ana.language, ana.time_zone) == (
            SubscriberState.CONFIRMED, "es", "America/Mexico_City",
        )  # fmt: skip
        assert codes_of(ana) == ["MX", "ES"]
        assert [(c.act, c.way) for c in consents(session, ana)] == [("confirmed", "command")]


def test_regions_are_added_to_a_reader_and_what_was_given_is_set(db, clock):
    with db.writing() as session:
        add(session, clock, "MX")
        ana = add(session, clock, "ES", time_zone="Asia/Tokyo")
        assert codes_of(ana) == ["MX", "ES"]
        assert (ana.language, ana.time_zone) == ("es", "Asia/Tokyo")


def test_one_who_waited_is_confirmed(db, clock):
    with db.writing() as session:
        make_subscriber(session, make_region(session, "FR"), address=ANA, state=SubscriberState.PENDING)
        ana = add(session, clock, "MX")
        assert ana.state is SubscriberState.CONFIRMED
        assert codes_of(ana) == ["MX"]  # nobody's consent to France is on record


def test_one_who_left_is_not_brought_back(db, clock):
    with db.writing() as session:
        make_subscriber(session, address=ANA, state=SubscriberState.LEFT)
        with pytest.raises(NotAllowedError, match="has left"):
            add(session, clock, "MX")


def test_a_suppressed_address_is_not_added(db, clock):
    with db.writing() as session:
        suppress(session, ANA, "asked", KEYS, clock.now())
        with pytest.raises(NotAllowedError, match="suppressed"):
            add(session, clock, "MX", address="Ana@readers.example")


def test_a_region_without_letters_is_refused(db, clock):
    with pytest.raises(InvalidInputError, match="'FR'"), db.writing() as session:
        add(session, clock, "FR")


def test_readers_are_listed_and_counted_by_region_and_state(db, clock):
    with db.writing() as session:
        add(session, clock, "MX", "ES")
        add(session, clock, "ES", address="bo@readers.example")
        make_subscriber(session, make_region(session, "FR"), state=SubscriberState.PENDING)
    with db.reading() as session:
        assert [s.address for s in listed(session, region_code="MX")] == [ANA]
        assert [s.address for s in listed(session, state=SubscriberState.CONFIRMED)] == [ANA, "bo@readers.example"]
        assert [codes_of(s) for s in listed(session, region_code="ES")] == [["MX", "ES"], ["ES"]]
        assert counted(session) == {"confirmed": 2, "pending": 1, "suspended": 0, "left": 0}
        assert counted(session, region_code="ES") == {"confirmed": 2, "pending": 0, "suspended": 0, "left": 0}
