"""When a source is asked next. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

LONGEST_WAIT = timedelta(hours=24)


def after_success(now: datetime, refresh_minutes: int) -> datetime:
    return now + timedelta(minutes=refresh_minutes)


def after_failure(now: datetime, refresh_minutes: int, failures: int, retry_at: datetime | None = None) -> datetime:
    """Twice as long with each failure in a row, and not before its server wants; at most a day, whatever it wants."""
    wait = timedelta(minutes=refresh_minutes << min(failures, 16))
    wanted = max(now + wait, retry_at or now)
    return min(wanted, now + max(LONGEST_WAIT, timedelta(minutes=refresh_minutes)))


def in_turns(sources: Iterable[tuple[int, str]]) -> list[int]:
    """Ids of (id, URL) pairs, so ordered that neighbours have different hosts where that is possible."""
    by_host: dict[str, list[int]] = defaultdict(list)
    for source_id, url in sources:
        by_host[urlsplit(url).hostname or ""].append(source_id)
    return [source_id for turn in zip_longest(*by_host.values()) for source_id in turn if source_id is not None]
