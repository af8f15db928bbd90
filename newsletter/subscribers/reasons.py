"""Why people leave, if they care to say: counted, and tied to nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from newsletter.regions.timing import week_of
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


@dataclass(frozen=True)
class WeekOfReasons:
    week: str  # of ISO, in UTC: "2026-W20"
    counts: Mapping[str, int]  # reason to how often it was given, zeros included

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def reasons_by_week(session: Session, now: datetime, *, weeks: int) -> list[WeekOfReasons]:
    """Of the latest weeks, the present one last. By region nothing is known: a reason is tied to no reader."""
    today = now.astimezone(UTC).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), tzinfo=UTC)
    starts = [monday - timedelta(weeks=back) for back in range(weeks)]
    week = case(*((LeavingReason.at >= start, literal(week_of(start.date()))) for start in starts)).label("week")
    rows = select(week, LeavingReason.reason).where(LeavingReason.at >= starts[-1]).subquery()
    query = select(rows.c.week, rows.c.reason, func.count()).group_by(rows.c.week, rows.c.reason)
    found = {(name, reason): count for name, reason, count in session.execute(query)}
    names = [week_of(start.date()) for start in reversed(starts)]
    return [
        WeekOfReasons(name, {reason.value: found.get((name, reason.value), 0) for reason in Reason}) for name in names
    ]


def latest_words(session: Session, *, most: int) -> Sequence[LeavingReason]:
    """What people wrote, the newest first."""
    query = select(LeavingReason).where(LeavingReason.words.is_not(None))
    return session.scalars(query.order_by(LeavingReason.at.desc(), LeavingReason.id.desc()).limit(most)).all()
