"""What workers do, without the machinery that calls them: Celery's tasks, `newsletter tick` and tests run this code.

Each piece is short, may run twice or beside itself, and takes everything that it needs to know from the rows. It
imports its stage when it runs: processes that only ask for the last tick need none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import redis
import structlog

from newsletter.bootstrap import Service

if TYPE_CHECKING:
    from newsletter.sending.ticking import Tick

LETTERS_SECONDS = 30  # of one turn: far below the time after which a broker gives a task to someone else
_LAST_TICK = "newsletter:last-tick"

log = structlog.get_logger(__name__)


def tick(service: Service) -> Tick:
    """Put right what is due; the caller rings the doorbells, then raises the errors."""
    done = service.ticker.tick()
    try:
        service.redis.set(_LAST_TICK, datetime.now(UTC).isoformat())
    except redis.RedisError:
        log.warning("the time of the tick was not kept: Redis does not answer")
    return done


def last_tick(service: Service) -> datetime | None:
    """When a tick last came to its end, by the system's clock. Raises redis.RedisError."""
    raw = service.redis.get(_LAST_TICK)
    return datetime.fromisoformat(raw.decode()) if isinstance(raw, bytes) else None


def refresh_source(service: Service, source_id: int) -> bool:
    """Ask a source for news, if it still is due. True where it brought something new."""
    from newsletter.stories.refreshing import refresh

    refreshed = refresh(service.db, service.fetcher, source_id, service.clock.now(), only_if_due=True)
    return bool(refreshed.new or refreshed.changed)


def gather_events(service: Service) -> int:
    """Put new stories into events; how many there were."""
    from newsletter.events.gathering import gather

    with service.db.writing() as session:
        gathered = gather(session, service.clock.now())
    return gathered.events + gathered.joined


def send_letters(
    service: Service, *, seconds: float = LETTERS_SECONDS, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Send letters for a while; how many had an end."""
    return service.deliverer.deliver(seconds=seconds, is_stopping=is_stopping)


def send_notices(service: Service) -> int:
    """Send the notices that are due; how many were tried. While the relay does not answer they wait."""
    from newsletter.sending.relay import RelayUnavailableError

    try:
        return service.mailroom.send_due_notices()
    except RelayUnavailableError as error:
        log.warning("relay unavailable", reason=str(error))
        return 0


def answer_doorbells(service: Service, done: Tick) -> None:
    """Do here and now what a tick asks workers for."""
    for source_id in done.sources:
        refresh_source(service, source_id)
    gather_events(service)
    while send_notices(service):
        pass
    send_letters(service)
