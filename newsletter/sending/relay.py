"""A relay that takes our mail: where it is, how the way to it is secured, and how a connection is opened."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from newsletter.config import Settings
from newsletter.logs import mask_addresses
from newsletter.relay_urls import Mechanism, RelayUrl, Security
from newsletter.sending.connection import Connection
from newsletter.sending.headers import Sender
from newsletter.sending.wire.errors import ConnectionLostError, LineError, RelayUnavailableError
from newsletter.sending.wire.logins import NoLoginError, WrongLoginError
from newsletter.sending.wire.replies import Reply
from newsletter.sending.wire.session import NotLetInError, Session
from newsletter.sending.wire.trust import Trust

__all__ = ["Connection", "ConnectionLostError", "Relay", "RelayUnavailableError", "Reply", "Security"]


@dataclass(frozen=True)
class Relay:
    host: str
    port: int
    security: Security = Security.OFFERED
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: Path | None = None
    auth: Mechanism | None = None
    weight: float = 1.0  # its share of the batches, among the relays that are up
    connections: int = 4  # at one time, by all workers together
    max_rate_per_second: float | None = None  # likewise
    timeout_seconds: float = 60  # for each answer
    hello: str = "localhost"  # how we introduce ourselves (RFC 5321, section 4.1.1.1)
    is_outbox: bool = False
    trust: Trust = field(default_factory=Trust, compare=False, repr=False)

    @classmethod
    def of(cls, settings: Settings, url: RelayUrl | None = None) -> "Relay":
        """The relay at `url`; without one the first of the settings, and without any the outbox on this machine."""
        url = url or next(iter(settings.relays), None)
        is_outbox = url is None
        url = url or RelayUrl("127.0.0.1", settings.outbox_smtp_port)
        return cls(
            host=url.host,
            port=url.port,
            security=url.security,
            user=url.user,
            password=url.password,
            password_file=url.password_file,
            auth=url.auth,
            weight=url.weight,
            connections=url.connections or settings.relay_connections,
            max_rate_per_second=url.max_rate_per_second,
            timeout_seconds=settings.relay_timeout_seconds,
            hello=_own_name(settings),
            is_outbox=is_outbox,
        )

    @property
    def name(self) -> str:
        """What letters and batches know it by."""
        return f"{self.host}:{self.port}"

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
        connection = self.open()
        try:
            yield connection
        finally:
            connection.close()

    def open(self) -> Connection:
        """Raises RelayUnavailableError."""
        return Connection(self._dial, self.trust)

    def _dial(self) -> Session:
        session: Session | None = None
        try:
            session = Session.open(self.host, self.port, self.hello, self.timeout_seconds, tls=self._tls_at_once())
            self._secure(session)
            if self.user:
                session.log_in(self.user, self._password(), self.auth)
        except BaseException as error:
            if session is not None:
                session.line.stream.close()
            if isinstance(error, OSError | LineError | NotLetInError | NoLoginError | WrongLoginError):
                raise RelayUnavailableError(self._explain(error)) from error
            raise
        return session

    def _tls_at_once(self) -> ssl.SSLContext | None:
        return self._tls_context() if self.security is Security.TLS else None

    def _secure(self, session: Session) -> None:
        if self.security is Security.TLS:
            return
        if session.extensions.has("STARTTLS") and self.security is not Security.NEVER:
            session.start_tls(self._tls_context(), self.host)
        elif self.security is Security.STARTTLS:
            raise RelayUnavailableError(f"{self._title} offers no STARTTLS, which NEWSLETTER_RELAY_URL asks for.")
        elif self.user and not self.is_loopback:
            raise RelayUnavailableError(
                f"{self._title} offers no TLS, and a password is not sent where others could read it. "
                "Does it take smtps:// in NEWSLETTER_RELAY_URL?"
            )

    def _tls_context(self) -> ssl.SSLContext:
        """Certificates are verified, but for one that a relay on this machine offers where it need not."""
        context = ssl.create_default_context()
        if self.security is Security.OFFERED and self.is_loopback:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _password(self) -> str:
        if self.password_file is None:
            return self.password
        try:
            return self.password_file.read_text().strip()
        except (OSError, UnicodeError) as error:
            raise RelayUnavailableError(
                f"The file {self.password_file}, which holds the password for {self.name}, cannot be read."
            ) from error

    @property
    def _title(self) -> str:
        return f"The relay {self.name}"

    def _explain(self, error: Exception) -> str:
        """What a person can do about `error`, without the password."""
        match error:
            case WrongLoginError():
                return f"{self._title} refused the user name or the password in NEWSLETTER_RELAY_URL ({error.code})."
            case NoLoginError():
                wanted = f"no way to log in by {self.auth}" if self.auth else "no way to log in that we know"
                return f"{self._title} offers {wanted}; are port and auth= in NEWSLETTER_RELAY_URL right?"
            case NotLetInError():
                return f"{self._title} does not let us in: {error.reply}"
            case ssl.SSLCertVerificationError():
                return (
                    f"The certificate of {self.name} could not be verified: {error.verify_message}. Use "
                    "the name that it was made for in NEWSLETTER_RELAY_URL, or name its issuer in SSL_CERT_FILE."
                )
            case ssl.SSLError():
                return f"{self._title} does not speak TLS as expected; is it smtps:// or smtp+tls://?"
        if self.is_outbox:
            return (
                f"The outbox does not answer on {self.name}: start it with `newsletter outbox`, or set "
                "NEWSLETTER_RELAY_URL to a relay."
            )
        return f"{self._title} does not answer ({mask_addresses(str(error))}). Is NEWSLETTER_RELAY_URL right?"


def _own_name(settings: Settings) -> str:
    own_name = socket.gethostname()
    return own_name if "." in own_name and own_name.isascii() else Sender.of(settings).domain
