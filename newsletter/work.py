"""What workers do, without the machinery that calls them: Celery's tasks, `newsletter tick` and tests run this code.

Each piece is short, may run twice or beside itself, and takes everything that it needs to know from the rows. It
imports its stage when it runs: processes that only ask for the last tick need none of them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import redis
import structlog

from newsletter.bootstrap import Service

if TYPE_CHECKING:
    from newsletter.db import Database
    from newsletter.events.remembering import Memory
    from newsletter.sending.ticking import Tick

TURN_SECONDS = 30  # of one task: far below the time after which a broker gives it to someone else
_LAST_TICK = "newsletter:last-tick"

# What gathering remembers of a week, by database: while a process lives, a new story need not read the week again.
_memories: WeakKeyDictionary[Database, Memory] = WeakKeyDictionary()
_gathering = threading.Lock()

log = structlog.get_logger(__name__)


def tick(service: Service) -> Tick:
    """Put right what is due; the caller rings the doorbells, then raises the errors.

    Raises UnavailableError while the database is away, once and not for each step.
    """
    service.db.check()
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


def refresh_sources(
    service: Service, *, seconds: float = TURN_SECONDS, is_stopping: Callable[[], bool] = lambda: False
) -> bool:
    """Ask the sources that are due for news, for a while. True where one of them brought something.

    Others may do the same at the same time: each source is asked by one of them.
    """
    from newsletter.stories.refreshing import due_sources, refresh

    until = time.monotonic() + seconds
    brought = False
    with service.db.reading() as session:
        source_ids = due_sources(session, service.clock.now())
    for source_id in source_ids:
        if is_stopping() or time.monotonic() >= until:
            break
        with _alone(service, f"newsletter:refreshing:{source_id}") as is_ours:
            if is_ours:
                refreshed = refresh(service.db, service.fetcher, source_id, service.clock.now(), only_if_due=True)
                brought = brought or bool(refreshed.new or refreshed.changed)
    return brought


def gather_events(service: Service) -> int:
    """Put new stories into events, then find on which facts reports differ; how many new stories there were."""
    from newsletter.events.gathering import compare, place
    from newsletter.events.remembering import Memory

    with _gathering:  # a memory serves one at a time
        memory = _memories.setdefault(service.db, Memory())
        try:
            with service.db.writing() as session:
                gathered = place(session, service.clock.now(), memory)
            if memory.is_to_compare(service.clock.now()):
                with service.db.writing() as session:
                    compare(session, service.clock.now(), memory)
        except BaseException:
            memory.forget()
            raise
    return gathered.events + gathered.joined


def revisit_stories(service: Service, *, is_stopping: Callable[[], bool] = lambda: False) -> bool:
    """Look whether the stories of issues that are about to leave are still there; True where one is held for it.

    Pages are visited while no transaction is open. An issue that is frozen meanwhile is left as it is.
    """
    from newsletter.issues.revisiting import due_for_a_visit, revisit
    from newsletter.sending.models import NoticeKind
    from newsletter.sending.notices import tell_editors
    from newsletter.stories.visiting import visit

    now, is_held = service.clock.now(), False
    with service.db.reading() as session:
        due = due_for_a_visit(session, now)
    for one in due:
        if is_stopping():
            break
        gone = {found.url for found in visit(service.fetcher, one.urls, now) if found.is_gone}
        with service.db.writing() as session:
            issue = revisit(session, one.issue_id, gone, now)
            if issue is not None:
                is_held = True
                tell_editors(session, NoticeKind.HELD, issue, now, about=f"issue {issue.id}: {len(issue.told_of)}")
    return is_held


def freeze_waves(service: Service, *, seconds: float = TURN_SECONDS) -> bool:
    """Make letters for the readers of opened waves, for a while. True where that was too short for all of them."""
    now, until = service.clock.now(), time.monotonic() + seconds
    service.freezer.freeze_due_waves(now, seconds=seconds)
    return time.monotonic() >= until and service.freezer.is_behind(now)


def send_letters(
    service: Service, *, seconds: float = TURN_SECONDS, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Send letters for a while; how many had an end."""
    return service.deliverer.deliver(seconds=seconds, is_stopping=is_stopping)


def merge_lists(service: Service) -> bool:
    """Merge a list that a person gave at the desk; True where there was one."""
    from newsletter.subscribers.lists.importing import Importer
    from newsletter.subscribers.lists.uploads import Uploads

    settings = service.settings
    importer = Importer(service.db, service.clock, service.secret_keys, settings.import_megabytes * 1_000_000)
    return Uploads(importer).merge_next()


def send_notices(service: Service) -> int:
    """Send the notices that are due; how many were tried. While the relay does not answer they wait."""
    from newsletter.sending.relay import RelayUnavailableError

    try:
        return service.mailroom.send_due_notices()
    except RelayUnavailableError as error:
        log.warning("relay unavailable", reason=str(error))
        return 0


def take_in_feedback(service: Service, *, seconds: float = TURN_SECONDS) -> int:
    """Make events of what the relay refused, for a while, and erase what was kept for long enough; how many events.

    Clicks that were counted since are kept in the rows.
    """
    from newsletter.feedback.refused_letters import AT_ONCE, take_in_refusals
    from newsletter.feedback.tidying import erase_old

    settings, until, events = service.settings, time.monotonic() + seconds, 0
    keep_raw, keep_mail = timedelta(days=settings.keep_raw_days), timedelta(days=settings.keep_inbound_days)
    while time.monotonic() < until:
        with service.db.writing() as session:
            now = service.clock.now()
            found = take_in_refusals(session, keys=service.secret_keys, now=now, keep_raw=keep_raw)
        events += found
        if found < AT_ONCE:
            break
    with service.db.writing() as session:
        erase_old(session, service.clock.now(), keep_mail)
    if settings.count_clicks:
        _keep_clicks(service)
    return events


def _keep_clicks(service: Service) -> None:
    from newsletter.feedback.clicks import keep_clicks

    counter = service.click_counter
    try:
        counted = counter.take()
    except redis.RedisError:
        log.warning("clicks were not taken in: Redis does not answer")
        return
    if not counted:
        return
    try:
        with service.db.writing() as session:
            keep_clicks(session, counted)
    except BaseException:
        counter.give_back(counted)
        raise


def call_webhooks(
    service: Service, *, seconds: float = TURN_SECONDS, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Make calls of webhooks that are due, for a while, and erase old ones; how many were made."""
    until, made = time.monotonic() + seconds, 0
    caller = service.webhook_caller
    while not is_stopping() and time.monotonic() < until and (called := caller.call_due()):
        made += called
    caller.forget_old(service.clock.now() - timedelta(days=service.settings.keep_webhook_calls_days))
    return made


def answer_doorbells(service: Service) -> None:
    """Do here and now, to its end, what a tick asks workers for."""
    refresh_sources(service, seconds=math.inf)
    gather_events(service)
    revisit_stories(service)
    while send_notices(service):
        pass
    freeze_waves(service, seconds=math.inf)
    send_letters(service, seconds=math.inf)
    take_in_feedback(service, seconds=math.inf)
    call_webhooks(service, seconds=math.inf)


@contextmanager
def _alone(service: Service, name: str) -> Iterator[bool]:
    """Whether nobody else does this at the moment. Without Redis nobody is known to, and two do no harm."""
    try:
        is_ours = bool(service.redis.set(name, 1, nx=True, ex=int(service.settings.fetch_seconds) + 60))
    except redis.RedisError:
        yield True
        return
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(redis.RedisError):  # it expires
                service.redis.delete(name)
