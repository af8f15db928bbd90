"""Recovering: a batch whose worker gave no sign of life is taken out of its hands, and its marks say what happened."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.sending.answers import Outcome
from newsletter.sending.marks import OFFERED, Lease, Marks
from newsletter.sending.models import Batch, Letter, LetterState
from newsletter.sending.recording import give_back, record

MARKS_LOST = "The worker died, and so did its marks."
ANSWER_LOST = "The worker died between offering this letter and keeping the answer."

log = structlog.get_logger(__name__)


def recover(session: Session, marks: Marks, now: datetime, system_now: datetime) -> list[Lease]:
    """Free the batches whose lease ran out before `system_now`; their leases, whose marks may be forgotten after.

    Raises MarksUnavailableError where Redis does not answer: then everything waits until it does.
    """
    query = select(Batch).where(Batch.ended_at.is_(None), Batch.leased_until < system_now).order_by(Batch.id)
    recovered = []
    for batch in session.scalars(query.with_for_update(skip_locked=True)).all():
        lease = Lease(batch.id, batch.lease or "")
        outcomes = _outcomes(session, batch, marks.read(lease))
        record(session, lease, outcomes, now)
        give_back(session, lease, now)
        unknown = sum(outcome.state is LetterState.UNKNOWN for outcome in outcomes)
        log.warning("batch recovered", batch=batch.id, round=batch.round_id, unknown=unknown)
        recovered.append(lease)
    return recovered


def outcome_of_mark(letter_id: int, mark: str | None) -> Outcome | None:
    """What the last mark of a letter says became of it. None: it was not offered."""
    if mark is None:
        return None
    if mark == OFFERED:
        return Outcome(letter_id, LetterState.UNKNOWN, reply_text=ANSWER_LOST)
    code = int(mark)
    if 200 <= code < 300:
        return Outcome(letter_id, LetterState.ACCEPTED, code)
    return Outcome(letter_id, LetterState.REFUSED, code) if code >= 500 else None  # put off: as good as not offered


def _outcomes(session: Session, batch: Batch, marks: Mapping[int, str] | None) -> list[Outcome]:
    query = select(Letter.id).where(Letter.batch_id == batch.id, Letter.state == LetterState.ATTEMPTING)
    open_letters = session.scalars(query.order_by(Letter.id)).all()
    if marks is None:
        return [Outcome(letter_id, LetterState.UNKNOWN, reply_text=MARKS_LOST) for letter_id in open_letters]
    outcomes = (outcome_of_mark(letter_id, marks.get(letter_id)) for letter_id in open_letters)
    return [outcome for outcome in outcomes if outcome is not None]
