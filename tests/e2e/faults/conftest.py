"""Houses: a service of real processes each. Rows of one kind share one, which saves starting it thirty times."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faults.house import House, house
from tests.support.databases import OwnPostgres, create_postgres_database

MakeHouse = Callable[..., House]


@pytest.fixture(scope="module")
def make_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[MakeHouse]:
    """`make_house("postgres", lease_seconds=4)`; all of them end with the module."""
    with ExitStack() as stack:

        def make(database: str, **settings: Any) -> House:
            folder: Path = tmp_path_factory.mktemp("house")
            if database == "sqlite":
                url = f"sqlite:///{folder / 'house.sqlite3'}"
            else:
                server = request.getfixturevalue("postgres_server_url")
                url = create_postgres_database(server, f"{folder.name}_{worker_id}")
            return stack.enter_context(house(folder, url, **settings))

        yield make


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="newsletter-pg-"))  # short: it will hold a socket
    server = OwnPostgres(folder)
    yield server
    server.close()
    shutil.rmtree(folder, ignore_errors=True)
