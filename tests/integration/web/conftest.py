"""The pages of a service on each database, asked in this process, with a real Redis beside them."""

from collections.abc import Iterator
from functools import partial

import pytest
from fastapi import FastAPI
from jinja2.bccache import Bucket, BytecodeCache
from pydantic import HttpUrl
from sqlalchemy import event

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.web import pages
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.log_watch import LogWatch


class _Compiled(BytecodeCache):
    """Templates that an application of an earlier test has compiled."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="package", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "Environment", partial(pages.Environment, bytecode_cache=_Compiled()))
        yield


@pytest.fixture
def settings(tmp_path, redis_url) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        redis_url=redis_url,
        site_url=HttpUrl("https://news.example"),
        postal_address="1 Sample Street",
    )


@pytest.fixture
def service(settings, db, clock, redis_client) -> Service:
    return Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def app(service) -> FastAPI:
    """Each request to it must leave a trace in the log of who did what where it changes something at the desk."""
    made = create_app(service)
    made.add_middleware(LogWatch, engine=service.db.engine)
    return made


@pytest.fixture
def client(app) -> Iterator[Browser]:
    with Browser(app, "https://news.example") as browser:
        yield browser


@pytest.fixture
def queries(db) -> Iterator[list[str]]:
    """The statements that the database was asked, in order."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
