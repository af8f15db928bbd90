"""The relaxed form of a message, which a DKIM signature is made over (RFC 6376, section 3.4), with open places. Pure.

A place is a value that differs from message to message. It is taken for a word: what is put there must be neither
empty nor begin or end with white space, nor hold two spaces in a row; then the form of the whole is the forms of its
pieces, joined.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

Place = TypeVar("Place")

_SPACES = re.compile(rb"[ \t]+")
_STAND_IN = re.compile(rb"\0(\d+)\0")  # for a place; no message holds a NUL
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")


def relaxed_message(pieces: Sequence[bytes | Place]) -> tuple[dict[str, list[bytes | Place]], list[bytes | Place]]:
    """The header fields by their lower-case names, and the body; of two fields of one name, the last."""
    places = [piece for piece in pieces if not isinstance(piece, bytes)]
    numbers = iter(range(len(places)))
    joined = b"".join(piece if isinstance(piece, bytes) else b"\0%d\0" % next(numbers) for piece in pieces)
    head, _, body = joined.partition(b"\r\n\r\n")
    fields = {}
    for line in _NEXT_FIELD.split(head):
        field = relaxed_field(line)
        fields[field.partition(b":")[0].decode()] = _opened(field + b"\r\n", places)
    return fields, _opened(_relaxed_body(body), places)


def relaxed_field(line: bytes) -> bytes:
    """A header field in relaxed form, without its line end (section 3.4.2)."""
    name, _, value = line.partition(b":")
    return name.strip(b" \t").lower() + b":" + _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    """Section 3.4.4: spaces are joined, those at line ends and the empty lines at the end left out."""
    lines = _SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return lines + b"\r\n" if lines else b""


def _opened(form: bytes, places: Sequence[Place]) -> list[bytes | Place]:
    """`form` with the places back in their places."""
    parts = _STAND_IN.split(form)  # bytes and numbers in turn
    opened: list[bytes | Place] = []
    for index, part in enumerate(parts):
        if index % 2:
            opened.append(places[int(part)])
        elif part:
            opened.append(part)
    return opened
