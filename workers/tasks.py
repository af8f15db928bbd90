"""The tasks: short, by ids only. What they do is in newsletter/work.py; here is when they ring each other."""

from functools import cache
from threading import Event
from typing import Any

from celery import Task, shared_task
from celery.signals import worker_ready, worker_shutting_down

from newsletter import work
from newsletter.bootstrap import Service, bootstrap
from workers.schedule import lifetime

_stopping = Event()


@cache
def service() -> Service:
    """One for all threads of a worker, made with its first task."""
    return bootstrap()


def ring(task: Task, *ids: int) -> None:
    """Ask a worker for a task, now or never: the next tick asks again."""
    task.apply_async(ids, expires=lifetime(service().settings.tick_seconds))


@shared_task
def tick() -> None:
    """Look at clock and rows, put right what is due, and ring for the rest."""
    done = work.tick(service())
    for source_id in done.sources:
        ring(refresh_source, source_id)
    ring(gather_events)
    for _ in range(done.deliveries):
        ring(send_letters)
    ring(send_notices)
    done.raise_errors()


@shared_task
def refresh_source(source_id: int) -> None:
    """Ask one source for news."""
    if work.refresh_source(service(), source_id):
        ring(gather_events)


@shared_task
def gather_events() -> None:
    """Put new stories into events."""
    work.gather_events(service())


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


@worker_ready.connect
def _look_at_once(**_: Any) -> None:
    """A service that was down does not wait for beat's first tick."""
    ring(tick)


@worker_shutting_down.connect
def _drain(**_: Any) -> None:
    """Letters that are not yet offered go back, so that the worker can end at once."""
    _stopping.set()
