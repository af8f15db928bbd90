"""The certificate with which other servers speak to ours in private (STARTTLS, RFC 3207)."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from newsletter.config import Settings, variable_name
from newsletter.errors import SettingsError

log = structlog.get_logger(__name__)


@dataclass
class Certificate:
    """Read anew when its files change: whoever renews it need not stop anything. Only one event loop asks it."""

    chain: Path
    key: Path
    _read: tuple[float, float] | None = None  # when both files were changed that are in use
    _context: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Certificate | None":
        """None where none is set. Raises SettingsError for one that cannot be used."""
        chain, key = settings.inbound_tls_certificate, settings.inbound_tls_key
        if chain is None and key is None:
            return None
        names = f"{variable_name('inbound_tls_certificate')} and {variable_name('inbound_tls_key')}"
        if chain is None or key is None:
            raise SettingsError(f"{names} are set together or not at all.")
        found = cls(chain, key)
        try:
            found._renew()
        except (OSError, ssl.SSLError) as error:
            said = error.strerror or type(error).__name__
            raise SettingsError(
                f"{names} name no certificate with its key, in PEM, that can be read: {said}."
            ) from error
        return found

    def context(self) -> ssl.SSLContext | None:
        """For the next connection. A new file that is half written or wrong leaves the one before in use."""
        try:
            if self._read != self._changed():
                self._renew()
        except (OSError, ssl.SSLError) as error:
            log.warning("the new certificate for inbound mail cannot be used", error=type(error).__name__)
        return self._context

    def _renew(self) -> None:
        changed = self._changed()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        self._context, self._read = context, changed

    def _changed(self) -> tuple[float, float]:
        return self.chain.stat().st_mtime, self.key.stat().st_mtime
