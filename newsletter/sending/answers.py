"""What an answer of the relay makes of a letter. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from newsletter.sending.connection import Reply
from newsletter.sending.models import LetterState
from newsletter.sending.refusals import Refusal, refusal_of

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=2)


class Outcome(NamedTuple):
    """How an attempt ended."""

    letter_id: int
    state: LetterState
    reply_code: int | None = None
    reply_text: str | None = None
    due_at: datetime | None = None


class Tries(NamedTuple):
    """What was tried with a letter so far, and for how long it is to be tried."""

    attempts: int
    first_attempt_at: datetime | None
    retry_for: timedelta


def outcome_of(reply: Reply, letter_id: int, tries: Tries, now: datetime) -> Outcome:
    """The outcome of an attempt that was answered. A letter does not suffer for a refusal of us: it is put off."""
    if reply.is_accepted:
        return Outcome(letter_id, LetterState.ACCEPTED, reply.code, reply.text)
    if reply.is_temporary or refusal_of(reply) is Refusal.US:
        return put_off(letter_id, reply.code, reply.text, tries, now)
    return Outcome(letter_id, LetterState.REFUSED, reply.code, reply.text)


def put_off(letter_id: int, code: int | None, text: str, tries: Tries, now: datetime) -> Outcome:
    """To be tried again after a wait that doubles each time; once the time for it is over, refused."""
    last_try = (tries.first_attempt_at or now) + tries.retry_for
    if now >= last_try:
        return Outcome(letter_id, LetterState.REFUSED, code, text)
    wait = min(FIRST_WAIT * 2 ** min(tries.attempts, 10), LONGEST_WAIT)
    return Outcome(letter_id, LetterState.DEFERRED, code, text, due_at=min(now + wait, last_try))
