"""Connections to servers that follow a script."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from newsletter.config import load_settings
from newsletter.sending.connection import Connection, Offer
from newsletter.sending.relay import Relay
from tests.support.raw_smtp import RawSmtp

SENDER = "weekly@newsletter.example"
MESSAGE = b"Subject: This week\r\n\r\nGood morning\r\n"


def relay_of(server: RawSmtp, *, scheme: str = "smtp", login: str = "", options: str = "", **settings: Any) -> Relay:
    url = f"{scheme}://{login}127.0.0.1:{server.port}{options}"
    return Relay.of(load_settings(relay_url=url, **{"relay_timeout_seconds": 5, **settings}))


@contextmanager
def connected(server: RawSmtp, **settings: Any) -> Iterator[Connection]:
    with relay_of(server, **settings).connect() as connection:
        yield connection


def offers(count: int, message: bytes = MESSAGE) -> list[Offer]:
    return [Offer.of(SENDER, f"reader{number}@readers.example", message) for number in range(count)]
