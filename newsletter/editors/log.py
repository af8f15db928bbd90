"""The log of who did what. Only ever added to."""

from datetime import datetime
from typing import Any

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
