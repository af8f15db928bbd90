"""Those who asked and never confirmed: reminded once, then erased; nobody who left comes back by it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from newsletter.errors import NotAllowedError
from newsletter.sending.asking import ask
from newsletter.sending.forgetting import forget_unconfirmed
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.reminding import remind_unconfirmed
from newsletter.subscribers.adding import add_confirmed
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.joining import confirm
from newsletter.subscribers.leaving import leave
from newsletter.subscribers.models import Consent, Subscriber, SubscriberState
from tests.conftest import KEY
from tests.support.world import make_region

ANA = "ana@readers.example"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mexico(db):
    with db.writing() as session:
        return make_region(session, "MX")


def wish(db, clock, address=ANA):
    with db.writing() as session:
        return ask(session, address, ["MX"], language="en", way=Way.PAGE, keys=[KEY], now=clock.now())


def remind(db, clock):
    with db.writing() as session:
        return remind_unconfirmed(session, clock.now(), 3 * DAY, 30 * DAY)


def forget(db, clock):
    with db.writing() as session:
        return forget_unconfirmed(session, clock.now() - 30 * DAY)


def kinds(db):
    with db.reading() as session:
        return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def count(db, table):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_reminder_comes_once(db, clock):
    wish(db, clock)
    assert remind(db, clock) == 0
    clock.advance(days=3)
    assert remind(db, clock) == 1
    clock.advance(days=3)
    assert remind(db, clock) == 0
    assert kinds(db) == [NoticeKind.CONFIRM, NoticeKind.REMINDER]


def test_whoever_has_confirmed_or_left_is_not_reminded(db, clock):
    wish(db, clock)
    wish(db, clock, "bo@readers.example")
    with db.writing() as session:
        ana, bo = session.scalars(select(Subscriber).order_by(Subscriber.id))
        confirm(session, ana, clock.now())
        leave(session, bo, Way.PAGE, clock.now())
    clock.advance(days=4)
    assert remind(db, clock) == 0


def test_reminders_add_no_second_mail_a_day_to_a_mailbox_under_attack(db, clock):
    for day in range(8):
        wish(db, clock, f"victim+{day}@readers.example")
        remind(db, clock)
        clock.advance(days=1)
    with db.reading() as session:
        sent = sorted(session.scalars(select(Notice.queued_at)))
    assert all(later - earlier >= DAY for earlier, later in pairwise(sent))


def test_an_address_that_is_never_confirmed_is_erased_everywhere(db, clock):
    wish(db, clock)
    clock.advance(days=30)
    assert forget(db, clock) == 0
    clock.advance(seconds=1)
    assert forget(db, clock) == 1
    assert [count(db, table) for table in (Subscriber, Consent, Notice)] == [0, 0, 0]
    assert wish(db, clock) is not None  # they may ask again


def test_one_who_left_stays_left_when_somebody_asks_in_their_name(db, clock):
    wish(db, clock)
    with db.writing() as session:
        ana = session.scalars(select(Subscriber)).one()
        confirm(session, ana, clock.now())
        leave(session, ana, Way.PAGE, clock.now())
    clock.advance(days=2)
    wish(db, clock)
    options = {"way": Way.IMPORT, "keys": [KEY], "now": clock.now()}
    with pytest.raises(NotAllowedError, match="left"), db.writing() as session:
        add_confirmed(session, ANA, ["MX"], **options)
    clock.advance(days=31)
    assert forget(db, clock) == 1
    with db.reading() as session:
        assert session.scalars(select(Subscriber)).one().state is SubscriberState.LEFT
    with pytest.raises(NotAllowedError, match="left"), db.writing() as session:
        add_confirmed(session, ANA, ["MX"], **options)
