"""Erasing: all rows about a person go, in every stage; what may stay is a keyed hash that keeps them suppressed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from newsletter.sending.models import Notice
from newsletter.subscribers.lists.models import ImportLine
from newsletter.subscribers.lists.uploads import forget_in_reports
from newsletter.subscribers.models import AddressChange, Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress

_AT_ONCE = 500  # people whom one tick forgets


def erase(session: Session, subscriber: Subscriber, keys: Sequence[str], now: datetime) -> None:
    """At the person's own word. Letters keep the number of a subscriber that nobody has any more."""
    suppress(session, subscriber.normalised, "erased", keys, now)
    before = Notice.arguments["subscriber"].as_integer() == subscriber.id  # to addresses that they had before, too
    session.execute(delete(Notice).where(before).execution_options(synchronize_session=False))
    forget_in_reports(session, subscriber.normalised)
    _delete(session, [subscriber])


def forget_unconfirmed(session: Session, before: datetime) -> int:
    """Erase those who asked before then and never confirmed; how many. They may ask again at any time.

    One who had left before somebody asked in their name is what they were: a reader who left.
    """
    query = (
        select(Subscriber)
        .where(Subscriber.state == SubscriberState.PENDING, Subscriber.asked_at < before)
        .order_by(Subscriber.asked_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    had_left = [subscriber for subscriber in found if subscriber.left_at is not None]
    for subscriber in had_left:
        subscriber.state = SubscriberState.LEFT
        subscriber.subscriptions.clear()
    _delete(session, [subscriber for subscriber in found if subscriber.left_at is None])
    return len(found)


def _delete(session: Session, subscribers: Sequence[Subscriber]) -> None:
    if not subscribers:
        return
    ids = [subscriber.id for subscriber in subscribers]
    normalised = [subscriber.normalised for subscriber in subscribers]
    wanted = session.scalars(select(AddressChange.address).where(AddressChange.subscriber_id.in_(ids)))
    mailed = {*normalised, *(subscriber.address for subscriber in subscribers), *wanted}
    session.execute(delete(Notice).where(Notice.address.in_(mailed)))
    session.execute(delete(AddressChange).where(AddressChange.normalised.in_(normalised)))
    session.execute(delete(ImportLine).where(ImportLine.normalised.in_(normalised)))
    for subscriber in subscribers:
        session.delete(subscriber)
    session.flush()
