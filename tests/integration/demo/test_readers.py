import pytest
from sqlalchemy import func, select

from newsletter.demo.readers import insert_readers, sample_readers
from newsletter.regions.service import switch_on
from newsletter.subscribers.models import Consent, Subscriber, Subscription
from newsletter.subscribers.suppression import suppressed

KEYS = ["k" * 40]


@pytest.fixture
def session(db):
    with db.writing() as session:
        for code in ("MX", "GB", "EG", "latin-america", "south-america"):
            switch_on(session, code)
        yield session


def test_each_reader_comes_with_regions_in_order_and_a_consent(session, clock):
    readers = sample_readers(300)
    insert_readers(session, readers, KEYS, clock.now())

    assert session.scalar(select(func.count(Consent.id))) == 300
    four = next(reader for reader in readers if len(reader.regions) == 3)
    found = session.scalar(select(Subscriber).where(Subscriber.address == four.address))
    assert tuple(subscription.region.code for subscription in found.subscriptions) == four.regions


def test_whoever_left_has_no_subscription_and_whoever_is_pending_no_confirmed_one(session, clock):
    insert_readers(session, sample_readers(300), KEYS, clock.now())

    rows = session.execute(
        select(Subscriber.state, Subscription.confirmed_at.is_not(None)).join(Subscription).distinct()
    ).all()
    assert sorted((state.value, bool(confirmed)) for state, confirmed in rows) == [
        ("confirmed", True),
        ("pending", False),
    ]


def test_suppressed_readers_are_known_by_their_digest(session, clock):
    readers = sample_readers(300)
    insert_readers(session, readers, KEYS, clock.now())

    barred = {reader.address for reader in readers if reader.suppressed}
    assert suppressed(session, [reader.address for reader in readers], KEYS) == barred
