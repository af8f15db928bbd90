"""The URL of a mailbox that is emptied: imaps://user:password@host:993/INBOX. Pure."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from newsletter.errors import SettingsError

_SCHEMES = {  # protocol, how TLS begins, port
    "imaps": ("imap", "tls", 993),
    "imap+tls": ("imap", "starttls", 143),
    "imap": ("imap", "", 143),
    "pop3s": ("pop3", "tls", 995),
    "pop3+tls": ("pop3", "starttls", 110),
    "pop3": ("pop3", "", 110),
}
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class MailboxUrl:
    protocol: str  # imap or pop3
    tls: str  # "tls" from the start, "starttls", or "" for this machine alone
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def parse(cls, url: str) -> "MailboxUrl":
        """Raises SettingsError, which does not repeat the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise SettingsError("NEWSLETTER_INBOUND_MAILBOX: the port must be a number.") from error
        if parts.scheme not in _SCHEMES or not parts.hostname or not parts.username or not parts.password:
            raise SettingsError(
                "NEWSLETTER_INBOUND_MAILBOX must look like imaps://user:password@host/INBOX or pop3s://user:password@host."
            )
        protocol, tls, usual = _SCHEMES[parts.scheme]
        if not tls and parts.hostname not in _LOOPBACK:
            raise SettingsError(
                f"NEWSLETTER_INBOUND_MAILBOX: without TLS the password would be sent in the clear; use {protocol}s://."
            )
        folder = unquote(parts.path.strip("/")) or "INBOX"
        return cls(
            protocol, tls, parts.hostname, port or usual, unquote(parts.username), unquote(parts.password), folder
        )
