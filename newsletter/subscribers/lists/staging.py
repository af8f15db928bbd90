"""Putting lines that are fit beside the tables they go to: by COPY on Postgres, by one statement on SQLite."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from newsletter.db import is_sqlite
from newsletter.regions.models import Region
from newsletter.subscribers.lists.judging import WAITING, Fit
from newsletter.subscribers.lists.models import ImportChoice, ImportLine, ImportRun

_COLUMNS = (
    *("run_id", "line", "address", "normalised", "key", "choice", "state", "language", "time_zone"),
    *("asked_at", "confirmed_at", "left_at", "hour", "quiet_days", "paused_until", "verdict"),
)
_NULL = "\\N"
BLOCKED = "blocked"  # what stands in `verdict` until the line is merged


class Choices:
    """Numbers for lists of regions, kept with the run."""

    def __init__(self, session: Session, run_id: int) -> None:
        self._run_id = run_id
        self._ids = dict(session.execute(select(Region.code, Region.id)).all())
        kept: dict[int, list[str]] = {}
        query = select(ImportChoice.choice, Region.code, ImportChoice.is_waiting).join(Region)
        query = query.where(ImportChoice.run_id == run_id).order_by(ImportChoice.choice, ImportChoice.position)
        for choice, code, is_waiting in session.execute(query):
            kept.setdefault(choice, []).append(code + WAITING if is_waiting else code)
        self._numbers = {tuple(codes): choice for choice, codes in kept.items()}
        self._numbers.setdefault((), 0)

    def number(self, session: Session, codes: tuple[str, ...]) -> int:
        if codes not in self._numbers:
            self._numbers[codes] = number = len(self._numbers)
            plain = [code.removesuffix(WAITING) for code in codes]
            rows = [
                {
                    "run_id": self._run_id,
                    "choice": number,
                    "position": position,
                    "region_id": self._ids[code],
                    "is_waiting": said.endswith(WAITING),
                    "codes": plain,
                }
                for position, (code, said) in enumerate(zip(plain, codes, strict=True), start=1)
            ]
            session.execute(insert(ImportChoice), rows)
        return self._numbers[codes]


def stage(session: Session, run_id: int, choices: Choices, lines: Sequence[tuple[int, Fit]]) -> None:
    """Add these lines of a run, by their numbers."""
    if not lines:
        return
    keyed = zip(lines, _keys(len(lines)), strict=True)
    if is_sqlite(session):
        rows = [_row(run_id, line, fit, key, choices.number(session, fit.choice)) for (line, fit), key in keyed]
        session.execute(insert(ImportLine), rows)
        return
    text = "".join([_copied(run_id, line, fit, key, choices.number(session, fit.choice)) for (line, fit), key in keyed])
    connection = session.connection().connection.driver_connection
    assert connection is not None  # noqa: S101 - a session that has just run a statement has one
    with connection.cursor() as cursor, cursor.copy(f"COPY import_line ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        copy.write(text)


def unstage(session: Session, run: ImportRun) -> None:
    """Addresses are not kept beside the tables when a run is over."""
    for table in (ImportLine, ImportChoice):
        session.execute(delete(table).where(table.run_id == run.id))


def _keys(count: int) -> list[str]:
    """For new subscribers: 96 random bits each, asked for all at once."""
    text = secrets.token_urlsafe(12 * count)  # 12 bytes are 16 signs, without a rest
    return [text[place : place + 16] for place in range(0, 16 * count, 16)]


def _row(run_id: int, line: int, fit: Fit, key: str, choice: int) -> dict[str, object]:
    own = ("address", "normalised", "state", "language", "time_zone", "asked_at", "confirmed_at", "left_at")
    row = {name: getattr(fit, name) for name in (*own, "hour", "quiet_days", "paused_until")}
    return row | {
        "run_id": run_id,
        "line": line,
        "key": key,
        "choice": choice,
        "verdict": BLOCKED if fit.is_blocked else None,
    }


def _copied(run_id: int, line: int, fit: Fit, key: str, choice: int) -> str:
    """The line in COPY's text format. Addresses, codes and zones hold none of its signs: they have been checked."""
    return (
        f"{run_id}\t{line}\t{fit.address}\t{fit.normalised}\t{key}\t{choice}\t{fit.state}\t{fit.language}\t"
        f"{fit.time_zone}\t{fit.asked_at.isoformat()}\t{_at(fit.confirmed_at)}\t{_at(fit.left_at)}\t"
        f"{_NULL if fit.hour is None else fit.hour}\t{fit.quiet_days}\t{_at(fit.paused_until)}\t"
        f"{BLOCKED if fit.is_blocked else _NULL}\n"
    )


def _at(instant: datetime | None) -> str:
    return _NULL if instant is None else instant.isoformat()


def drop_old_runs(session: Session, before: datetime) -> None:
    """What was only looked at, or was broken off and never taken up again, goes: its lines hold addresses."""
    session.execute(delete(ImportRun).where(ImportRun.ended_at.is_(None), ImportRun.started_at < before))
