"""A reader's latest mails and what became of them, from the rows of letters and of what came back."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.feedback.models import FeedbackEvent, FeedbackKind
from newsletter.feedback.transitions import History, Sent, result_of
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.subscribers.models import Subscriber

_ROUNDS = 20  # far more than any rule looks at; an index finds a reader's letters by their round alone
_EVENTS = 100
_OFFERED = (LetterState.ACCEPTED, LetterState.REFUSED, LetterState.UNKNOWN)


def history_of(session: Session, subscriber: Subscriber, now: datetime) -> History:
    """Newest first; what was before the reader last returned does not count."""
    hards: dict[tuple[str, int], list[bool | None]] = defaultdict(list)
    times: dict[tuple[str, int], datetime] = {}
    for event in _events(session, subscriber):
        mail = _mail(event)
        hards[mail].append(event.hard)
        times[mail] = min(times.get(mail, event.at), event.at)
    accepted = set()
    for letter_id, state, ended_at in _letters(session, subscriber):
        accepted |= {("letter", letter_id)} if state is LetterState.ACCEPTED else set()
        times[("letter", letter_id)] = ended_at
    mails = [
        Sent(at, result_of(hards[mail], is_accepted=mail in accepted, at=at, now=now), is_issue=mail[0] == "letter")
        for mail, at in times.items()
        if subscriber.healed_at is None or at >= subscriber.healed_at
    ]
    return sorted(mails, key=lambda sent: sent.at, reverse=True)


def _mail(event: FeedbackEvent) -> tuple[str, int]:
    if event.letter_id is not None:
        return ("letter", event.letter_id)
    return ("notice", event.notice_id) if event.notice_id is not None else ("event", event.id)


def _events(session: Session, subscriber: Subscriber) -> list[FeedbackEvent]:
    query = (
        select(FeedbackEvent)
        .where(FeedbackEvent.subscriber_id == subscriber.id, FeedbackEvent.kind == FeedbackKind.BOUNCE)
        .order_by(FeedbackEvent.at.desc())
        .limit(_EVENTS)
    )
    return list(session.scalars(query))


def _letters(session: Session, subscriber: Subscriber) -> list[tuple[int, LetterState, datetime]]:
    rounds = session.scalars(select(Round.id).order_by(Round.first_wave_at.desc()).limit(_ROUNDS)).all()
    query = select(Letter.id, Letter.state, Letter.ended_at).where(
        Letter.round_id.in_(rounds),
        Letter.subscriber_id == subscriber.id,
        Letter.state.in_(_OFFERED),
        Letter.ended_at.is_not(None),
    )
    return [(letter_id, state, ended_at) for letter_id, state, ended_at in session.execute(query) if ended_at]
