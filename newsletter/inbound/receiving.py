"""The SMTP and LMTP sides of inbound mail: an address is looked at at once, a mail is answered when it is committed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from newsletter.feedback.recipients import Recipient
from newsletter.inbound.certificate import Certificate
from newsletter.inbound.gate import Gate
from newsletter.inbound.taking import LATER, NOBODY, Taker
from newsletter.smtp_closing import close_connections
from newsletter.smtp_data import Data

MOST_RECIPIENTS = 20
COMMAND_SECONDS = 120.0  # for a command, and for a whole mail after DATA
MOST_COMMANDS = 200  # of one kind in a connection
AT_WORK = 4  # mails that are decided at one time
_DRAIN_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Inbound:
    """Makes the server side of each connection. `is_lmtp`: for a mail server of ours, which is not limited."""

    def __init__(
        self,
        taker: Taker,
        gate: Gate,
        *,
        hostname: str,
        largest: int,
        is_lmtp: bool = False,
        certificate: Certificate | None = None,
        at_work: int = AT_WORK,
    ) -> None:
        self.taker, self.gate, self.is_lmtp, self.certificate = taker, gate, is_lmtp, certificate
        self.hostname, self.largest = hostname, largest
        self.open: set[_Session] = set()
        self._working = asyncio.Semaphore(at_work)

    def __call__(self) -> "_Session":
        return _LmtpSession(self) if self.is_lmtp else _Session(self)

    async def take(self, sender: str, recipients: Sequence[Recipient], source: bytes) -> list[str]:
        async with self._working:
            return await asyncio.to_thread(self.taker.take, sender, recipients, source)

    async def close(self) -> None:
        await close_connections(self.open, within_seconds=_DRAIN_SECONDS)


class _Hooks:
    """aiosmtpd's hooks: which senders and recipients are taken."""

    def __init__(self, inbound: Inbound) -> None:
        self._inbound = inbound

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: "_Session", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not (self._inbound.is_lmtp or self._inbound.gate.allows_mail(server.host)):
            return "450 4.7.1 Too many mails from your network within an hour, please try again later"
        envelope.mail_from = address or ""
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: "_Session", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients, please bring the others in another mail"
        if self._inbound.taker.find(address) is None:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class _Session(SMTP):
    def __init__(self, inbound: Inbound) -> None:
        super().__init__(
            handler=_Hooks(inbound),
            hostname=inbound.hostname,
            ident="Regional Weekly",
            data_size_limit=inbound.largest,
            enable_SMTPUTF8=True,
            timeout=COMMAND_SECONDS,
            command_call_limit=MOST_COMMANDS,
            tls_context=inbound.certificate.context() if inbound.certificate else None,
            loop=asyncio.get_running_loop(),
        )
        self._inbound = inbound
        self._data: Data | None = None
        self._held = 0
        self._is_counted = False
        self.host = ""

    @property
    def is_amid_a_mail(self) -> bool:
        return self._data is not None

    def end(self) -> None:
        self._inbound.open.discard(self)
        if self.transport is not None:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is not None:  # the same connection, in private from now on
            super().connection_made(transport)
            return
        peer: Any = transport.get_extra_info("peername")
        self.host = str(peer[0]) if peer else ""
        if not (self._inbound.is_lmtp or self._inbound.gate.enter(self.host)) and isinstance(
            transport, asyncio.Transport
        ):
            transport.write(b"421 4.7.0 Too many connections, please try again later\r\n")
            transport.close()
            return
        self._is_counted = not self._inbound.is_lmtp
        self._inbound.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._inbound.open.discard(self)
        self._release()
        if self._is_counted:
            self._is_counted = False
            self._inbound.gate.leave(self.host)
        if self.transport is not None:
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._data is not None and not self._data.complete.is_set():
            data = self._data.feed(data)
            self._hold()
        if data and self.transport is not None:
            super().data_received(data)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if await self.check_helo_needed() or self.envelope is None:
            return
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 5.5.1 Error: need RCPT command")
            return
        self._data = data = Data(self._inbound.largest)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await data.complete.wait()
        envelope, self.envelope = self.envelope, self._create_envelope()
        answers = await self._answers(envelope, data)
        self._data = None
        self._release()
        for answer in self._to_say(answers):
            await self.push(answer)

    async def handle_exception(self, error: Exception) -> str:
        """A bug costs nobody their mail."""
        if isinstance(error, TLSSetupException):
            log.info("a server and ours found no way to speak in private", error=type(error.__cause__).__name__)
        else:
            log.exception("mail not taken", error=type(error).__name__)
        self._data = None
        self._release()
        return LATER

    def _to_say(self, answers: list[str]) -> list[str]:
        """One answer for all recipients. If it is to come again, what was done for the others is not done twice."""
        return [next((answer for answer in answers if answer.startswith("4")), answers[0])]

    async def _answers(self, envelope: Envelope, data: Data) -> list[str]:
        if data.is_too_large:
            return ["552 5.3.4 The mail is too large"] * len(envelope.rcpt_tos)
        if data.has_bare_line_ends:
            return ["554 5.6.11 CR and LF may only stand together (RFC 5321, section 2.3.8)"] * len(envelope.rcpt_tos)
        found = [self._inbound.taker.find(address) for address in envelope.rcpt_tos]
        recipients = [recipient for recipient in found if recipient is not None]
        return await self._inbound.take(envelope.mail_from or "", recipients, data.message)

    def _hold(self) -> None:
        """Count what is held; beyond what all connections may hold together, no more of this mail is kept."""
        if self._data is None:
            return
        gate = self._inbound.gate
        more = self._data.held - self._held
        if more > 0 and not gate.holds(more):
            self._data.give_up()
            more = self._data.held - self._held
        gate.held += more
        self._held += more

    def _release(self) -> None:
        self._inbound.gate.held -= self._held
        self._held = 0


class _LmtpSession(_Session):
    """RFC 2033: greets with LHLO, and answers for each recipient."""

    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    def _to_say(self, answers: list[str]) -> list[str]:
        return answers
