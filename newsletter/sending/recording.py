"""Keeping what became of letters: many rows in one statement, and only while the lease on their batch holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, null, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from newsletter.sending.answers import Outcome
from newsletter.sending.marks import Lease
from newsletter.sending.models import Batch, Letter, LetterState
from newsletter.sending.states import ENDED, may_become


def record(session: Session, lease: Lease, outcomes: Sequence[Outcome], now: datetime) -> int:
    """Keep how attempts ended, in one statement; the number of letters that it changed.

    Letters that are not `attempting` under this lease any more are left as they are.
    """
    if not outcomes:
        return 0
    changed = session.scalars(
        update(Letter)
        .where(
            Letter.id.in_([outcome.letter_id for outcome in outcomes]),
            Letter.state == LetterState.ATTEMPTING,
            Letter.batch_id == lease.batch_id,
            exists().where(Batch.id == lease.batch_id, Batch.lease == lease.token),
        )
        .values(
            state=_each(Letter.state, outcomes, "state"),
            relay=select(Batch.relay).where(Batch.id == lease.batch_id).scalar_subquery(),
            reply_code=_each(Letter.reply_code, outcomes, "reply_code"),
            reply_text=_each(Letter.reply_text, outcomes, "reply_text"),
            due_at=_each(Letter.due_at, outcomes, "due_at"),
            ended_at=_ended_at(outcomes, now),
            attempts=Letter.attempts + 1,
            first_attempt_at=func.coalesce(Letter.first_attempt_at, now),
        )
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())


def skip(session: Session, reasons: Mapping[int, str], now: datetime) -> None:
    """End letters without an attempt; `reasons` says why, by letter."""
    for reason in sorted(set(reasons.values())):
        session.execute(
            update(Letter)
            .where(
                Letter.id.in_([letter_id for letter_id, why in reasons.items() if why == reason]),
                Letter.state.in_(may_become(LetterState.SKIPPED)),
            )
            .values(state=LetterState.SKIPPED, reply_text=reason, ended_at=now, due_at=None)
            .execution_options(synchronize_session=False)
        )


def give_back(session: Session, lease: Lease, now: datetime) -> None:
    """End the lease: letters that were not attempted are queued again, and an empty batch is ended."""
    batch = session.scalar(
        select(Batch).where(Batch.id == lease.batch_id, Batch.lease == lease.token).with_for_update()
    )
    if batch is None:
        return
    session.execute(
        update(Letter)
        .where(Letter.batch_id == batch.id, Letter.state == LetterState.ATTEMPTING)
        .values(state=LetterState.QUEUED)
        .execution_options(synchronize_session=False)
    )
    batch.lease = batch.leased_until = None
    if not session.scalar(select(exists().where(Letter.batch_id == batch.id, Letter.state == LetterState.QUEUED))):
        batch.ended_at = now


def _each(column: InstrumentedAttribute[Any], outcomes: Sequence[Outcome], name: str) -> ColumnElement[Any]:
    """The value of each letter's own outcome."""
    values = {outcome.letter_id: getattr(outcome, name) for outcome in outcomes}
    typed = {letter_id: literal(value, column.type) for letter_id, value in values.items() if value is not None}
    return case(typed, value=Letter.id, else_=null()) if typed else null()


def _ended_at(outcomes: Sequence[Outcome], now: datetime) -> ColumnElement[Any]:
    ended = [outcome.letter_id for outcome in outcomes if outcome.state in ENDED]
    return case((Letter.id.in_(ended), literal(now, Letter.ended_at.type)), else_=null())
