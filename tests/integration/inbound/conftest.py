"""The inbound server as other servers meet it: on a port of loopback, with a real database behind it."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.inbound.gate import Gate
from newsletter.inbound.receiving import Inbound
from newsletter.inbound.taking import Taker
from tests.support.clocks import StillClock
from tests.support.inbound import inbound_service

LARGEST = 1_000_000


class Silent:
    """A bell that nobody hears."""

    def ring(self) -> None:
        return


@pytest.fixture
def service(db: Database, clock: StillClock) -> Service:
    return inbound_service(db, clock, inbound_max_bytes=LARGEST)


@contextmanager
def listening(side: Callable[[], Inbound]) -> Iterator[tuple[int, Inbound]]:
    """A server in a thread of its own: its port, and its side."""
    loop = asyncio.new_event_loop()
    started: list[tuple[asyncio.Server, Inbound]] = []

    async def start() -> None:
        inbound = side()
        started.append((await loop.create_server(inbound, "127.0.0.1", 0), inbound))

    async def stop() -> None:
        started[0][0].close()
        await started[0][1].close()

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server, inbound = started[0]
    try:
        yield server.sockets[0].getsockname()[1], inbound
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(15)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.run_until_complete(_cancel_the_rest())
        loop.close()


async def _cancel_the_rest() -> None:
    pending = asyncio.all_tasks() - {asyncio.current_task()}
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


@pytest.fixture
def listen(service: Service) -> Iterator[Callable[..., tuple[int, Inbound]]]:
    with ExitStack() as stack:

        def start(gate: Gate | None = None, **how: Any) -> tuple[int, Inbound]:
            taker, door = Taker(service, Silent()), gate or Gate()  # type: ignore[arg-type] - it only rings
            return stack.enter_context(
                listening(lambda: Inbound(taker, door, hostname="in.news.example", largest=LARGEST, **how))
            )

        yield start


@pytest.fixture
def port(listen: Callable[..., tuple[int, Inbound]]) -> int:
    return listen()[0]


class Dialogue:
    """Raw lines to a server and its answers, for what no mail program sends."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._file = self.socket.makefile("rb")

    def answer(self) -> str:
        line = self._file.readline().decode()
        while line[3:4] == "-":
            line = self._file.readline().decode()
        return line.strip()

    def rest(self) -> list[str]:
        """All lines until the server hangs up."""
        return [line.decode().strip() for line in self._file]

    def say(self, line: str) -> str:
        self.socket.sendall(line.encode() + b"\r\n")
        return self.answer()

    def begin(self, sender: str, *recipients: str, greeting: str = "EHLO") -> None:
        self.answer()
        self.say(f"{greeting} mx.readers.example")
        assert self.say(f"MAIL FROM:<{sender}>").startswith("250")
        for recipient in recipients:
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.say("DATA").startswith("354")

    def close(self) -> None:
        self._file.close()
        self.socket.close()


@pytest.fixture
def dialogue() -> Iterator[Callable[[int], Dialogue]]:
    opened: list[Dialogue] = []

    def dial(port: int) -> Dialogue:
        opened.append(Dialogue(port))
        return opened[-1]

    yield dial
    for one in opened:
        one.close()


def bring(port: int, to: str, source: bytes, sender: str = "ann@readers.example") -> tuple[int, bytes]:
    """The server's last answer to a mail, whatever it is."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("mx.readers.example")
        client.mail(sender)
        code, text = client.rcpt(to)
        return client.data(source) if code == 250 else (code, text)
