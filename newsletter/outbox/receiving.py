"""The outbox's SMTP side: it takes everything, and answers 250 when the mail is committed."""

import asyncio
import sqlite3

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from newsletter.outbox.store import Writer
from newsletter.smtp_closing import close_connections
from newsletter.smtp_data import Data

LARGEST = 50_000_000  # bytes
_DRAIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Reception:
    """Makes the SMTP side of each connection, and knows which are open. `writer` belongs to its event loop."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.open: set[_Session] = set()

    def __call__(self) -> "_Session":
        return _Session(self)

    async def close(self) -> None:
        await close_connections(self.open, within_seconds=_DRAIN_SECONDS)


class _Offers:
    """aiosmtpd's hook for the answer to EHLO."""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answer: list[str]
    ) -> list[str]:
        """Offer PIPELINING as well, so that a rehearsal sends as the real thing does; it costs a server nothing."""
        session.host_name = hostname
        return [*answer[:-1], "250-PIPELINING", answer[-1]]


class _Session(SMTP):
    def __init__(self, reception: Reception) -> None:
        super().__init__(
            handler=_Offers(),
            hostname="outbox",
            ident="Regional Weekly",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )
        self._reception = reception
        self._content: Data | None = None

    @property
    def is_amid_a_mail(self) -> bool:
        return self.envelope is not None and self.envelope.mail_from is not None

    def end(self) -> None:
        self._reception.open.discard(self)
        if self.transport is not None:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._reception.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._reception.open.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._content is not None and not self._content.complete.is_set():
            data = self._content.feed(data)
        if data:
            super().data_received(data)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if await self.check_helo_needed() or self.envelope is None:
            return
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        self._content = Data(LARGEST)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self._content.complete.wait()
        answer = self._keep(self.envelope, self._content)
        self._content = None
        self.envelope = self._create_envelope()
        await self.push(answer)

    def _keep(self, envelope: Envelope, content: Data) -> str:
        if content.is_too_large:
            return f"552 5.3.4 The outbox takes mails of up to {LARGEST} bytes"
        try:
            self._reception.writer.add(envelope.mail_from or "", envelope.rcpt_tos, content.message)
        except sqlite3.Error as error:
            log.exception("mail not kept")
            return f"451 4.3.0 The outbox cannot keep this now: {error}"
        return "250 2.0.0 Kept in the outbox"
