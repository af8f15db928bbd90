"""Lists out: subscribers as a CSV that the import reads back as it was, and suppressions."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.subscribers.lists.cells import defused
from newsletter.subscribers.lists.judging import WAITING
from newsletter.subscribers.models import Subscriber, Suppression

COLUMNS = (
    *("address", "state", "regions", "language", "time_zone", "hour", "quiet_days", "paused_until"),
    *("asked_at", "confirmed_at", "left_at"),
)


def write_subscribers(file: TextIO, subscribers: Iterable[Subscriber]) -> int:
    """A line each; how many. Regions stand in the reader's order, with `?` behind those that wait for a word."""
    return _write(file, COLUMNS, map(_cells, subscribers))


def write_suppressions(file: TextIO, session: Session) -> int:
    """Keyed hashes, for what they are of is not kept."""
    query = select(Suppression.address_digest, Suppression.reason, Suppression.since).order_by(Suppression.id)
    rows = session.execute(query.execution_options(yield_per=1000))
    return _write(file, ("address_digest", "reason", "since"), ((d, r, since.isoformat()) for d, r, since in rows))


def _write(file: TextIO, columns: Iterable[str], rows: Iterator[tuple[str, ...]]) -> int:
    writer = csv.writer(file)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        count += 1
    return count


def _cells(subscriber: Subscriber) -> tuple[str, ...]:
    regions = (s.region.code + ("" if s.confirmed_at else WAITING) for s in subscriber.subscriptions)
    return (
        subscriber.address,
        subscriber.state.value,
        " ".join(regions),
        subscriber.language,
        subscriber.time_zone,
        "" if subscriber.hour is None else str(subscriber.hour),
        subscriber.quiet_days,
        _at(subscriber.paused_until),
        _at(subscriber.asked_at),
        _at(subscriber.confirmed_at),
        _at(subscriber.left_at),
    )


def _at(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""
