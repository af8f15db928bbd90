"""A session with a relay, from the greeting to the farewell: introduced, secured, logged in."""

import ssl
from contextlib import suppress

from newsletter.errors import UnavailableError
from newsletter.relay_urls import Mechanism
from newsletter.sending.wire.commands import QUIT, STARTTLS
from newsletter.sending.wire.driving import drive
from newsletter.sending.wire.errors import LineError, NonsenseError
from newsletter.sending.wire.extensions import Extensions
from newsletter.sending.wire.line import Line
from newsletter.sending.wire.logins import choose, log_in
from newsletter.sending.wire.replies import RawReply, Reply
from newsletter.sending.wire.requests import Steps
from newsletter.sending.wire.stream import Stream

_QUIT_SECONDS = 5.0  # a relay that is slow to say goodbye holds nobody up


class NotLetInError(UnavailableError):
    """The relay refused the session itself."""

    def __init__(self, reply: RawReply) -> None:
        self.reply = Reply.of(reply.code, reply.text)
        super().__init__(f"The relay does not let us in: {self.reply}")


class Session:
    """What was agreed with the relay; `line` is where to go on speaking."""

    def __init__(self, line: Line, hello: str) -> None:
        self.line = line
        self.extensions = Extensions()
        self._hello = hello

    @classmethod
    def open(
        cls, host: str, port: int, hello: str, limit_seconds: float, tls: ssl.SSLContext | None = None
    ) -> "Session":
        """Dial, hear the greeting, introduce ourselves; in TLS from the first byte with `tls`. Waits.

        Raises OSError (ssl.SSLError among them), LineError, NotLetInError.
        """
        session = cls(Line(Stream.dial(host, port, limit_seconds), limit_seconds), hello)
        try:
            if tls is not None:
                session.line.stream.secure(tls, host, limit_seconds)
            drive(session.greet())
        except BaseException:
            session.line.stream.close()
            raise
        return session

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on in TLS. Waits. Raises as `open` does. What was offered before counts no longer (RFC 3207, section 4.2).

        What has come after the answer to STARTTLS came in plain text, from whoever stands between: were it kept, it
        would pass for something that the relay said under TLS.
        """
        _expect(drive(self.line.say(STARTTLS)), 220)
        if self.line.has_more:
            raise NonsenseError("Somebody spoke between the relay's answer to STARTTLS and the start of TLS.")
        self.line.stream.secure(context, host, self.line.limit_seconds)
        drive(self.introduce())

    def log_in(self, user: str, password: str, mechanism: Mechanism | None) -> None:
        """Waits. Raises NoLoginError, WrongLoginError, LineError."""
        drive(log_in(self.line, choose(self.extensions.mechanisms, mechanism), user, password))

    def quit(self) -> None:
        """Say goodbye, if the relay still listens, and close. Waits."""
        with suppress(LineError):
            drive(self.line.say(QUIT, _QUIT_SECONDS))
        self.line.stream.close()

    def greet(self) -> Steps[None]:
        """Raises NotLetInError, LineError."""
        _expect((yield from self.line.read()), 220)
        yield from self.introduce()

    def introduce(self) -> Steps[None]:
        """Raises NotLetInError, LineError."""
        reply = yield from self.line.say(f"EHLO {self._hello}\r\n".encode())
        if reply.code >= 500:  # RFC 5321, section 3.2: a server from before extensions
            _expect((yield from self.line.say(f"HELO {self._hello}\r\n".encode())), 250)
            self.extensions = Extensions()
            return
        _expect(reply, 250)
        self.extensions = Extensions.of(reply.text)


def _expect(reply: RawReply, code: int) -> None:
    if reply.code != code:
        raise NotLetInError(reply)
