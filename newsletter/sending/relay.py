"""The relay that takes our mail: where it is, how the way to it is secured, and how a connection is opened."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from newsletter.config import Settings
from newsletter.errors import SettingsError
from newsletter.logs import mask_addresses
from newsletter.sending.connection import Connection, ConnectionLostError, Reply
from newsletter.sending.headers import Sender

__all__ = ["Connection", "ConnectionLostError", "Relay", "RelayUnavailableError", "Reply", "Security"]


class Security(StrEnum):
    """The scheme of the relay's URL."""

    OFFERED = "smtp"  # STARTTLS where the relay offers it
    STARTTLS = "smtp+tls"  # STARTTLS or nothing
    TLS = "smtps"  # TLS from the first byte


_PORTS = {Security.OFFERED: 25, Security.STARTTLS: 587, Security.TLS: 465}
_SUBMISSION = 587  # where a relay takes mail from those who log in (RFC 6409)


class RelayUnavailableError(ConnectionLostError):
    """No connection could be opened: nothing was offered."""

    message = "The relay does not answer."


@dataclass(frozen=True)
class Relay:
    host: str
    port: int
    security: Security = Security.OFFERED
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 60  # for each answer
    hello: str = "localhost"  # how we introduce ourselves (RFC 5321, section 4.1.1.1)
    is_outbox: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "Relay":
        """The relay of the settings; without one, the outbox on this machine. Raises SettingsError."""
        own_name = socket.gethostname()
        hello = own_name if "." in own_name and own_name.isascii() else Sender.of(settings).domain
        if settings.relay_url is None:
            return cls(
                "127.0.0.1",
                settings.outbox_smtp_port,
                timeout_seconds=settings.relay_timeout_seconds,
                hello=hello,
                is_outbox=True,
            )
        parts = urlsplit(settings.relay_url.get_secret_value())
        security = Security(parts.scheme)
        user = unquote(parts.username or "")
        return cls(
            host=parts.hostname or "",
            port=_port(parts) or (_SUBMISSION if user else _PORTS[security]),
            security=security,
            user=user,
            password=unquote(parts.password or ""),
            timeout_seconds=settings.relay_timeout_seconds,
            hello=hello,
        )

    @property
    def is_loopback(self) -> bool:
        """True where nothing leaves this machine, so that a connection without TLS shows nothing to anyone."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """An open connection, closed politely at the end. Raises RelayUnavailableError."""
        connection = Connection(self._dial)
        try:
            yield connection
        finally:
            connection.close()

    def _dial(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._open()
            self._secure(smtp)
            self._log_in(smtp)
        except BaseException as error:
            if smtp is not None:
                smtp.close()
            if isinstance(error, smtplib.SMTPException | OSError | UnicodeError):
                raise RelayUnavailableError(self._explain(error)) from error
            raise
        return smtp

    def _open(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(
                self.host, self.port, self.hello, timeout=self.timeout_seconds, context=self._tls_context()
            )
        return smtplib.SMTP(self.host, self.port, self.hello, timeout=self.timeout_seconds)

    def _secure(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.security is Security.TLS:
            return
        if smtp.has_extn("starttls"):
            smtp.starttls(context=self._tls_context())
            smtp.ehlo_or_helo_if_needed()
        elif self.security is Security.STARTTLS:
            raise RelayUnavailableError(f"{self._name} offers no STARTTLS, which smtp+tls:// asks for.")
        elif self.user and not self.is_loopback:
            raise RelayUnavailableError(
                f"{self._name} offers no TLS, and a password is not sent where others could read it. "
                "Does it take smtps:// in NEWSLETTER_RELAY_URL?"
            )

    def _tls_context(self) -> ssl.SSLContext:
        """Certificates are verified, but for one that a relay on this machine offers where it need not."""
        context = ssl.create_default_context()
        if self.security is Security.OFFERED and self.is_loopback:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if self.user:
            smtp.login(self.user, self.password)

    @property
    def _name(self) -> str:
        return f"The relay {self.host}:{self.port}"

    def _explain(self, error: Exception) -> str:
        """What a person can do about `error`, without the password."""
        match error:
            case smtplib.SMTPAuthenticationError():
                return (
                    f"{self._name} refused the user name or the password in NEWSLETTER_RELAY_URL ({error.smtp_code})."
                )
            case smtplib.SMTPNotSupportedError():
                return f"{self._name} offers no way to log in that we know; is the port in NEWSLETTER_RELAY_URL right?"
            case smtplib.SMTPResponseException():
                text = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
                return f"{self._name} does not let us in: {Reply.of(error.smtp_code, text)}"
            case ssl.SSLCertVerificationError():
                return (
                    f"The certificate of {self.host}:{self.port} could not be verified: {error.verify_message}. Use "
                    "the name that it was made for in NEWSLETTER_RELAY_URL, or name its issuer in SSL_CERT_FILE."
                )
            case ssl.SSLError():
                return f"{self._name} does not speak TLS as expected; is it smtps:// or smtp+tls://?"
            case UnicodeError():
                return f"{self._name} cannot be used: names and passwords beyond ASCII are not supported yet."
        if self.is_outbox:
            return (
                f"The outbox does not answer on {self.host}:{self.port}: start it with `newsletter outbox`, or set "
                "NEWSLETTER_RELAY_URL to a relay."
            )
        return f"{self._name} does not answer ({mask_addresses(str(error))}). Is NEWSLETTER_RELAY_URL right?"


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise SettingsError("NEWSLETTER_RELAY_URL: the port must be a number up to 65535.") from error
