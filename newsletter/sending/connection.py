"""One kept connection to a relay: what is said on it for each message, and what the answers mean."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from newsletter.errors import UnavailableError
from newsletter.logs import mask_addresses
from newsletter.sending.mailboxes import mailable

_TEXT_LIMIT = 500
_QUIT_SECONDS = 5  # a relay that is slow to say goodbye holds nobody up
_CLOSING = 421  # RFC 5321, section 3.8: the relay ends the connection


class ConnectionLostError(UnavailableError):
    """The connection ended without an answer.

    `data_offered` is False where the relay has certainly not taken the message. It is True from the first byte of the
    message on: the relay may have taken it, and nobody can know.
    """

    message = "The connection to the relay was lost."

    def __init__(self, message: str | None = None, *, data_offered: bool = False) -> None:
        super().__init__(message)
        self.data_offered = data_offered


@dataclass(frozen=True)
class Reply:
    """The relay's answer to a message (RFC 5321, section 4.2)."""

    code: int
    text: str  # on one line, addresses masked, at most 500 characters

    @classmethod
    def of(cls, code: int, text: bytes) -> "Reply":
        words = " ".join(text.decode("utf-8", "replace").replace("\0", " ").split())
        return cls(code, mask_addresses(words)[:_TEXT_LIMIT])

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """The relay put the message off (4xx): it may take it later."""
        return 400 <= self.code < 500

    @property
    def is_refused(self) -> bool:
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class Connection:
    """Carries one message after another. `dial` opens a session with the relay, greeted, secured and logged in.

    A relay may end a kept connection whenever it likes; a message that it did not begin to take is offered once more
    on a new one. Not to be shared between threads.
    """

    def __init__(self, dial: Callable[[], smtplib.SMTP]) -> None:
        self._dial = dial
        self._smtp: smtplib.SMTP | None = dial()
        self._is_fresh = True

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """The relay's answer to `message`: to the data, or to the command at which it refused.

        `message` has CRLF line ends; lines that begin with a dot are stuffed here. Raises UnmailableAddressError
        before anything is said, ConnectionLostError where there was no answer.
        """
        envelope = mailable(sender), mailable(recipient), len(message)
        refusal = self._begin_or_reconnect(*envelope)
        return refusal or self._transmit(message)

    def close(self) -> None:
        """Say goodbye, if the relay still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(smtplib.SMTPException, OSError):
            if smtp.sock is not None:
                smtp.sock.settimeout(_QUIT_SECONDS)
            smtp.docmd("QUIT")
        smtp.close()

    def _begin_or_reconnect(self, sender: str, recipient: str, size: int) -> Reply | None:
        if self._smtp is not None and not self._is_fresh:
            with suppress(ConnectionLostError):
                refusal = self._begin(sender, recipient, size)
                if refusal is None or refusal.code != _CLOSING:
                    return refusal
        if self._smtp is None:
            self._smtp = self._dial()
        self._is_fresh = False
        return self._begin(sender, recipient, size)

    def _begin(self, sender: str, recipient: str, size: int) -> Reply | None:
        """Say whom the message is for. None: the relay waits for it; otherwise, why it will not have it."""
        options = f" SIZE={size}" if self._session.has_extn("size") else ""
        for command in (f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{recipient}>", "DATA"):
            reply = self._say(command)
            if reply.code == 354 and command == "DATA":
                return None
            if not reply.is_accepted or command == "DATA":
                if reply.code != _CLOSING:
                    self._reset()
                return self._refusal(reply)
        return None

    def _refusal(self, reply: Reply) -> Reply:
        """`reply` if it is one; a relay that says yes where that makes no sense has lost its place, and so have we."""
        if not (reply.is_temporary or reply.is_refused):
            self._abort()
            raise ConnectionLostError(f"The relay gave an answer that makes no sense here: {reply}")
        return reply

    def _transmit(self, message: bytes) -> Reply:
        stuffed = message.replace(b"\r\n.", b"\r\n..")  # RFC 5321, section 4.5.2
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            self._session.send(stuffed + end)
            reply = self._answer()
        except (smtplib.SMTPException, OSError) as error:
            self._abort()
            raise ConnectionLostError(data_offered=True) from error
        if 300 <= reply.code < 400:
            self._abort()
            raise ConnectionLostError(f"The relay answered the message with {reply}", data_offered=True)
        return reply

    def _say(self, command: str) -> Reply:
        try:
            self._session.putcmd(command)
            return self._answer()
        except (smtplib.SMTPException, OSError) as error:
            self._abort()
            raise ConnectionLostError from error

    def _answer(self) -> Reply:
        code, text = self._session.getreply()
        if not 200 <= code < 600:
            raise smtplib.SMTPServerDisconnected("no SMTP answer")
        if code == _CLOSING:
            self._abort()
        return Reply.of(code, text)

    def _reset(self) -> None:
        with suppress(ConnectionLostError):
            self._say("RSET")

    def _abort(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    @property
    def _session(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise ConnectionLostError
        return self._smtp
