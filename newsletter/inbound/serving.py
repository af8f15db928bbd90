"""Inbound mail as one process: SMTP, LMTP and the mailbox side by side, until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing

import structlog

from newsletter.bootstrap import Service
from newsletter.config import Settings, variable_name
from newsletter.errors import SettingsError, UnavailableError
from newsletter.inbound.certificate import Certificate
from newsletter.inbound.gate import Gate
from newsletter.inbound.mailboxes import MailboxUrl
from newsletter.inbound.polling import poll
from newsletter.inbound.receiving import Inbound
from newsletter.inbound.taking import Taker

log = structlog.get_logger(__name__)


def serve(service: Service, when_ready: Callable[[list[str]], None] = lambda ways: None) -> None:
    """Take mail until SIGINT or SIGTERM; `when_ready` is told by which ways it comes.

    Raises SettingsError where no way is set, UnavailableError where a port is taken.
    """
    settings = service.settings
    if not settings.takes_mail:
        raise SettingsError(
            f"Set {variable_name('inbound_smtp_port')}, {variable_name('inbound_lmtp_port')} or "
            f"{variable_name('inbound_mailbox')}: no mail can come in."
        )
    certificate = Certificate.of(settings)
    with ExitStack() as stack:
        smtp, lmtp = (_listener(stack, settings, field) for field in ("inbound_smtp_port", "inbound_lmtp_port"))
        asyncio.run(_serve(service, smtp, lmtp, certificate, when_ready))


async def _serve(
    service: Service,
    smtp: socket.socket | None,
    lmtp: socket.socket | None,
    certificate: Certificate | None,
    when_ready: Callable[[list[str]], None],
) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    taker, gate, settings = Taker.of(service), Gate(), service.settings
    hostname = settings.inbound_domain or settings.bounce_domain or settings.list_domain
    ways, sides = [], []
    for listener, is_lmtp in ((smtp, False), (lmtp, True)):
        if listener is not None:
            side = Inbound(
                taker, gate, hostname=hostname, largest=settings.inbound_max_bytes, is_lmtp=is_lmtp,
                certificate=None if is_lmtp else certificate,
            )  # fmt: skip
            sides.append((side, await loop.create_server(side, sock=listener)))
            ways.append(f"{'LMTP' if is_lmtp else 'SMTP'} on {settings.inbound_host}:{listener.getsockname()[1]}")
    polling = asyncio.create_task(_poll(taker, settings, stopping)) if settings.inbound_mailbox else None
    ways += ["the mailbox"] if polling else []
    when_ready(ways)
    await stopping.wait()
    for side, server in sides:
        server.close()
        await side.close()
    if polling:
        await polling


async def _poll(taker: Taker, settings: Settings, stopping: asyncio.Event) -> None:
    assert settings.inbound_mailbox is not None  # noqa: S101 - asked by whoever starts this
    url = MailboxUrl.parse(settings.inbound_mailbox.get_secret_value())
    while not stopping.is_set():
        try:
            await asyncio.to_thread(poll, url, taker.take_found, largest=settings.inbound_max_bytes)
        except UnavailableError as error:
            log.warning("the mailbox cannot be looked into", reason=str(error))
        try:
            async with asyncio.timeout(settings.inbound_poll_minutes * 60):
                await stopping.wait()
        except TimeoutError:
            continue


def _listener(stack: ExitStack, settings: Settings, field: str) -> socket.socket | None:
    port = getattr(settings, field)
    if not port:
        return None
    host = settings.inbound_host
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return stack.enter_context(closing(socket.create_server((host, port), family=family)))
    except OSError as error:
        raise UnavailableError(
            f"No mail can be taken on {host}:{port} ({error.strerror}). Choose another port in {variable_name(field)}, "
            "or stop what listens there; ports below 1024 are for root."
        ) from error
