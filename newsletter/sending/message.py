"""The bytes of a message: built once for all who get the same content, then filled for each reader. Pure.

Headers and parts are serialised with the personal places cut out before the transfer encoding; for a reader only the
places are encoded and the pieces joined, which costs some hundredths of a millisecond instead of several.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import NamedTuple

from newsletter.rendering.pieces import Composed
from newsletter.rendering.slots import Slot
from newsletter.sending.dkim import Seal, Signer
from newsletter.sending.headers import visible
from newsletter.sending.mailboxes import mailable
from newsletter.sending.quoted_printable import encode, encode_around
from newsletter.sending.wire.commands import Content, end_mark, stuffed_inside

_TOKENS = re.compile("(" + "|".join(map(re.escape, Slot)) + ")")


class Personal(NamedTuple):
    """What differs from one reader's message to the next. The URLs and the message id are visible ASCII."""

    recipient: str
    message_id: str  # with its angle brackets
    date: datetime
    unsubscribe_url: str
    preferences_url: str
    unsubscribe_mail: str = ""  # an address that leaves for whoever writes to it; empty where no mail comes to us


class Hole(StrEnum):
    """A personal value in a header; `Slot` names those in the parts."""

    RECIPIENT = "recipient"
    MESSAGE_ID = "message id"
    DATE = "date"
    UNSUBSCRIBE = "unsubscribe"


def _ways_to_leave(personal: Personal) -> str:
    """Between the angle brackets of List-Unsubscribe (RFC 2369, section 3.2): the click first, then the mail."""
    mail = f">, <mailto:{visible(personal.unsubscribe_mail)}" if personal.unsubscribe_mail else ""
    return visible(personal.unsubscribe_url) + mail


class _Form(StrEnum):
    HEADER = "header"
    TEXT = "text"
    HTML = "html"


_Place = tuple[Hole | Slot, _Form]

_date = lru_cache(maxsize=16)(format_datetime)  # letters of one second share it

# What stands where, as a place in what `_values` gives.
_VALUE = {
    Hole.RECIPIENT: 0, Slot.ADDRESS: 0, Hole.MESSAGE_ID: 1, Hole.DATE: 2, Hole.UNSUBSCRIBE: 3, Slot.UNSUBSCRIBE: 4,
    Slot.PREFERENCES: 5,
}  # fmt: skip

_ENCODED: dict[_Form, Callable[[str], bytes]] = {
    _Form.HEADER: str.encode,
    _Form.TEXT: encode,
    _Form.HTML: lambda value: encode(escape(value)),
}

# Three words that every form leaves as they are, and that no dot begins; then what may stand in a header.
_WORDS = re.compile(r"(?:(?!\.)[!#-%(-;?-~]{2,75}\n){3}[!-~]{1,900}")


def _values(personal: Personal) -> list[str]:
    """Raises UnmailableAddressError, InvalidInputError."""
    return [
        mailable(personal.recipient, utf8=True),
        visible(personal.message_id),
        _date(personal.date.replace(microsecond=0)),
        _ways_to_leave(personal),
        visible(personal.unsubscribe_url),
        visible(personal.preferences_url),
    ]


def _words(personal: Personal) -> list[bytes] | None:
    """The values of nearly every letter: words that need no encoding anywhere. None: one of them may."""
    recipient, message_id, at, unsubscribe, preferences, mail = personal
    recipient = mailable(recipient, utf8=True)
    if not _WORDS.fullmatch(f"{recipient}\n{unsubscribe}\n{preferences}\n{message_id}"):
        return None
    ways = _ways_to_leave(personal) if mail else unsubscribe
    date = _date(at.replace(microsecond=0))
    return f"{recipient}\n{message_id}\n{date}\n{ways}\n{unsubscribe}\n{preferences}".encode().split(b"\n")


class Pattern:
    """A message but for what is personal in it."""

    def __init__(self, pieces: Iterable[bytes | _Place], signer: Signer | None = None) -> None:
        joined = _joined(pieces)
        self._places = list(dict.fromkeys(piece for piece in joined if not isinstance(piece, bytes)))
        self._value_of = [_VALUE[name] for name, _ in self._places]
        numbers = {place: number for number, place in enumerate(self._places)}
        self._pieces = [piece if isinstance(piece, bytes) else numbers[piece] for piece in joined]
        self._seal = Seal(signer, self._pieces) if signer else None
        self._form = _LineForm(self._pieces)

    @classmethod
    def of(cls, composed: Composed, headers: Sequence[bytes | Hole], signer: Signer | None = None) -> "Pattern":
        """The message of `composed` under the header lines `headers` (see `letter_headers`, `notice_headers`).

        With a `signer`, each message is signed when it is filled.
        """
        text, html = _part("plain", composed.text, _Form.TEXT), _part("html", composed.html, _Form.HTML)
        boundary = _boundary(composed)
        return cls(
            [
                *((piece, _Form.HEADER) if isinstance(piece, Hole) else piece for piece in headers),
                b"MIME-Version: 1.0\r\n",
                f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode(),
                f"--{boundary}\r\n".encode(),
                *text,
                f"\r\n--{boundary}\r\n".encode(),
                *html,
                f"\r\n--{boundary}--\r\n".encode(),
            ],
            signer,
        )

    def fill(self, personal: Personal) -> bytes:
        """The whole message for one reader, with CRLF line ends; dots are the transport's business.

        It is ASCII, but for a recipient whose local part is not: that one is told in UTF-8 (RFC 6532), and the message
        is for a relay with SMTPUTF8. Raises UnmailableAddressError or InvalidInputError for a value that no message can
        carry.
        """
        filled = self._filled(personal)
        message = b"".join([piece if isinstance(piece, bytes) else filled[piece] for piece in self._pieces])
        return self._sealed(filled, personal) + message

    def content(self, personal: Personal) -> Content:
        """The same as it goes over the line, of which nothing is copied but what is personal. Raises as `fill` does."""
        if (words := _words(personal)) is not None:
            filled = [words[value] for value in self._value_of]
            content = self._form.content(filled, self._sealed(filled, personal), are_words=True)
        else:
            filled = self._filled(personal)
            content = self._form.content(filled, self._sealed(filled, personal))
        return content or Content.of(self.fill(personal))

    def _filled(self, personal: Personal) -> list[bytes]:
        """By the numbers of the places."""
        values = _values(personal)
        return [_ENCODED[form](values[_VALUE[name]]) for name, form in self._places]

    def _sealed(self, filled: Sequence[bytes], personal: Personal) -> bytes:
        return self._seal.line(dict(enumerate(filled)), personal.date) if self._seal else b""


class _LineForm:
    """The pieces of a pattern with their dots stuffed once for all letters."""

    def __init__(self, pieces: Sequence[bytes | int]) -> None:
        self._places = [(index, piece) for index, piece in enumerate(pieces) if not isinstance(piece, bytes)]
        fixed = [piece if isinstance(piece, bytes) else b"" for piece in pieces]
        self._size = sum(map(len, fixed))
        self._is_ascii = all(piece.isascii() for piece in fixed)
        # A dot that begins a piece may or may not begin a line: that depends on what is put before it.
        self._is_plain = bool(pieces) and isinstance(pieces[-1], bytes) and not any(map(_begins_with_dot, fixed))
        self._pieces = [stuffed_inside(piece) for piece in fixed]
        if self._is_plain:
            self._pieces[-1] += end_mark(fixed[-1])
        self._length = sum(map(len, self._pieces))

    def content(self, filled: Sequence[bytes], seal: bytes, *, are_words: bool = False) -> Content | None:
        """With the values `filled` and `seal` before all; None where the dots of this one letter must be looked for."""
        values = b"" if are_words else b"\n" + b"\n".join(filled)
        if not self._is_plain or b"\n." in values:
            return None
        pieces, more = self._pieces.copy(), len(seal)
        for index, place in self._places:
            pieces[index] = value = filled[place]
            more += len(value)
        if seal:
            pieces.insert(0, seal)
        return Content(pieces, self._length + more, self._size + more, self._is_ascii and values.isascii())


def _begins_with_dot(piece: bytes) -> bool:
    return piece.startswith(b".")


def _part(subtype: str, content: str, form: _Form) -> list[bytes | _Place]:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    split = [piece for piece in _TOKENS.split(content) if piece]
    places = encode_around([(Slot(piece), form) if _TOKENS.fullmatch(piece) else piece for piece in split])
    return [head.encode(), *places]


def _boundary(composed: Composed) -> str:
    """The same for the same content. No content can hold it: "=_" never occurs in quoted-printable."""
    return "=_" + hashlib.sha256((composed.text + "\0" + composed.html).encode()).hexdigest()[:32]


def _joined(pieces: Iterable[bytes | _Place]) -> list[bytes | _Place]:
    """`pieces` with neighbouring bytes made one."""
    joined: list[bytes | _Place] = []
    for is_bytes, group in groupby(pieces, lambda piece: isinstance(piece, bytes)):
        if is_bytes:
            joined.append(b"".join(piece for piece in group if isinstance(piece, bytes)))
        else:
            joined.extend(group)
    return joined
