"""One reminder to those who asked for the letter and did not confirm."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.sending.confirming import remind
from newsletter.subscribers.models import Subscriber, SubscriberState

_AT_ONCE = 200  # in one tick


def remind_unconfirmed(session: Session, now: datetime, after: timedelta, until: timedelta) -> int:
    """Remind whoever asked longer ago than `after` and less than `until`; how many were looked at.

    A mailbox that was mailed within a day, under whatever spelling, gets none: its wish is then forgotten unreminded.
    """
    query = (
        select(Subscriber)
        .where(
            Subscriber.state == SubscriberState.PENDING,
            Subscriber.asked_at <= now - after,
            Subscriber.asked_at > now - until,
            Subscriber.reminded_at.is_(None),
            Subscriber.suppressed_at.is_(None),
        )
        .order_by(Subscriber.asked_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for subscriber in found:
        remind(session, subscriber, now)
        subscriber.reminded_at = now
    return len(found)
