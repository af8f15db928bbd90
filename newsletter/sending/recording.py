"""Keeping what became of letters: many rows in one statement, and only while the lease on their batch holds."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    String,
    Text,
    Update,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from newsletter.db import UTCDateTime, among, is_sqlite
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
    kept = session.connection().execute(
        _recording(is_sqlite(session)),
        {
            "ends": _written(session, outcomes, now),
            "of_batch": lease.batch_id,
            "of_lease": lease.token,
            "moment": now,
        },
    )
    return kept.rowcount


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
    connection = session.connection()
    given = {"of_batch": lease.batch_id, "of_lease": lease.token, "moment": now}
    if connection.execute(_GIVING_BACK, given).rowcount:
        connection.execute(_QUEUING, {"of_batch": lease.batch_id})


# Statements of which each batch needs some are made once, for to make one costs more than to send it.
_OF_BATCH, _OF_LEASE = bindparam("of_batch", type_=BigInteger), bindparam("of_lease", type_=String)
_MOMENT = bindparam("moment", type_=UTCDateTime)

_WAITS = exists().where(Letter.batch_id == _OF_BATCH, Letter.state.in_([LetterState.ATTEMPTING, LetterState.QUEUED]))
_GIVING_BACK = (
    update(Batch)
    .where(Batch.id == _OF_BATCH, Batch.lease == _OF_LEASE)
    .values(lease=None, leased_until=None, ended_at=case((_WAITS, Batch.ended_at), else_=_MOMENT))
)
_QUEUING = (
    update(Letter)
    .where(Letter.batch_id == _OF_BATCH, Letter.state == LetterState.ATTEMPTING)
    .values(state=LetterState.QUEUED)
)


@cache
def _recording(is_sqlite: bool) -> Update:
    ends = _Ends(is_sqlite)
    # SQLite would look for each letter of the batch among all outcomes; where no index helps it, it looks by the key.
    batch_id = Letter.batch_id + 0 if is_sqlite else Letter.batch_id
    return (
        update(Letter)
        .where(
            Letter.id == ends.letter_id,
            Letter.state == LetterState.ATTEMPTING,
            batch_id == _OF_BATCH,
            exists().where(Batch.id == _OF_BATCH, Batch.lease == _OF_LEASE),
        )
        .values(
            state=ends.state,
            relay=select(Batch.relay).where(Batch.id == _OF_BATCH).scalar_subquery(),
            reply_code=ends.reply_code,
            reply_text=ends.reply_text,
            due_at=ends.due_at,
            ended_at=ends.ended_at,
            attempts=Letter.attempts + 1,
            first_attempt_at=func.coalesce(Letter.first_attempt_at, _MOMENT),
        )
    )


class _Ends:
    """Outcomes, as `_written` writes them, as a table to update from."""

    def __init__(self, is_sqlite: bool) -> None:
        self._is_sqlite = is_sqlite
        written = bindparam("ends", type_=Text)
        rows = func.json_each(written) if is_sqlite else func.json_array_elements(cast(written, JSON))
        self._value: ColumnElement[Any] = rows.table_valued("value").c.value
        self.letter_id = self._field(0, Letter.id)
        self.state = self._field(1, Letter.state)
        self.reply_code = self._field(2, Letter.reply_code)
        self.reply_text = self._field(3, Letter.reply_text)
        self.due_at = self._field(4, Letter.due_at)
        self.ended_at = self._field(5, Letter.ended_at)

    def _field(self, number: int, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
        if self._is_sqlite:
            return func.json_extract(self._value, f"$[{number}]")
        return cast(self._value.op("->>")(number), column.type)


def _written(session: Session, outcomes: Sequence[Outcome], now: datetime) -> str:
    """All of `outcomes` as one parameter, so that the statement is always the same."""
    at = _on_sqlite if is_sqlite(session) else datetime.isoformat
    ended_at = at(now)
    return json.dumps(
        [
            [
                outcome.letter_id,
                outcome.state,
                outcome.reply_code,
                outcome.reply_text,
                at(outcome.due_at) if outcome.due_at else None,
                ended_at if outcome.state in ENDED else None,
            ]
            for outcome in outcomes
        ]
    )


def _on_sqlite(moment: datetime) -> str:
    """As SQLite has times: texts, all of one form and in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
