"""Alembic's entry: runs the migrations on the connection that `schema.py` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

from newsletter.db import Base, UTCDateTime
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table


def _plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as the plain ones under them: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    render_item=_plainly,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
