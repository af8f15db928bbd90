"""When a story was published, by what its source wrote. Pure; every result is an aware instant in UTC."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # a date before it is a program's zero, not a publication
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

# Months as newsrooms of other languages abbreviate them in a date that should be English (RFC 822, 5.1).
_MONTHS = {
    "ene": "Jan", "fev": "Feb", "fév": "Feb", "abr": "Apr", "avr": "Apr", "mai": "May", "juin": "Jun", "juil": "Jul",
    "ago": "Aug", "aoû": "Aug", "set": "Sep", "out": "Oct", "okt": "Oct", "dic": "Dec", "dez": "Dec", "déc": "Dec",
}  # fmt: skip
_FOREIGN_DATE = re.compile(r"(?:[^\W\d_]+\.?,?\s+)?(\d{1,2})\s+(?:de\s+)?([^\W\d_]{3,})\.?\s+(?:de\s+)?(\d{4}.*)\Z")


def from_parts(parts: struct_time | None) -> datetime | None:
    """An instant from the UTC parts that feedparser gives; None for a date that cannot be meant."""
    if parts is None:
        return None
    try:
        return sane(datetime.fromtimestamp(0, UTC) + timedelta(seconds=calendar.timegm(parts)))
    except (OverflowError, ValueError):
        return None


def from_text(text: str | None) -> datetime | None:
    """An instant from ISO 8601 (RFC 3339) or an e-mail date, with month names of some other languages.

    A time without a zone is taken as UTC.
    """
    text = (text or "").strip()[:80]
    for read in (datetime.fromisoformat, parsedate_to_datetime, _from_foreign):
        try:
            instant = read(text)
            return sane(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def sane(instant: datetime) -> datetime | None:
    """`instant` in UTC, or None where it lies outside of what a feed can mean."""
    try:
        instant = instant.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return instant if EARLIEST <= instant < LATEST else None


def _from_foreign(text: str) -> datetime:
    match = _FOREIGN_DATE.match(text)
    if match is None:
        raise ValueError("not a date")
    day, month, rest = match.groups()
    name = month.lower()
    english = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or name[:3].title()
    return parsedate_to_datetime(f"{day} {english} {rest}")
