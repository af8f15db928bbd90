"""The Celery application: `celery -A workers.app worker`, `celery -A workers.app beat`.

Celery is the doorbell and the rows are the queue: tasks are short, their arguments are ids, nothing is scheduled ahead,
and a task that is lost, late or run twice is put right by the next tick.
"""

import logging
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import structlog
from celery import Celery, Task
from celery.signals import celeryd_init, setup_logging, task_postrun, task_prerun

from newsletter.bootstrap import redis_url
from newsletter.config import Settings, load_settings
from newsletter.logs import configure_logs
from workers.memory import share_one_arena
from workers.schedule import schedule

VISIBILITY_SECONDS = 180  # after so long the broker gives an unanswered message to someone else: three tasks long

FOR_NOTICES = 2  # threads that nothing else can take


def broker_url(url: str) -> str:
    """The address of a Redis as Celery writes it, which has a scheme of its own for a unix socket."""
    return f"redis+socket://{urlsplit(url).path}" if url.startswith("unix://") else url


def threads(settings: Settings) -> int:
    """So many that nothing waits for anything else, confirmations least of all.

    Letters hold at most `connections` (claiming.py counts), feeds `worker_threads`, tick, freezing,
    gathering and feedback one each (tasks.py counts).
    """
    return settings.connections + settings.worker_threads + 4 + FOR_NOTICES


@cache
def application() -> Celery:
    """The application by the settings of the environment. Raises SettingsError."""
    settings = load_settings()
    app = Celery("newsletter", broker=broker_url(redis_url(settings)), include=["workers.tasks"])
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_default_queue="default",
        task_routes={"workers.tasks.send_letters": "letters", "workers.tasks.send_notices": "notices"},
        timezone="UTC",
        # Threads: tasks wait for the network, and share a service.
        worker_pool="threads",
        worker_concurrency=threads(settings),
        worker_prefetch_multiplier=1,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS},
        beat_scheduler="celery.beat:Scheduler",  # keeps no file: the rows know what is due
        beat_schedule=schedule(settings.tick_seconds),
    )
    return app


def __getattr__(name: str) -> Any:
    """Celery looks for `app` in this module; to import it alone reads no settings and opens nothing."""
    if name == "app":
        return application()
    raise AttributeError(name)


@celeryd_init.connect
def _keep_memory_together(**_: Any) -> None:
    share_one_arena()


@setup_logging.connect
def _our_logs(**_: Any) -> None:
    """One form of log lines for every process; Celery would bring its own."""
    settings = load_settings()
    configure_logs(settings.log_style, settings.log_level)
    for chatty in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):  # a line or two for every ring
        logging.getLogger(chatty).setLevel(logging.WARNING)


@task_prerun.connect
def _name_the_task(task_id: str, task: Task, args: Any, **_: Any) -> None:
    structlog.contextvars.bind_contextvars(task=task.name.rpartition(".")[2], task_id=task_id, ids=list(args))


@task_postrun.connect
def _forget_the_task(**_: Any) -> None:
    structlog.contextvars.unbind_contextvars("task", "task_id", "ids")
