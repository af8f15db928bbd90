"""Addresses of ours that say for whom they are, signed: whoever writes to one of them acts for that reader. Pure.

`unsubscribe+…@` stands in the letter's List-Unsubscribe and is good for ever; `confirm+…@` is what an answer to the
confirmation mail goes to, and is good for some days. The token is of lower-case letters and digits, for some servers
fold the case (compare sending/return_paths.py); the local part is at most 64 octets long (RFC 5321, section 4.5.3.1.1).
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from newsletter.subscribers.links import BadLinkError, ExpiredLinkError

_PURPOSE = b"mail-address:"
_SIGNATURE_OCTETS = 12
_DAY_OCTETS = 2
_DAYS_FROM = date(2020, 1, 1)


@dataclass(frozen=True)
class MailAddresses:
    """`keys` are the service's secret keys, newest first; `domain` is the one whose mail comes to us, or empty."""

    keys: Sequence[str] = field(repr=False)
    domain: str

    def subscribe(self, region_code: str = "") -> str:
        tag = f"+{region_code.lower()}" if region_code else ""
        return f"subscribe{tag}@{self.domain}"

    def unsubscribe(self, subscriber_key: str) -> str:
        return f"unsubscribe+{self._token('unsubscribe', subscriber_key.encode())}@{self.domain}"

    def confirm(self, subscriber_key: str, today: date) -> str:
        day = (today - _DAYS_FROM).days.to_bytes(_DAY_OCTETS, "big")
        return f"confirm+{self._token('confirm', day + subscriber_key.encode())}@{self.domain}"

    def read_unsubscribe(self, token: str) -> str:
        """The subscriber's key in a token. Raises BadLinkError."""
        return _key(self._read("unsubscribe", token))

    def read_confirm(self, token: str, today: date, *, good_for_days: int) -> str:
        """The same; raises ExpiredLinkError or BadLinkError."""
        named = self._read("confirm", token)
        made_on = _DAYS_FROM + timedelta(days=int.from_bytes(named[:_DAY_OCTETS], "big"))
        if not made_on <= today <= made_on + timedelta(days=good_for_days):
            raise ExpiredLinkError
        return _key(named[_DAY_OCTETS:])

    def _token(self, purpose: str, named: bytes) -> str:
        return _written(named + _signature(self.keys[0], purpose, named))

    def _read(self, purpose: str, token: str) -> bytes:
        try:
            octets = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except ValueError as error:
            raise BadLinkError from error
        named, signature = octets[:-_SIGNATURE_OCTETS], octets[-_SIGNATURE_OCTETS:]
        is_ours = any(hmac.compare_digest(_signature(key, purpose, named), signature) for key in self.keys)
        if not is_ours or _written(octets) != token.lower():  # of the last letter's spellings, one is ours
            raise BadLinkError
        return named


def _signature(key: str, purpose: str, named: bytes) -> bytes:
    return hmac.digest(key.encode(), _PURPOSE + purpose.encode() + b":" + named, hashlib.sha256)[:_SIGNATURE_OCTETS]


def _written(octets: bytes) -> str:
    return base64.b32encode(octets).decode().rstrip("=").lower()


def _key(named: bytes) -> str:
    try:
        return named.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadLinkError from error
