"""A relay that misbehaves as it is told, and remembers every message that it took to the end.

    with FaultyRelay() as relay:
        relay.behaviour = refuses("550 5.1.1 No such user", "ann@")
        ...  # send to 127.0.0.1:relay.port
    assert relay.kept == [...]

A behaviour is asked at each step of each connection what to answer instead of the usual: None, the usual. The steps:
GREETING, HELLO, MAIL, RCPT, DATA (the command), CONTENT (before any of it is read), DOT (all of it has come, and is
not kept), ANSWER (it is kept, and not answered), ANSWERED. It may also raise HangUp.
"""

import base64
import re
import socket
import ssl
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.raw_smtp import GoneError, Talk
from tests.support.smtp import TLS

SECONDS_FOR_A_MESSAGE = 0.003  # so that there is a middle of a batch
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")


class HangUp(Exception):  # noqa: N818 - nothing is wrong: a behaviour ends the connection
    """End the connection without a word."""


@dataclass(frozen=True)
class Kept:
    """A message whose end has come, whether it was answered or not."""

    recipient: str
    message_id: str


class Visit(Talk):
    """A connection, and how far it is."""

    def __init__(self, sock: socket.socket, relay: "FaultyRelay") -> None:
        super().__init__(sock, relay)
        sock.settimeout(120)
        self.relay = relay
        self.recipient = ""
        self.is_secure = self.is_known = False

    def reply(self, step: str, usual: str) -> str:
        """Answer as the behaviour of the moment says; returns what was said."""
        told = self.relay.behaviour(step, self) or usual
        *lines, last = told.split("\n")
        for line in [*(f"{line[:3]}-{line[4:]}" for line in lines), last]:
            if self.relay.says_by_bytes:
                self.say_by_bytes(line)
            else:
                self.say(line)
        if told.startswith("421"):
            raise HangUp
        return told

    def stay_silent(self) -> str:
        """Until the client has had enough."""
        while self.sock.recv(65_536):
            pass
        raise HangUp

    def serve(self, answer: object = None) -> None:
        self.reply("GREETING", "220 faulty.example ESMTP")
        while True:
            line = self.hear()
            if self.relay.forgets:
                self.forget_what_came_along()
            verb, _, rest = line.partition(" ")
            if not self._command(verb.upper(), rest):
                return

    def _command(self, verb: str, rest: str) -> bool:
        match verb:
            case "EHLO":
                self.reply("HELLO", "\n".join(f"250 {offer}" for offer in self._offers()))
            case "STARTTLS":
                self.say("220 go ahead")
                self._start_tls()
            case "AUTH":
                self.is_known = base64.b64decode(rest.partition(" ")[2]) == self.relay.login
                self.say("235 welcome" if self.is_known else "535 5.7.8 Wrong user name or password")
            case "MAIL":
                self.reply("MAIL", "250 ok" if self.is_known or not self.relay.login else "530 5.7.0 Log in")
            case "RCPT":
                self.recipient = rest[4:-1]
                self.reply("RCPT", "250 ok")
            case "DATA":
                if self.reply("DATA", "354 go on").startswith("354"):
                    self._content()
            case "QUIT":
                self.say("221 bye")
                return False
            case _:
                self.say("250 ok")
        return True

    def _content(self) -> None:
        self.relay.behaviour("CONTENT", self)
        message = self.hear_message()
        refusal = self.relay.behaviour("DOT", self)
        if refusal:
            self.say(refusal)
            return
        found = _MESSAGE_ID.search(message)
        assert found, "a message without Message-ID"
        self.relay.keep(Kept(self.recipient, found[1].decode()))
        time.sleep(self.relay.seconds)
        self.reply("ANSWER", "250 2.0.0 kept")
        self.relay.behaviour("ANSWERED", self)

    def _offers(self) -> list[str]:
        tls = ["STARTTLS"] if self.relay.certificate and not self.is_secure else []
        login = ["AUTH PLAIN"] if self.relay.login else []
        return ["faulty.example", "PIPELINING", "8BITMIME", *tls, *login]

    def _start_tls(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.relay.certificate)
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.is_secure = True


Behaviour = Callable[[str, Visit], str | None]


def behaves(step: str, visit: Visit) -> None:
    """As a relay should."""


@dataclass
class FaultyRelay:
    behaviour: Behaviour = behaves
    seconds: float = SECONDS_FOR_A_MESSAGE
    says_by_bytes: bool = False
    forgets: bool = False  # what arrives together with a command, though it offers PIPELINING
    certificate: tuple[Path, ...] = ()  # and key, for STARTTLS
    login: bytes = b""  # as AUTH PLAIN says it; needed then
    kept: list[Kept] = field(default_factory=list)
    heard: deque[str] = field(default_factory=lambda: deque(maxlen=500))  # lines, of all connections
    messages: deque[bytes] = field(default_factory=lambda: deque(maxlen=10))
    troubles: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> "FaultyRelay":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def behave(self) -> None:
        """From now on."""
        self.behaviour, self.says_by_bytes, self.forgets = behaves, False, False

    def keep(self, message: Kept) -> None:
        self.kept.append(message)

    def copies(self) -> Counter[Kept]:
        return Counter(self.kept)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._receive, args=(sock,), daemon=True).start()

    def _receive(self, sock: socket.socket) -> None:
        visit = Visit(sock, self)
        try:
            visit.serve()
        except (GoneError, HangUp, ConnectionError, ssl.SSLError, TimeoutError):
            pass
        except BaseException as error:
            self.troubles.append(error)
        finally:
            visit.sock.close()


def own_certificate() -> tuple[Path, Path]:
    """That of the tests, with its key."""
    return TLS / "certificate.pem", TLS / "key.pem"
