"""The tasks: short, and without arguments, for the rows know what is due.

What they do is in newsletter/work.py; here is how many of them run side by side, and when they ring each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Event, Lock
from typing import Any

import structlog
from celery import Task, shared_task
from celery.signals import worker_ready, worker_shutting_down

from newsletter import work
from newsletter.bootstrap import Service, bootstrap
from newsletter.errors import UnavailableError
from newsletter.patience import Patience
from workers.schedule import lifetime

_stopping = Event()
_once = Lock()
_tick_is_wanted = Event()  # somebody rang for one that has not begun
_database = Patience()  # while it is away, each wait for the next tick is longer

log = structlog.get_logger(__name__)


@cache
def _service() -> Service:
    made = bootstrap()
    made.warm_up()
    return made


def service() -> Service:
    """One for all threads of a worker, made with its first task."""
    with _once:
        return _service()


@cache
def _slots(name: str, most: int) -> BoundedSemaphore:
    return BoundedSemaphore(most)


@contextmanager
def slot(name: str, most: int = 1) -> Iterator[bool]:
    """Whether fewer than `most` of a task run in this process. One that finds no slot ends: it was rung too often.

    That keeps feeds that are slow to answer, or a long tick, from taking the threads of everything else.
    """
    with _once:
        slots = _slots(name, most)
    is_free = slots.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            slots.release()


def ring(task: Task) -> None:
    """Ask a worker for a task, now or never: the next tick asks again."""
    task.apply_async(expires=lifetime(service().settings.tick_seconds))


@shared_task
def tick() -> None:
    """Look at clock and rows, put right what is due, and ring for the rest.

    Whoever rings while one is under way has changed rows that it may have looked at already: one more follows it.
    """
    _tick_is_wanted.set()
    with slot("tick") as is_free:
        if not is_free:
            return
        _tick_is_wanted.clear()
        if not _database.may_try():
            return
        try:
            done = work.tick(service())
        except UnavailableError as error:
            _database.failed()
            log.warning("tick put off", reason=str(error))
            return
        _database.succeeded()
    if _tick_is_wanted.is_set():
        ring(tick)
    for _ in range(min(len(done.sources), service().settings.worker_threads)):
        ring(refresh_sources)
    ring(gather_events)
    ring(revisit_stories)
    for _ in range(done.deliveries):
        ring(send_letters)
    if done.is_freezing:
        ring(freeze_waves)
    ring(send_notices)
    ring(take_in_feedback)
    ring(call_webhooks)
    ring(merge_lists)
    done.raise_errors()


@shared_task
def refresh_sources() -> None:
    """Ask sources that are due for news, for half a minute; the next tick rings for those that are left."""
    with slot("refresh_sources", service().settings.worker_threads) as is_free:
        brought = is_free and work.refresh_sources(service(), is_stopping=_stopping.is_set)
    if brought:
        ring(gather_events)


@shared_task
def gather_events() -> None:
    """Put new stories into events."""
    with slot("gather_events") as is_free:
        if is_free:
            work.gather_events(service())


@shared_task
def revisit_stories() -> None:
    """See whether stories of issues that are about to leave were withdrawn."""
    with slot("revisit_stories") as is_free:
        if is_free and work.revisit_stories(service(), is_stopping=_stopping.is_set):
            ring(send_notices)


@shared_task
def freeze_waves() -> None:
    """Go on with what the tick began, for half a minute; those who send have found the letters by then."""
    with slot("freeze_waves") as is_free:
        is_behind = is_free and work.freeze_waves(service())
    if is_free:
        ring(send_letters)
    if is_behind:
        ring(freeze_waves)


@shared_task
def send_letters() -> None:
    """Send letters for half a minute, then ring for whoever goes on."""
    sent = work.send_letters(service(), is_stopping=_stopping.is_set)
    if sent and service().deliverer.waiting():
        ring(send_letters)


@shared_task
def send_notices() -> None:
    """Send the mails outside a round that are due."""
    if work.send_notices(service()):
        ring(send_notices)


@shared_task
def merge_lists() -> None:
    """Merge a list of readers that was given at the desk; one at a time, a minute for a million lines."""
    with slot("merge_lists") as is_free:
        if is_free and work.merge_lists(service()):
            ring(merge_lists)


@shared_task
def take_in_feedback() -> None:
    """Weigh what the relay refused, and erase what was kept for long enough."""
    with slot("take_in_feedback") as is_free:
        if is_free and work.take_in_feedback(service()):
            ring(send_notices)


@shared_task
def call_webhooks() -> None:
    """Tell programs of the newsroom what happened."""
    with slot("call_webhooks") as is_free:
        if is_free:
            work.call_webhooks(service(), is_stopping=_stopping.is_set)


@worker_ready.connect
def _look_at_once(**_: Any) -> None:
    """A service that was down does not wait for beat's first tick, nor a letter for the code that sends it."""
    service()
    ring(tick)


@worker_shutting_down.connect
def _drain(**_: Any) -> None:
    """Letters that are not yet offered go back, so that the worker can end at once."""
    _stopping.set()
