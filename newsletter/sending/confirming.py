"""Mails to readers outside a round. Those that anyone may have asked for: at most one a day a mailbox, until its owner
acts on it.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notices import queue_notice
from newsletter.subscribers.consenting import Act, Way
from newsletter.subscribers.joining import Joined, Outcome, confirm
from newsletter.subscribers.mailboxes import mailbox_mark
from newsletter.subscribers.models import AddressChange, Consent, Subscriber, SubscriberState

_DAY = timedelta(days=1)


def answer_wish(session: Session, joined: Joined, now: datetime) -> Notice:
    """Whatever the wish came to, one mail answers it, so that the page need tell nobody who reads us."""
    if joined.outcome is Outcome.KNOWN:
        return offer_preferences(session, joined.subscriber, now)
    return ask_to_confirm(session, joined.subscriber, now)


def ask_to_confirm(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """Ask for a word on all that waits for one.

    Within a day of the last mail that answered a wish for this mailbox, under whatever `+tag` or dots, no other is
    sent, and that one is returned. Only an act of the person themselves, which proves that the mailbox is theirs, opens
    the way for another.
    """
    return queue_answer(session, NoticeKind.CONFIRM, subscriber, now)


def offer_preferences(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """Send a reader the link to their preferences, as often as `ask_to_confirm` would."""
    return queue_answer(session, NoticeKind.PREFERENCES, subscriber, now)


def remind(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """Ask once more, under the same limit: whoever bombs a mailbox with wishes gains no second mail a day by this."""
    return queue_answer(session, NoticeKind.REMINDER, subscriber, now)


def take_word(
    session: Session,
    subscriber: Subscriber,
    now: datetime,
    *,
    way: Way = Way.PAGE,
    wording: str | None = None,
    network_digest: str | None = None,
) -> None:
    """`confirm`, and a welcome to whoever was no reader until now. Raises NotAllowedError as it does."""
    is_new = subscriber.state is SubscriberState.PENDING
    confirm(session, subscriber, now, way=way, wording=wording, network_digest=network_digest)
    if is_new:
        acts, _ = _acts(session, subscriber)
        _queue(session, NoticeKind.WELCOME, subscriber, now, once=f"welcome:{subscriber.id}:{acts}")


def say_goodbye(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """To one who left by mail and sees no page that says so, at most once a day."""
    return _queue(session, NoticeKind.GOODBYE, subscriber, now, once=f"goodbye:{subscriber.id}:{now.date()}")


def offer_data(session: Session, subscriber: Subscriber, now: datetime) -> Notice:
    """Send a reader the link to their data, at most once a day."""
    return _queue(session, NoticeKind.EXPORT_READY, subscriber, now, once=f"data:{subscriber.id}:{now.date()}")


def ask_new_address(session: Session, change: AddressChange, language: str, now: datetime) -> Notice:
    """Ask at the new address, which may be anybody's: under the limit, and no act of the reader lifts it there."""
    session.flush()
    mark = mailbox_mark(change.normalised)
    return answered(session, mark, now) or queue_notice(
        session,
        NoticeKind.ADDRESS_CHANGE,
        address=change.address,
        language=language,
        arguments={"change": change.id},
        now=now,
        once=f"wish:{mark}:{now.date()}",
    )


def tell_old_address(session: Session, subscriber: Subscriber, old: str, now: datetime) -> Notice:
    """So that nobody loses their letter to another without a word."""
    arguments = {"subscriber": subscriber.id}
    kind, language = NoticeKind.ADDRESS_CHANGED, subscriber.language
    return queue_notice(session, kind, address=old, language=language, arguments=arguments, now=now)


def queue_answer(session: Session, kind: NoticeKind, subscriber: Subscriber, now: datetime) -> Notice:
    """A mail to whoever may not have asked for it themselves; else the one that this mailbox got within a day."""
    session.flush()  # a new subscriber has no id before
    mark = mailbox_mark(subscriber.normalised)
    once = f"wish:{mark}:{now.date()}"
    last = answered(session, mark, now)
    if last is not None:
        acts, acted_at = _acts(session, subscriber)
        if acted_at is None or acted_at < last.queued_at:
            return last
        once = f"{once}:{subscriber.id}:{acts}"
    return _queue(session, kind, subscriber, now, once=once)


def answered(session: Session, mark: str, now: datetime) -> Notice | None:
    """What a mailbox got within a day in answer to a wish that may have been anybody's."""
    keys = [f"wish:{mark}:{day}" for day in (now.date(), (now - _DAY).date())]
    query = select(Notice).where(Notice.once.in_(keys), Notice.queued_at > now - _DAY)
    return session.scalars(query.order_by(Notice.queued_at.desc()).limit(1)).first()


def _queue(session: Session, kind: NoticeKind, subscriber: Subscriber, now: datetime, *, once: str) -> Notice:
    return queue_notice(
        session,
        kind,
        address=subscriber.address,
        language=subscriber.language,
        arguments={"subscriber": subscriber.id},
        now=now,
        once=once,
    )


def _acts(session: Session, subscriber: Subscriber) -> tuple[int, datetime | None]:
    """How often the person has confirmed, and when last."""
    query = select(func.count(), func.max(Consent.at)).where(
        Consent.subscriber_id == subscriber.id, Consent.act == Act.CONFIRMED
    )
    count, last = session.execute(query).one()
    return count, last
