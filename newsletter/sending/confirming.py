"""The answer by mail to someone who wants to join: at most one a day until they act on it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notices import queue_notice
from newsletter.subscribers.consenting import Act
from newsletter.subscribers.joining import Joined, Outcome
from newsletter.subscribers.models import Consent, Subscriber


def answer_wish(session: Session, joined: Joined, now: datetime) -> Notice:
    """Whatever the wish came to, one mail answers it, so that the page need tell nobody who reads us."""
    if joined.outcome is Outcome.KNOWN:
        return offer_preferences(session, joined.subscriber, now)
    return ask_to_confirm(session, joined.subscriber, now)


def ask_to_confirm(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """Ask for a word on all that waits for one. Asking again on the same day sends no second mail.

    Only an act of the person themselves, which proves that the mailbox is theirs, opens the way for another.
    """
    acts = session.scalar(
        select(func.count())
        .select_from(Consent)
        .where(Consent.subscriber_id == subscriber.id, Consent.act == Act.CONFIRMED)
    )
    return _queue(session, NoticeKind.CONFIRM, subscriber, now, f"{acts}")


def offer_preferences(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """Send a reader the link to their preferences, at most once a day."""
    return _queue(session, NoticeKind.PREFERENCES, subscriber, now, "")


def _queue(session: Session, kind: NoticeKind, subscriber: Subscriber, now: datetime, turn: str) -> Notice:
    session.flush()  # a new subscriber has no id before
    return queue_notice(
        session,
        kind,
        address=subscriber.address,
        language=subscriber.language,
        arguments={"subscriber": subscriber.id},
        now=now,
        once=f"{kind}:{subscriber.id}:{now.date()}:{turn}",
    )
