"""The content of a mail as an SMTP server takes it in, up to its final dot. Pure.

aiosmtpd reads it line by line, which is ten times slower; and only CR LF dot CR LF ends it here: what other servers
take for an end (a bare LF before or behind the dot) is how a second mail is smuggled past the first.
"""

import asyncio
import re

_END = b"\r\n.\r\n"
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class Data:
    """Collects one message of at most `limit` bytes; of a larger one it keeps nothing."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._data = bytearray(b"\r\n")  # as if a line had ended: a dot on the first one ends the message too
        self.is_too_large = False
        self.complete = asyncio.Event()
        self.message = b""

    @property
    def held(self) -> int:
        """Bytes in memory."""
        return max(len(self._data), len(self.message))

    def feed(self, data: bytes) -> bytes:
        """Take in what came; returns what follows the message."""
        searched = max(0, len(self._data) - len(_END) + 1)
        self._data += data
        end = self._data.find(_END, searched)
        if end < 0:
            if len(self._data) > self._limit:
                self.give_up()
            return b""
        rest = bytes(self._data[end + len(_END) :])
        self.is_too_large = self.is_too_large or end > self._limit
        if not self.is_too_large:
            # RFC 5321, section 4.5.2: of a line that begins with a dot, the dot is the transport's.
            self.message = bytes(self._data[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]
        self._data.clear()
        self.complete.set()
        return rest

    def give_up(self) -> None:
        """Go on to the end without keeping what comes."""
        self.is_too_large = True
        del self._data[: -len(_END)]

    @property
    def has_bare_line_ends(self) -> bool:
        """RFC 5321, section 2.3.8: CR and LF stand in a mail together or not at all."""
        return _BARE.search(self.message) is not None
