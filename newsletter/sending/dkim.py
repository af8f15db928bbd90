"""DKIM signatures (RFC 6376, RFC 8463) at a small cost a message: what an edition's letters share is prepared once.

A reader's letter costs one hash over its filled body, one over a kilobyte of headers, and the key's own operation. The
form is relaxed/relaxed, for relays re-wrap header lines. Pure, but for the key behind `Signer.sign`.
"""

import base64
import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from newsletter.sending.canonical import relaxed_field, relaxed_message

_LINE = 72
# RFC 8058, section 4, wants both List-Unsubscribe lines under the signature.
_SIGNED = (
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Feedback-ID", "Precedence", "Auto-Submitted", "MIME-Version", "Content-Type",
)  # fmt: skip
# Named once more than they occur: a second one, added on the way, breaks the signature (section 8.15).
_ONLY_ONCE = ("From", "To", "Reply-To", "Subject", "Date", "MIME-Version", "Content-Type")

Place = TypeVar("Place", bound=Hashable)


class Algorithm(StrEnum):
    RSA = "rsa-sha256"
    ED25519 = "ed25519-sha256"


@dataclass(frozen=True)
class Signer:
    """A key, and the DNS record under which its public half is found: selector._domainkey.domain."""

    domain: str  # in A-labels
    selector: str
    algorithm: Algorithm
    sign: Callable[[bytes], bytes] = field(repr=False)  # by the private key, with all that the algorithm asks


class Seal(Generic[Place]):
    """Makes the signature lines of the messages of one pattern."""

    def __init__(self, signer: Signer, pieces: Sequence[bytes | Place]) -> None:
        fields, body = relaxed_message(pieces)
        names = [name for name in _SIGNED if name.lower() in fields]
        self._sign = signer.sign
        self._fields = [piece for name in names for piece in fields[name.lower()]]
        self._begun = hashlib.sha256(body[0] if body and isinstance(body[0], bytes) else b"")
        self._body = body[1:] if body and isinstance(body[0], bytes) else body
        self._tags = (
            f"v=1; a={signer.algorithm}; c=relaxed/relaxed; d={signer.domain};\r\n s={signer.selector};"
            f"\r\n h={_folded_names([*names, *_ONLY_ONCE])};\r\n "
        )

    def line(self, filled: Mapping[Place, bytes], at: datetime) -> bytes:
        """The DKIM-Signature field, to be put before the message with the places `filled`, signed `at` that time."""
        body = self._begun.copy()
        for piece in self._body:
            body.update(piece if isinstance(piece, bytes) else filled[piece])
        tags = f"{self._tags}t={int(at.timestamp())};\r\n bh={_base64(body.digest())};\r\n b="
        unsigned = f"DKIM-Signature: {tags}".encode()
        fields = b"".join([piece if isinstance(piece, bytes) else filled[piece] for piece in self._fields])
        signature = _base64(self._sign(fields + relaxed_field(unsigned)))
        return unsigned + _folded(signature).encode() + b"\r\n"


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _folded(text: str) -> str:
    return "\r\n ".join(text[start : start + _LINE] for start in range(0, len(text), _LINE))


def _folded_names(names: Iterable[str]) -> str:
    """`From:To:…` over several lines; white space may stand beside the colons (section 3.5)."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > _LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines).removesuffix(":")
