"""Real worker processes of a service, for tests that end them in all ways."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from newsletter.bootstrap import Service
from newsletter.cli.running import beat_command, worker_command

ROOT = Path(__file__).parents[2]


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
    """A process, killed at the end unless it has ended; its output goes to `log`."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True
        )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(10)


def sender(environment: Mapping[str, str], log: Path):  # type: ignore[no-untyped-def] - a context manager as above
    """A process that sends letters as one task does, and ends."""
    code = "from newsletter.bootstrap import bootstrap; bootstrap().deliverer.deliver(seconds=60)"
    return process([sys.executable, "-c", code], environment, log)


def worker(environment: Mapping[str, str], log: Path):  # type: ignore[no-untyped-def]
    return process(worker_command(), environment, log)


def beat(environment: Mapping[str, str], log: Path):  # type: ignore[no-untyped-def]
    return process(beat_command(), environment, log)
