"""Why people leave, if they care to say: counted, and tied to nobody."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.subscribers.models import LeavingReason


class Reason(StrEnum):
    OFTEN = "often"
    TOPIC = "topic"
    UNASKED = "unasked"
    OTHER = "other"


def keep_reason(session: Session, reason: str, words: str, now: datetime) -> bool:
    """False where nothing was said."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:500]
    known = reason if reason in set(Reason) else ""
    if not known and not words:
        return False
    session.add(LeavingReason(at=now, reason=known or Reason.OTHER, words=words or None))
    return True


def counted_reasons(session: Session) -> dict[str, int]:
    """How often each was given, zeros included."""
    rows = session.execute(select(LeavingReason.reason, func.count()).group_by(LeavingReason.reason))
    return {reason.value: 0 for reason in Reason} | dict(rows.all())
