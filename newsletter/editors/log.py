"""The log of who did what. Only ever added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.models import LogEntry

COMMAND_LINE = "command line"
AUTOMATIC = "automatic"


def record(
    session: Session, *, actor: str, action: str, subject: str, details: dict[str, Any], now: datetime
) -> LogEntry:
    """Add an entry: `actor` (an editor's name, COMMAND_LINE or AUTOMATIC) did `action` ("issue approved") to `subject`.

    `details` is what changed, such as {"before": ..., "after": ...}; it must hold no address of a reader.
    """
    entry = LogEntry(at=now, actor=actor[:200], action=action[:60], subject=subject[:120], details=details)
    session.add(entry)
    return entry


def entries(
    session: Session, *, actor: str = "", action: str = "", subject: str = "", before: int | None = None, limit: int
) -> Sequence[LogEntry]:
    """The newest first: all of them, or those of one actor, action and subject, exactly as they are written.

    `before` is the number of the entry after which to go on.
    """
    query = select(LogEntry).order_by(LogEntry.id.desc()).limit(limit)
    for column, value in ((LogEntry.actor, actor), (LogEntry.action, action), (LogEntry.subject, subject)):
        query = query.where(column == value) if value else query
    return session.scalars(query if before is None else query.where(LogEntry.id < before)).all()
