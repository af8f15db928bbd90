"""All that any stage keeps about a reader: for themselves to take, and gone when they say so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from newsletter.feedback.models import FeedbackEvent, InboundMail
from newsletter.sending import data_copy as sent
from newsletter.sending import forgetting
from newsletter.subscribers.models import Subscriber


def data_copy(session: Session, subscriber: Subscriber) -> dict[str, Any]:
    """What the stages before know, with what came back and what was written to us. No secret of ours is in it: the
    text of a report that came back holds the links of a letter, and is left out."""
    events = select(FeedbackEvent).where(FeedbackEvent.subscriber_id == subscriber.id)
    mails = select(InboundMail).where(_is_from(subscriber))
    return sent.data_copy(session, subscriber) | {
        "came_back": [
            {name: getattr(event, name) for name in ("at", "kind", "reason", "hard", "code", "consequence")}
            for event in session.scalars(events.order_by(FeedbackEvent.at, FeedbackEvent.id))
        ],
        "mails": [
            {name: getattr(mail, name) for name in ("received_at", "recipient", "subject", "text")}
            for mail in session.scalars(mails.order_by(InboundMail.received_at, InboundMail.id))
        ],
    }


def erase(session: Session, subscriber: Subscriber, keys: Sequence[str], now: datetime) -> None:
    """At the person's own word. A keyed hash stays, which keeps them suppressed, and numbers that name nobody.

    `keys` are the service's secret keys, newest first.
    """
    raw = update(FeedbackEvent).where(FeedbackEvent.subscriber_id == subscriber.id)
    session.execute(raw.values(raw=None, raw_until=None).execution_options(synchronize_session=False))
    mails = delete(InboundMail).where(_is_from(subscriber))
    session.execute(mails.execution_options(synchronize_session=False))
    forgetting.erase(session, subscriber, keys, now)


def _is_from(subscriber: Subscriber) -> ColumnElement[bool]:
    """Where its author wrote the address in another case, too; SQLite knows the case of ASCII alone."""
    return InboundMail.sender.in_((subscriber.address, subscriber.normalised)) | (
        func.lower(InboundMail.sender) == subscriber.normalised
    )
