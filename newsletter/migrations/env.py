"""Alembic's entry: runs the migrations on the connection that `schema.py` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum
from sqlalchemy.engine import Connection

from newsletter.db import Base, UTCDateTime
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table


def _plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as the plain ones under them: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def _tie_rows(connection: Connection, *, firmly: bool) -> None:
    """SQLite changes a table by a copy under another name, during which what refers to its rows refers to nothing.

    So foreign keys are looked at before and after (https://www.sqlite.org/lang_altertable.html#otheralter); in a
    transaction the pragma would do nothing, and nothing would say so.
    """
    if connection.dialect.name == "sqlite":
        connection.rollback()
        connection.connection.cursor().execute(f"PRAGMA foreign_keys={'ON' if firmly else 'OFF'}").close()


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    render_item=_plainly,
    compare_type=True,
)
_tie_rows(connection, firmly=False)
try:
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
finally:
    _tie_rows(connection, firmly=True)
