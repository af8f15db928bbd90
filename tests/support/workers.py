"""Real worker processes of a service, for tests that end them in all ways."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from newsletter.bootstrap import Service
from newsletter.migrations.schema import HEAD
from tests.support.ending import ending_with_us
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]


def stamp(service: Service) -> None:
    """Say that the database of a test, whose tables were made from the models, needs no migration."""
    with service.db.writing() as session:
        session.execute(
            text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        )
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def running_until(started: subprocess.Popen[bytes], condition: Callable[[], object], log: Path) -> None:
    """Wait for `condition` as long as the process runs; an AssertionError with its words if it ends before."""

    def reached() -> object:
        assert started.poll() is None, log.read_text()
        return condition()

    eventually(reached, seconds=60)


def environment_of(service: Service, **more: str) -> dict[str, str]:
    """The variables that give another process the same service."""
    settings = service.settings
    assert settings.relay_url is not None
    ours = {
        "DATABASE_URL": service.db.engine.url.render_as_string(hide_password=False),
        "REDIS_URL": settings.redis_url,
        "NEWSLETTER_RELAY_URL": settings.relay_url.get_secret_value(),
        "NEWSLETTER_SECRET_KEYS": ",".join(service.secret_keys),
        "NEWSLETTER_BATCH_SIZE": str(settings.batch_size),
        "NEWSLETTER_LEASE_SECONDS": str(settings.lease_seconds),
        "NEWSLETTER_RELAY_CONNECTIONS": str(settings.relay_connections),
        "NEWSLETTER_TICK_SECONDS": "1",
    }
    return {**os.environ, **ours, **more}


@contextmanager
def process(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, killed at the end unless it has ended, and with a test run that is; its output goes to `log`."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            ending_with_us(command),
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(10)


def sender_command() -> list[str]:
    """A process that sends letters as one task does, and ends."""
    code = "from newsletter.bootstrap import bootstrap; bootstrap().deliverer.deliver(seconds=60)"
    return [sys.executable, "-c", code]
