"""Fixtures that every test may use. `db` runs a test twice: on SQLite and on a real Postgres."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis
from hypothesis import HealthCheck, settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from newsletter.db import Database
from newsletter.redis_server import RedisServer
from newsletter.subscribers.links import Links
from tests.support.clocks import StillClock
from tests.support.databases import create_postgres_database, create_tables, empty_tables, postgres_server, renew_sqlite
from tests.support.smtp import SmtpSink

if TYPE_CHECKING:
    from tests.support.chromium import Chromium

KEY = "k" * 40

# How long an example takes says how busy the machine is: speed is measured elsewhere.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person who runs the tests stay out of them."""
    for name in list(os.environ):
        if name.startswith("NEWSLETTER_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("sqlite")
    create_tables(f"sqlite:///{folder / 'template.sqlite3'}")
    database = Database(f"sqlite:///{folder / 'test.sqlite3'}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def _postgres_database(postgres_server_url: str, worker_id: str) -> Iterator[Database]:
    url = create_postgres_database(postgres_server_url, f"test_{worker_id}")
    create_tables(url)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database with all tables, of each kind in turn: this test process has one of each."""
    database: Database = request.getfixturevalue(f"_{request.param}_database")
    if database.is_sqlite:
        renew_sqlite(database)
    else:
        empty_tables(database)
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def db(database_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """That database. Its connections are the test's own; its compiled statements serve the next test as well."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    database: Database = request.getfixturevalue(f"_{kind}_database")
    yield database
    database.close()


@pytest.fixture
def clock() -> StillClock:
    """Stands at Thursday, 14 May 2026, 12:00 UTC until a test moves it."""
    return StillClock()


@pytest.fixture
def links() -> Links:
    return Links([KEY], "https://news.example")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-redis-"))
    server = RedisServer(folder)
    server.start()
    yield server.url
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def redis_client(redis_url: str) -> Iterator["redis.Redis"]:
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def no_redis(tmp_path: Path) -> Iterator["redis.Redis"]:
    """A client of a Redis that is not there, and that tries just once."""
    client = redis.Redis(unix_socket_path=str(tmp_path / "nobody.sock"), retry=Retry(NoBackoff(), 0))
    yield client
    client.close()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server on loopback that takes every mail, until a test tells it otherwise."""
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Chromium]":
    """The Chromium that is installed; a test that looks at something is skipped where there is none."""
    from tests.support.chromium import Chromium, chromium_path  # slow to import, and for few tests

    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium is installed here (CHROMIUM names one)")
    with Chromium(path) as browser:
        yield browser
