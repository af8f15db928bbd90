"""A real SMTP server on loopback that records what it gets and answers as it is told.

In a test:

    with SmtpSink() as sink:
        sink.rule("RCPT", "451 4.7.1 Try again later", match="ann@", times=1)
        ...  # send to 127.0.0.1:sink.port
        assert sink.recipients == ["ben@readers.example"]

As a process, for tests that kill their neighbours; one line of JSON a message is appended to the log:

    python -m tests.support.smtp --port 2525 --log sink.jsonl [--rule 'RCPT 451 4.7.1 Later' ...]
"""

import argparse
import asyncio
import json
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.ending import ending_with_us

ROOT = Path(__file__).parents[2]
TLS = ROOT / "tests" / "data" / "tls"
CLOSE = "close"  # end the connection instead of answering
HANG = "hang"  # never answer


@dataclass
class Rule:
    """What to answer to a command instead of 250, the `times` first times after the `after` first ones.

    Commands: CONNECT (the greeting), MAIL, RCPT, DATA (the command itself), BODY (the whole message, before it is
    kept), ANSWER (the same, when it has been kept), RSET.
    """

    command: str
    reply: str  # "451 4.7.1 Later", CLOSE or HANG; one that begins with 421 closes the connection as well
    match: str = ""  # a regular expression, searched in the argument; for DATA and BODY in the recipient
    times: int | None = None
    after: int = 0
    seen: int = 0

    def applies(self, command: str, text: str) -> bool:
        if command != self.command or not re.search(self.match, text):
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)


@dataclass(frozen=True)
class Received:
    """A message that the server answered 250, as it came (without the transport's dots)."""

    sender: str
    recipient: str
    data: bytes
    connection: int  # counted from 1
    at: float  # time.time()

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)

    @property
    def message_id(self) -> str:
        found = re.search(rb"(?im)^message-id:\s*(\S+)", self.data)
        return found[1].decode() if found else ""


@dataclass
class SmtpSink:
    """`port` 0: any free one. `tls`: "starttls" or "implicit". `logins`: who may log in, and must."""

    port: int = 0
    tls: str = ""
    logins: dict[str, str] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    log: Path | None = None
    keep: bool = True  # False: only count and log, for long runs
    offers: tuple[str, ...] = ("PIPELINING",)  # beyond SIZE and 8BITMIME; SMTPUTF8 is one that it can keep

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._file = self.log.open("a", buffering=1) if self.log else None
        self.protocols: set[_Protocol] = set()
        self._trouble: OSError | None = None

    def rule(self, command: str, reply: str, **conditions: Any) -> Rule:
        """Answer so from now on; the first rule that applies decides."""
        self.rules.append(rule := Rule(command, reply, **conditions))
        return rule

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.received]

    def of(self, recipient: str) -> list[Received]:
        return [mail for mail in self.received if mail.recipient == recipient]

    def __enter__(self) -> "SmtpSink":
        self._thread.start()
        self._ready.wait(10)
        if self._trouble:
            raise self._trouble
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        if self._file:
            self._file.close()

    def drop_connections(self) -> None:
        """End every open connection, as a relay that restarts does."""

        def drop() -> None:
            for protocol in self.protocols:
                protocol.abort()

        self.loop.call_soon_threadsafe(drop)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        context = _server_context() if self.tls else None
        try:
            server = self.loop.run_until_complete(
                self.loop.create_server(
                    lambda: _Protocol(self, context if self.tls == "starttls" else None),
                    "127.0.0.1",
                    self.port,
                    ssl=context if self.tls == "implicit" else None,
                )
            )
        except OSError as error:
            self._trouble = error
            self.loop.close()
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self.loop.call_soon(self._ready.set)
        self.loop.run_forever()
        server.close()
        for protocol in self.protocols:
            protocol.abort()
        for task in (tasks := asyncio.all_tasks(self.loop)):
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answer: list[str]
    ) -> list[str]:
        """aiosmtpd's hook: what the server offers."""
        session.host_name = hostname
        more = (f"250-{offer}" for offer in self.offers if offer != "SMTPUTF8")
        return [*answer[:-1], *more, answer[-1]]

    async def handle_DATA(self, server: "_Protocol", session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """aiosmtpd's hook: the answer to a whole message."""
        if rule := self.ruling("BODY", " ".join(envelope.rcpt_tos)):
            return await server.obey(rule)
        self.keep_message(envelope, server.number)
        if rule := self.ruling("ANSWER", " ".join(envelope.rcpt_tos)):
            return await server.obey(rule)
        return "250 2.0.0 kept"

    def ruling(self, command: str, text: str) -> Rule | None:
        self.commands[command] += 1
        return next((rule for rule in self.rules if rule.applies(command, text)), None)

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """aiosmtpd's hook: may this person log in?"""
        known = isinstance(data, LoginPassword) and self.logins.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False)

    def keep_message(self, envelope: Envelope, connection: int) -> None:
        data = bytes(envelope.original_content or b"")
        for recipient in envelope.rcpt_tos:
            mail = Received(envelope.mail_from or "", recipient, data, connection, time.time())
            if self.keep:
                self.received.append(mail)
            if self._file:
                line = {"sender": mail.sender, "recipient": recipient, "message_id": mail.message_id}
                self._file.write(json.dumps(line | {"bytes": len(data), "at": mail.at}) + "\n")


class _Protocol(SMTP):
    """aiosmtpd's server for one connection, with the sink's rules before each answer."""

    def __init__(self, sink: SmtpSink, starttls: ssl.SSLContext | None) -> None:
        super().__init__(
            handler=sink,
            hostname="sink.example",
            ident="sink",
            data_size_limit=None,
            tls_context=starttls,
            authenticator=sink.authenticate,
            auth_require_tls=False,
            enable_SMTPUTF8="SMTPUTF8" in sink.offers,  # which aiosmtpd then offers by itself
            loop=sink.loop,
        )
        self._sink = sink
        self.number = 0

    def abort(self) -> None:
        if self.transport is not None:
            with suppress(AttributeError):  # of TLS that was closed twice, in Python before 3.11.5
                self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self.number:  # STARTTLS makes the connection a second time
            self._sink.connections += 1
            self.number = self._sink.connections
            self._sink.protocols.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink.protocols.discard(self)
        super().connection_lost(error)

    async def push(self, status: str | bytes) -> None:
        if status == "220 sink.example sink" and (rule := self._sink.ruling("CONNECT", "")):
            status = await self.obey(rule)
        await super().push(status)
        if status[:3] in ("421", b"421") and self.transport is not None:
            self.transport.close()

    async def obey(self, rule: Rule) -> str:
        """The answer that the rule gives, if it gives any."""
        if rule.reply == HANG:
            await asyncio.sleep(3600)
        if rule.reply == CLOSE:
            self.abort()
            raise ConnectionResetError
        return rule.reply

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if self._sink.logins and not self.session.authenticated:
            await self.push("530 5.7.0 Authentication required")
        elif rule := self._sink.ruling("MAIL", arg):
            await self.push(await self.obey(rule))
        else:
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if rule := self._sink.ruling("RCPT", arg):
            await self.push(await self.obey(rule))
        else:
            await super().smtp_RCPT(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if rule := self._sink.ruling("RSET", arg or ""):
            await self.push(await self.obey(rule))
        else:
            await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if rule := self._sink.ruling("DATA", " ".join(self.envelope.rcpt_tos)):
            await self.push(await self.obey(rule))
        else:
            await super().smtp_DATA(arg)


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    return context


@contextmanager
def sink_process(log: Path, *, rules: Sequence[str] = (), port: int = 0) -> Iterator[int]:
    """The port of a sink that runs as a process of its own and appends what it gets to `log`."""
    command = [sys.executable, "-m", "tests.support.smtp", "--port", str(port), "--log", str(log)]
    for rule in rules:
        command += ["--rule", rule]
    process = subprocess.Popen(ending_with_us(command), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def logged(log: Path) -> list[dict[str, Any]]:
    """What a sink process has written so far."""
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(description="An SMTP server that records what it gets; prints its port first.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--rule", action="append", default=[], help="'COMMAND reply', such as 'RCPT 451 4.7.1 Later'")
    options = parser.parse_args()
    rules = [Rule(*rule.split(" ", 1)) for rule in options.rule]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with SmtpSink(port=options.port, log=options.log, rules=rules, keep=False) as sink:
        sys.stdout.write(f"{sink.port}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()
