"""Return paths that say which mail came back (VERP), signed so that nobody else can name one. Pure.

A bounce is believed only by its return path: whoever could make one up could have anybody dropped. The local part is
`bounce+` and a token of lower-case letters and digits, for some servers fold the case of what they hand back (RFC 5321,
section 2.4, forbids it), and is at most 51 octets long, of the 64 that section 4.5.3.1.1 allows.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from struct import Struct
from typing import NamedTuple

from newsletter.errors import NewsletterError

_PURPOSE = b"return-path:"
_SIGNATURE_OCTETS = 12  # 96 bits: a guess would have to be mailed to us
_ADDRESS = re.compile(r"bounce\+([a-z2-7]+)@[a-z0-9.-]+")


class BadReturnPathError(NewsletterError):
    message = "This return path is not one of ours, or was changed on its way."


class OfLetter(NamedTuple):
    """The letter that came back. It is named by what stays when its row has been rolled up."""

    round_id: int
    subscriber_id: int
    part: int


class OfNotice(NamedTuple):
    notice_id: int


_FORMS: dict[int, tuple[type[OfLetter] | type[OfNotice], Struct]] = {
    1: (OfLetter, Struct(">BIQH")),
    2: (OfNotice, Struct(">BQ")),
}
_KINDS = {kind: number for number, (kind, _) in _FORMS.items()}


@dataclass(frozen=True)
class ReturnPaths:
    """Makes and reads the return paths of one service. `keys` are its secret keys, newest first.

    The newest key signs and every key is tried in reading. Without a `domain` that takes bounces, mails come back to
    the `sender`, unnamed.
    """

    keys: Sequence[str] = field(repr=False)
    domain: str
    sender: str

    def letter(self, round_id: int, subscriber_id: int, part: int) -> str:
        return self._made(OfLetter(round_id, subscriber_id, part))

    def notice(self, notice_id: int) -> str:
        return self._made(OfNotice(notice_id))

    def read(self, address: str) -> OfLetter | OfNotice:
        """The mail that `address` was the return path of, whatever its case. Raises BadReturnPathError."""
        found = _ADDRESS.fullmatch(address.lower()) if address.isascii() else None
        if found is None:
            raise BadReturnPathError
        name, signature = _split(found[1])
        if not any(hmac.compare_digest(_signature(begun, name), signature) for begun in self._begun):
            raise BadReturnPathError
        kind, form = _FORMS[name[0]]
        return kind._make(form.unpack(name)[1:])

    def _made(self, of: OfLetter | OfNotice) -> str:
        if not self.domain:
            return self.sender
        number = _KINDS[type(of)]
        name = _FORMS[number][1].pack(number, *of)
        return f"bounce+{_token(name + _signature(self._begun[0], name))}@{self.domain}"

    @cached_property
    def _begun(self) -> list[hmac.HMAC]:
        """For each key, what the signatures of all return paths share."""
        return [hmac.new(key.encode(), _PURPOSE, hashlib.sha256) for key in self.keys]


def _signature(begun: hmac.HMAC, name: bytes) -> bytes:
    mac = begun.copy()
    mac.update(name)
    return mac.digest()[:_SIGNATURE_OCTETS]


def _token(octets: bytes) -> str:
    return base64.b32encode(octets).decode().rstrip("=").lower()


def _split(token: str) -> tuple[bytes, bytes]:
    """The name in a token, of a known kind and its length, and the signature."""
    try:
        octets = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError as error:
        raise BadReturnPathError from error
    name, signature = octets[:-_SIGNATURE_OCTETS], octets[-_SIGNATURE_OCTETS:]
    is_ours = name and name[0] in _FORMS and len(name) == _FORMS[name[0]][1].size
    if not is_ours or _token(octets) != token:  # the last letter has bits to spare: only one spelling is ours
        raise BadReturnPathError
    return name, signature
