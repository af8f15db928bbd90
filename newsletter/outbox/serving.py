"""The outbox as one process: SMTP and pages in one event loop, until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import uvicorn

from newsletter.config import Settings, variable_name
from newsletter.errors import UnavailableError
from newsletter.outbox import HOST
from newsletter.outbox.receiving import Reception
from newsletter.outbox.store import Outbox
from newsletter.outbox.viewing import create_app


def outbox_of(settings: Settings) -> Outbox:
    return Outbox(settings.data_dir / "outbox.sqlite3")


def serve(settings: Settings, when_ready: Callable[[], None] = lambda: None) -> None:
    """Take and show mail until SIGINT or SIGTERM. Raises UnavailableError where a port is taken."""
    with ExitStack() as stack:
        smtp = stack.enter_context(closing(_listen(settings.outbox_smtp_port, "outbox_smtp_port")))
        web = stack.enter_context(closing(_listen(settings.outbox_web_port, "outbox_web_port")))
        asyncio.run(_serve(outbox_of(settings), smtp, web, when_ready))


async def _serve(outbox: Outbox, smtp: socket.socket, web: socket.socket, when_ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    pages = _Pages(
        uvicorn.Config(create_app(outbox), log_config=None, log_level="warning", access_log=False, lifespan="off")
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, pages.stop)
    with closing(outbox.writer()) as writer:
        reception = Reception(writer)
        server = await loop.create_server(reception, sock=smtp)
        loop.call_soon(when_ready)
        await pages.serve(sockets=[web])
        server.close()
        await reception.close()


class _Pages(uvicorn.Server):
    def stop(self) -> None:
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals are the outbox's: it has mails to finish first."""
        yield


def _listen(port: int, setting: str) -> socket.socket:
    try:
        listener = socket.create_server((HOST, port))
        # Each connection inherits it. Else answers to pipelined commands wait for each other, 40 ms a mail.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise UnavailableError(
            f"The outbox cannot listen on {HOST}:{port} ({error.strerror}). If another one runs there, stop it, or "
            f"choose another port in {variable_name(setting)}."
        ) from error
