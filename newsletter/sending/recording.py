"""Keeping what became of letters: many rows in one statement, and only while the lease on their batch holds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, cast, exists, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from newsletter.db import among, is_sqlite
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
    ends = _Ends(session, outcomes, now)
    changed = session.scalars(
        update(Letter)
        .where(
            Letter.id == ends.letter_id,
            Letter.state == LetterState.ATTEMPTING,
            Letter.batch_id == lease.batch_id,
            exists().where(Batch.id == lease.batch_id, Batch.lease == lease.token),
        )
        .values(
            state=ends.state,
            relay=select(Batch.relay).where(Batch.id == lease.batch_id).scalar_subquery(),
            reply_code=ends.reply_code,
            reply_text=ends.reply_text,
            due_at=ends.due_at,
            ended_at=ends.ended_at,
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
                among(session, Letter.id, [letter_id for letter_id, why in reasons.items() if why == reason]),
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


class _Ends:
    """Outcomes as a table to update from. All of them are one parameter, so that the statement is always the same."""

    def __init__(self, session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
        self._is_sqlite = is_sqlite(session)
        listed = literal([self._row(outcome, now) for outcome in outcomes], JSON)
        rows = func.json_each(listed) if self._is_sqlite else func.json_array_elements(listed)
        self._value: ColumnElement[Any] = rows.table_valued("value").c.value
        self.letter_id = self._field(0, Letter.id)
        self.state = self._field(1, Letter.state)
        self.reply_code = self._field(2, Letter.reply_code)
        self.reply_text = self._field(3, Letter.reply_text)
        self.due_at = self._field(4, Letter.due_at)
        self.ended_at = self._field(5, Letter.ended_at)

    def _row(self, outcome: Outcome, now: datetime) -> list[int | str | None]:
        ended_at = now if outcome.state in ENDED else None
        times = self._written(outcome.due_at), self._written(ended_at)
        return [outcome.letter_id, outcome.state, outcome.reply_code, outcome.reply_text, *times]

    def _written(self, moment: datetime | None) -> str | None:
        """As the database writes it: SQLite has texts for times, all of one form and in UTC."""
        if moment is None:
            return None
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if self._is_sqlite else moment.isoformat()

    def _field(self, number: int, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
        if self._is_sqlite:
            return func.json_extract(self._value, f"$[{number}]")
        return cast(self._value.op("->>")(number), column.type)
