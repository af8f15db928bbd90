"""Suspending: mail to a reader came back too often, so none is sent until they return by themselves.

It is no leaving: what they agreed to stands, and one click on their preferences, or asking for the letter again, ends
it. What the mails came back with before that counts no more.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.models import Subscriber, SubscriberState


def suspend(subscriber: Subscriber, reason: str, now: datetime) -> bool:
    """Send nothing more. False for one who is no reader now: then nothing changes."""
    if subscriber.state is not SubscriberState.CONFIRMED:
        return False
    subscriber.state = SubscriberState.SUSPENDED
    subscriber.suspended_at, subscriber.suspended_for = now, reason
    return True


def return_from_suspension(session: Session, subscriber: Subscriber, way: Way, now: datetime) -> bool:
    """On the reader's own word: letters come again, from a clean slate. False where they are not suspended."""
    if subscriber.state is not SubscriberState.SUSPENDED:
        return False
    subscriber.state, subscriber.healed_at = SubscriberState.CONFIRMED, now
    subscriber.suspended_at = subscriber.suspended_for = None
    keep_consent(session, subscriber, Act.RETURNED, way, now)
    return True
