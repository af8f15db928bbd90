"""Inserts that pass over rows which another process has made first."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from newsletter.db import Base, is_sqlite


def insert_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, all with the same columns; whichever breaks a unique key is there already and stays as it is."""
    if not rows:
        return
    session.execute(_insert(session, table).on_conflict_do_nothing(), list(rows))


def insert_new_from(session: Session, table: type[Base], columns: Sequence[str], rows: Select[Any]) -> int:
    """The same with the rows of a query; how many there were not yet."""
    statement = _insert(session, table).from_select(columns, rows, include_defaults=False).on_conflict_do_nothing()
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)  # noqa: S101 - so says SQLAlchemy of a statement that returns no rows
    return result.rowcount


def _insert(session: Session, table: type[Base]) -> Any:
    dialect: Any = sqlite if is_sqlite(session) else postgresql
    return dialect.insert(table.__table__)
