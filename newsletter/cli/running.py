"""All processes of the embedded size: Redis, outbox, pages, worker and beat, as one thing to start and to stop."""

import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import redis

from newsletter.bootstrap import Service, bootstrap
from newsletter.config import Settings
from newsletter.errors import UnavailableError
from newsletter.redis_server import RedisServer
from newsletter.supervisor import Child, Supervisor
from newsletter.work import last_tick

START_SECONDS = 60.0

_NEWSLETTER = (sys.executable, "-m", "newsletter")
# Celery warns of running as root, which a container may do on purpose; pickle, the reason, is switched off.
_CELERY = (sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet")
_APP = ("-A", "workers.app")


def worker_command(*, queues: Sequence[str] = (), threads: int | None = None) -> list[str]:
    """Celery's worker; without `queues` it serves all of them."""
    chosen = ["--queues", ",".join(queues or ("notices", "letters", "default"))]
    concurrency = ["--concurrency", str(threads)] if threads else []
    return [*_CELERY, *_APP, "worker", "--without-gossip", "--without-mingle", *chosen, *concurrency]


def beat_command() -> list[str]:
    return [*_CELERY, *_APP, "beat"]


def children_of(settings: Settings, environment: Mapping[str, str]) -> list[Child]:
    """The processes that make up a service of these settings, Redis aside."""
    outbox = [Child("outbox", [*_NEWSLETTER, "outbox"], environment, ends_last=True)]
    return [
        *(outbox if settings.relay_url is None else []),
        Child("web", [*_NEWSLETTER, "web"], environment),
        Child("worker", worker_command(), environment),
        Child("beat", beat_command(), environment),
        *([Child("inbound", [*_NEWSLETTER, "inbound"], environment)] if settings.takes_mail else []),
    ]


class Running:
    """A service whose processes run. `tend` it a few times a second."""

    def __init__(self, service: Service, supervisor: Supervisor, own_redis: RedisServer | None) -> None:
        self.service = service
        self._supervisor = supervisor
        self._own_redis = own_redis
        self._since = datetime.now(UTC)

    def tend(self) -> None:
        """Restart what has died. Raises UnavailableError where a process cannot run."""
        if self._own_redis is not None:
            self._own_redis.revive()
        self._supervisor.tend()

    def wait_until_ready(
        self, *, seconds: float = START_SECONDS, is_stopping: Callable[[], bool] = lambda: False
    ) -> None:
        """Return when everything answers. Raises UnavailableError, naming what does not."""
        deadline = time.monotonic() + seconds
        while (missing := self._missing()) and not is_stopping():
            self.tend()
            if time.monotonic() > deadline:
                raise UnavailableError(f"After {seconds:.0f} seconds there is no answer from: {', '.join(missing)}.")
            time.sleep(0.1)  # other processes start; there is nothing to be woken by

    def _missing(self) -> list[str]:
        settings = self.service.settings
        checks = {"the pages": _listens(settings.web_host, settings.web_port), "the worker": self._has_ticked()}
        if settings.relay_url is None:
            checks["the outbox"] = all(
                _listens("127.0.0.1", port) for port in (settings.outbox_smtp_port, settings.outbox_web_port)
            )
        return [name for name, is_there in checks.items() if not is_there]

    def _has_ticked(self) -> bool:
        """A worker rings its first tick as soon as it is ready."""
        try:
            ticked_at = last_tick(self.service)
        except redis.RedisError:
            return False
        return ticked_at is not None and ticked_at >= self._since


@contextmanager
def running(
    settings: Settings, show: Callable[[str, str], None], environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start everything; at the end stop everything, within about ten seconds.

    `show` gets a process's name and a line of it. `environment` is for the processes, beside ours: they read their
    settings themselves.
    """
    with _own_redis(settings) as own_redis:
        service = bootstrap(settings)  # one process brings SQLite's schema up to date, before there are several
        supervisor = Supervisor(children_of(settings, environment or {}), show)
        try:
            supervisor.start()
            yield Running(service, supervisor, own_redis)
        finally:
            supervisor.stop()
            service.close()


@contextmanager
def _own_redis(settings: Settings) -> Iterator[RedisServer | None]:
    """A Redis of our own, where the settings name none."""
    server = None if settings.redis_url else RedisServer(settings.data_dir)
    try:
        if server is not None:
            server.start()
        yield server
    finally:
        if server is not None:
            server.stop()


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=1):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    """An address that leads to a server which listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
