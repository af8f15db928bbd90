"""Bodies as servers packed them, unpacked piece by piece up to a limit, so that no bomb fills the memory. Pure."""

import zlib
from collections.abc import Iterable, Iterator

from newsletter.stories.errors import FetchError

ACCEPTED = "gzip, deflate"
_GZIP_MAGIC = 0x1F  # the first byte of a member


def body_of(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The whole body, unpacked. Raises FetchError once it is larger than `limit` bytes, or where it is damaged."""
    encodings = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if encodings and (len(encodings) > 1 or encodings[0] not in ("gzip", "x-gzip", "deflate")):
        raise FetchError(f"The answer is packed as {encoding[:40]!r}, which was not asked for.")
    body = bytearray()
    for piece in _unpacked(pieces, limit) if encodings else pieces:
        body += piece
        if len(body) > limit:
            raise FetchError(f"The feed is larger than {limit:,} bytes, so it was not read to its end.")
    return bytes(body)


def _unpacked(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The unpacked body in pieces, none longer than `limit` + 1 bytes, whatever the ratio of compression."""
    unpacker = None
    is_whole = False  # a member has ended
    for piece in pieces:
        rest = piece
        while rest:
            if is_whole and rest[0] != _GZIP_MAGIC:
                return  # padding; only gzip has one more member after the first (RFC 1952, 2.2)
            unpacker = zlib.decompressobj(_window(rest[0])) if unpacker is None or is_whole else unpacker
            try:
                yield unpacker.decompress(rest, limit + 1)
            except zlib.error as error:
                raise FetchError("The answer's compression is damaged.") from error
            is_whole = unpacker.eof
            rest = unpacker.unused_data if is_whole else unpacker.unconsumed_tail


def _window(first: int) -> int:
    """zlib's name for a format, by its first byte: gzip, zlib, or deflate without a header.

    RFC 9110, 8.4.1.2 warns of servers that call the last one deflate as well.
    """
    if first == _GZIP_MAGIC:
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if first & 0x0F == 8 else -zlib.MAX_WBITS
