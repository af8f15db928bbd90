"""Bodies as servers packed them, unpacked piece by piece up to a limit, so that no bomb fills the memory. Pure."""

import zlib
from collections.abc import Iterable, Iterator

from newsletter.stories.errors import FetchError

ACCEPTED = "gzip, deflate"
_GZIP_MAGIC = b"\x1f\x8b"


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
    for piece in pieces:
        rest = piece
        while rest:
            unpacker = unpacker or zlib.decompressobj(_window(rest[0]))
            try:
                yield unpacker.decompress(rest, limit + 1)
            except zlib.error as error:
                raise FetchError("The answer's compression is damaged.") from error
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                if not unpacker.unused_data.startswith(_GZIP_MAGIC):
                    return  # padding
                rest, unpacker = unpacker.unused_data, None  # one more member (RFC 1952, 2.2)


def _window(first: int) -> int:
    """zlib's name for a format, by its first byte: gzip, zlib, or deflate without a header.

    RFC 9110, 8.4.1.2 warns of servers that call the last one deflate as well.
    """
    if first == _GZIP_MAGIC[0]:
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if first & 0x0F == 8 else -zlib.MAX_WBITS
