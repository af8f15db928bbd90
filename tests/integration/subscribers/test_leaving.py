"""Leaving, and taking it back."""

import pytest

from newsletter.errors import NotAllowedError
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_key, consents
from newsletter.subscribers.leaving import UNDO_FOR, can_undo, leave, leave_region, undo
from newsletter.subscribers.models import SubscriberState
from tests.support.world import make_region, make_subscriber


@pytest.fixture
def reader(db):
    """Key of a reader of Mexico and Spain."""
    with db.writing() as session:
        return make_subscriber(session, make_region(session, "MX"), make_region(session, "ES")).key


def codes(subscriber):
    return [subscription.region.code for subscription in subscriber.subscriptions]


def test_leaving_once_or_often_comes_to_the_same(db, clock, reader):
    with db.writing() as session:
        assert leave(session, by_key(session, reader), Way.ONE_CLICK, clock.now())
    left_at = clock.now()
    clock.advance(days=3)
    with db.writing() as session:
        subscriber = by_key(session, reader)
        assert not leave(session, subscriber, Way.ONE_CLICK, clock.now())
        assert (subscriber.state, subscriber.left_at) == (SubscriberState.LEFT, left_at)
        assert [(c.act, c.way) for c in consents(session, subscriber)] == [("left", "one-click")]


def test_one_region_can_be_left(db, clock, reader):
    with db.writing() as session:
        assert leave_region(session, by_key(session, reader), "MX", Way.PAGE, clock.now())
    with db.writing() as session:
        subscriber = by_key(session, reader)
        assert (subscriber.state, codes(subscriber)) == (SubscriberState.CONFIRMED, ["ES"])
        assert [(c.act, c.regions) for c in consents(session, subscriber)] == [("changed", ["ES"])]
        assert not leave_region(session, subscriber, "MX", Way.PAGE, clock.now())


def test_leaving_the_last_region_is_leaving(db, clock, reader):
    with db.writing() as session:
        subscriber = by_key(session, reader)
        leave_region(session, subscriber, "MX", Way.PAGE, clock.now())
        leave_region(session, subscriber, "ES", Way.PAGE, clock.now())
        assert subscriber.state is SubscriberState.LEFT


def test_leaving_can_be_taken_back_for_a_day_with_regions_and_order_as_they_were(db, clock, reader):
    with db.writing() as session:
        leave(session, by_key(session, reader), Way.PAGE, clock.now())
    clock.set(clock.now() + UNDO_FOR)
    with db.writing() as session:
        subscriber = by_key(session, reader)
        assert can_undo(subscriber, clock.now())
        assert undo(session, subscriber, Way.PAGE, clock.now())
        assert not undo(session, subscriber, Way.PAGE, clock.now())
        assert (subscriber.state, subscriber.left_at, codes(subscriber)) == (
            SubscriberState.CONFIRMED, None, ["MX", "ES"],
        )  # fmt: skip
        assert [c.act for c in consents(session, subscriber)] == ["left", "returned"]


def test_after_that_day_a_found_letter_brings_nobody_back(db, clock, reader):
    with db.writing() as session:
        leave(session, by_key(session, reader), Way.PAGE, clock.now())
    clock.set(clock.now() + UNDO_FOR)
    clock.advance(seconds=1)
    with db.writing() as session:
        subscriber = by_key(session, reader)
        with pytest.raises(NotAllowedError, match="subscribe again"):
            undo(session, subscriber, Way.PAGE, clock.now())
        assert subscriber.state is SubscriberState.LEFT


def test_one_who_never_confirmed_cannot_come_back_by_undo(db, clock):
    with db.writing() as session:
        subscriber = make_subscriber(session, make_region(session, "MX"), state=SubscriberState.PENDING)
        leave(session, subscriber, Way.PAGE, clock.now())
        with pytest.raises(NotAllowedError):
            undo(session, subscriber, Way.PAGE, clock.now())
