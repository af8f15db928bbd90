"""Leaving: at once, by whoever holds the link, as often as they like, and taken back for a day."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from newsletter.errors import NotAllowedError
from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.models import Subscriber, SubscriberState

# Shown on a page, in the reader's language.
TOO_LATE = "This can no longer be taken back. To come back, please subscribe again."

UNDO_FOR = timedelta(days=1)  # a letter that is found or forwarded later must not bring anyone back


def leave(session: Session, subscriber: Subscriber, way: Way, now: datetime) -> bool:
    """The subscriber gets nothing any more. False where they had left already: then nothing is changed or kept.

    Their regions stay in the rows, for `undo`; a new wish to join starts from none.
    """
    if subscriber.state is SubscriberState.LEFT:
        return False
    subscriber.state, subscriber.left_at = SubscriberState.LEFT, now
    keep_consent(session, subscriber, Act.LEFT, way, now)
    return True


def leave_region(session: Session, subscriber: Subscriber, region_code: str, way: Way, now: datetime) -> bool:
    """Leave one region; with the last one, all. False where the subscriber did not have it, or had left."""
    if subscriber.state is SubscriberState.LEFT:
        return False
    left = [s for s in subscriber.subscriptions if s.region.code == region_code]
    if not left:
        return False
    if len(subscriber.subscriptions) == 1:
        return leave(session, subscriber, way, now)
    subscriber.subscriptions.remove(left[0])
    keep_consent(session, subscriber, Act.CHANGED, way, now)
    return True


def can_undo(subscriber: Subscriber, now: datetime) -> bool:
    """True for a day after one who had confirmed left."""
    return (
        subscriber.state is SubscriberState.LEFT
        and subscriber.confirmed_at is not None
        and subscriber.left_at is not None
        and now - subscriber.left_at <= UNDO_FOR
    )


def undo(session: Session, subscriber: Subscriber, way: Way, now: datetime) -> bool:
    """Take the leaving back, with the regions and their order as they were. False where nothing was left.

    Raises NotAllowedError where it is too late, or where there was nothing confirmed to come back to.
    """
    if subscriber.state is SubscriberState.CONFIRMED:
        return False
    if not can_undo(subscriber, now):
        raise NotAllowedError(TOO_LATE)
    subscriber.state, subscriber.left_at = SubscriberState.CONFIRMED, None
    keep_consent(session, subscriber, Act.RETURNED, way, now)
    return True
