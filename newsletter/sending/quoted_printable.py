"""Quoted-printable (RFC 2045, section 6.7) with open places: text is encoded once, a place is filled later.

A place stands between soft line breaks, so that neither what is put there nor its neighbours are ever split in the
middle of an encoded octet, and no line passes 76 characters whatever its value's length. Pure.
"""

import binascii
import re
from collections.abc import Sequence
from typing import TypeVar

_SOFT_BREAK = b"=\r\n"
_ROOM = 75  # 76 with the "=" of a soft break
_AS_IT_IS = re.compile(r"[!-<>-~]{2,}")  # a dot alone is encoded
# A blank that ends a line is encoded by `binascii` after it has counted: the line is then one or two too long.
_BLANK_BEYOND_76 = re.compile(rb"=(?:20|09)(?<=[^\n]{77})(?=\n|\Z)")

Place = TypeVar("Place")


def encode(text: str) -> bytes:
    """`text` with CRLF line ends, its last line short enough for a soft break to follow."""
    if _AS_IT_IS.fullmatch(text):  # links and addresses, of which every letter has its own
        if len(text) <= _ROOM:
            return text.encode()
        return _SOFT_BREAK.join([text[start : start + _ROOM].encode() for start in range(0, len(text), _ROOM)])
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = _BLANK_BEYOND_76.sub(rb"=\n\g<0>", binascii.b2a_qp(lines.encode())).replace(b"\n", b"\r\n")
    last = encoded[encoded.rfind(b"\n") + 1 :]
    if len(last) <= _ROOM:
        return encoded
    return encoded[:-1] + _SOFT_BREAK + encoded[-1:]  # the 76th is never part of an encoded octet


def encode_around(pieces: Sequence[str | Place]) -> list[bytes | Place]:
    """Each text of `pieces` encoded, with the line breaks around every place between them."""
    encoded: list[bytes | Place] = []
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if isinstance(piece, str):
            encoded.append(_before_a_place(piece) if following is not None else encode(piece))
        else:
            encoded.append(piece)
            if following is not None and not _starts_a_line(following):
                encoded.append(_SOFT_BREAK)
    return encoded


def _before_a_place(text: str) -> bytes:
    return encode(text) + (b"" if not text or text.endswith(("\n", "\r")) else _SOFT_BREAK)


def _starts_a_line(piece: object) -> bool:
    return isinstance(piece, str) and piece.startswith(("\n", "\r"))
