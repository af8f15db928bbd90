"""Taking in what came back: one row for each thing told, whoever told it, and what follows from it.

Whatever proves that it may be believed (a signed return path, a provider's signature, an answer to ourselves) has been
looked at before: here it is only kept, once, and weighed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.feedback.alarming import alarm
from newsletter.feedback.histories import history_of
from newsletter.feedback.models import Consequence, FeedbackEvent, FeedbackKind
from newsletter.feedback.reasons import Reason
from newsletter.feedback.transitions import Told, consequence
from newsletter.happenings.keeping import happened
from newsletter.happenings.models import Happening
from newsletter.sending.models import Letter, Notice, Round
from newsletter.sending.return_paths import OfLetter, OfNotice
from newsletter.subscribers.digests import address_digests
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.suspending import suspend

log = structlog.get_logger(__name__)

KEEP_RAW_BYTES = 200_000  # of what came


@dataclass(frozen=True)
class About:
    """The mail that something is told of, and its reader, as far as they are known."""

    subscriber_id: int | None = None
    address: str = ""
    letter_id: int | None = None
    notice_id: int | None = None


@dataclass(frozen=True)
class Event:
    """Something told of one mail by a provider that was believed."""

    provider: str
    provider_id: str
    told: Told
    at: datetime
    about: About
    code: str = ""
    said: str = ""  # the server's words
    raw: bytes = field(default=b"", repr=False)


def take_in(
    session: Session, event: Event, *, keys: Sequence[str], now: datetime, keep_raw: timedelta
) -> Consequence | None:
    """Keep an event, and let follow what the table of transitions says. None for one that was told before.

    `keys` are the service's secret keys, newest first; `keep_raw` says how long what came is kept.
    """
    subscriber = _locked(session, event.about.subscriber_id)
    address = subscriber.address if subscriber else event.about.address
    row = FeedbackEvent(
        provider=event.provider,
        provider_id=_short(event.provider_id),
        kind=event.told.kind,
        at=min(event.at, now),
        subscriber_id=event.about.subscriber_id,
        address_digest=address_digests(address.lower(), keys)[0] if address else "",
        letter_id=event.about.letter_id,
        notice_id=event.about.notice_id,
        reason=event.told.reason,
        hard=None if event.told.is_delay else event.told.hard,
        code=event.code[:12],
        consequence=Consequence.NONE,
        raw=event.raw[:KEEP_RAW_BYTES] or None,
        raw_until=now + keep_raw if event.raw else None,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    row.consequence = _follow(session, event, subscriber, keys, now)
    if row.kind is FeedbackKind.BOUNCE and subscriber is not None:
        _announce(session, row, subscriber, now)
    log.info(
        "feedback", provider=event.provider, kind=row.kind, reason=row.reason, hard=row.hard, letter=row.letter_id,
        consequence=row.consequence,
    )  # fmt: skip
    return row.consequence


def about_mail(session: Session, of: OfLetter | OfNotice) -> About:
    """What a return path of ours named. A letter that has been rolled up, or a notice that is gone, still has a
    reader."""
    if isinstance(of, OfLetter):
        letter = select(Letter.id).where(
            Letter.round_id == of.round_id, Letter.subscriber_id == of.subscriber_id, Letter.part == of.part
        )
        return About(of.subscriber_id, letter_id=session.scalar(letter))
    notice = session.get(Notice, of.notice_id)
    if notice is None:
        return About(notice_id=of.notice_id)
    subscriber_id = notice.arguments.get("subscriber")
    return About(subscriber_id if isinstance(subscriber_id, int) else None, notice.address, notice_id=notice.id)


def about_address(session: Session, address: str, at: datetime) -> About:
    """The reader with an address, and the letter that they last had before `at`: providers name no more."""
    subscriber_id = session.scalar(select(Subscriber.id).where(Subscriber.normalised == address.lower()))
    if subscriber_id is None:
        return About(address=address)
    rounds = session.scalars(select(Round.id).order_by(Round.first_wave_at.desc()).limit(5)).all()
    letter = (
        select(Letter.id)
        .where(Letter.round_id.in_(rounds), Letter.subscriber_id == subscriber_id)
        .where(Letter.first_attempt_at <= at + timedelta(minutes=10))
        .order_by(Letter.first_attempt_at.desc(), Letter.id.desc())
        .limit(1)
    )
    return About(subscriber_id, address, letter_id=session.scalar(letter))


def _follow(
    session: Session, event: Event, subscriber: Subscriber | None, keys: Sequence[str], now: datetime
) -> Consequence:
    if event.told.kind is FeedbackKind.COMPLAINT and subscriber is None and not event.about.address:
        return Consequence.NONE
    history = history_of(session, subscriber, now) if subscriber else []
    following = consequence(event.told, history)
    if following is Consequence.SUPPRESSED:
        address = subscriber.normalised if subscriber else event.about.address
        suppress(session, address, Reason.COMPLAINT, keys, now)
    elif following is Consequence.SUSPENDED:
        if subscriber is None or not suspend(subscriber, event.told.reason, now):
            return Consequence.NONE
    elif following is Consequence.ALARM:
        alarm(session, event.told.reason, event.said, now)
    return following


def _announce(session: Session, row: FeedbackEvent, subscriber: Subscriber, now: datetime) -> None:
    """Tell webhooks; the words of a server may hold an address, so that they are told the reason alone."""
    codes = [subscription.region.code for subscription in subscriber.subscriptions]
    data = {"reader": subscriber.id, "reason": row.reason.value, "hard": row.hard, "consequence": row.consequence.value}
    happened(session, Happening.BOUNCED, data, regions=codes, now=now)


def _locked(session: Session, subscriber_id: int | None) -> Subscriber | None:
    """Two events for one reader are weighed one after the other."""
    if subscriber_id is None:
        return None
    return session.scalar(select(Subscriber).where(Subscriber.id == subscriber_id).with_for_update())


def _short(provider_id: str) -> str:
    is_short = len(provider_id) <= 200 and provider_id.isprintable()
    return provider_id if is_short else hashlib.sha256(provider_id.encode("utf-8", "replace")).hexdigest()
