"""Refusals by the relay become events like any other: a look at the rows finds those that have none yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from newsletter.feedback.diagnosing import Diagnosis, diagnose
from newsletter.feedback.events import About, Event, take_in
from newsletter.feedback.models import FeedbackEvent, FeedbackKind
from newsletter.feedback.reasons import Reason, is_hard
from newsletter.feedback.transitions import Told
from newsletter.sending.connection import Reply
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.refusals import Refusal, refusal_of

PROVIDER = "relay"
AT_ONCE = 200  # letters; the next call takes more
_LOOK_BACK = timedelta(days=30)  # at rounds that have ended since

# What the relay's code says of a refusal whose words say nothing.
_REASONS = {Refusal.ADDRESS: Reason.REFUSED, Refusal.MESSAGE: Reason.CONTENT, Refusal.US: Reason.POLICY}


def take_in_refusals(session: Session, *, keys: Sequence[str], now: datetime, keep_raw: timedelta) -> int:
    """Make events of some letters that the relay refused; how many. A letter that no relay answered tells nothing."""
    letters = _untold(session, now)
    for letter in letters:
        code, text = letter.reply_code or 0, letter.reply_text or ""
        found = diagnosis_of(code, text)
        told = Told(FeedbackKind.BOUNCE, found.reason, found.hard)
        about = About(letter.subscriber_id, letter_id=letter.id)
        event = Event(
            PROVIDER, f"letter:{letter.id}", told, letter.ended_at or now, about, found.written, text,
            raw=f"{code} {text}".encode(),
        )  # fmt: skip
        take_in(session, event, keys=keys, now=now, keep_raw=keep_raw)
    return len(letters)


def diagnosis_of(code: int, text: str) -> Diagnosis:
    """Of the relay's answer. One below 500 was said again and again until the time for the letter was over."""
    found = diagnose(text, code=code, is_final=code >= 500)
    if found.reason is not Reason.UNKNOWN:
        return found
    refusal = refusal_of(Reply(code, text, "RCPT"))
    reason = _REASONS[refusal] if refusal else Reason.EXPIRED
    return Diagnosis(reason, is_hard(reason, is_final=code >= 500), found.status, code)


def _untold(session: Session, now: datetime) -> Sequence[Letter]:
    rounds = select(Round.id).where(
        Round.rolled_up_at.is_(None), (Round.ended_at.is_(None)) | (Round.ended_at > now - _LOOK_BACK)
    )
    told = exists().where(FeedbackEvent.provider == PROVIDER, FeedbackEvent.letter_id == Letter.id)
    query = (
        select(Letter)
        .where(
            Letter.round_id.in_(rounds),
            Letter.state == LetterState.REFUSED,
            Letter.ended_at.is_not(None),
            Letter.reply_code.is_not(None),
            ~told,
        )
        .order_by(Letter.id)
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()
