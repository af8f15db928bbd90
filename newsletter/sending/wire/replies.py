"""What an SMTP server answers, read from its bytes however they are cut. Pure.

RFC 5321, section 4.2: an answer is one or more lines `code-text`, the last of which is `code text`, all of one code.
"""

import re
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from newsletter.logs import mask_addresses
from newsletter.sending.wire.errors import NonsenseError

CLOSING = 421  # RFC 5321, section 3.8: the relay ends the connection

_TEXT_LIMIT = 500
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\S)")
_LONGEST_LINE = 4096  # RFC 5321, section 4.5.3.1.5 says 512; real servers go beyond it, hostile ones never stop
_MOST_LINES = 128
# What a line can begin with: its code, and whether it is the last one of its answer.
_HEADS = {
    b"%d%b" % (code, separator): (code, separator != b"-")
    for code in range(200, 600)
    for separator in (b"", b" ", b"-")
}


class RawReply(NamedTuple):
    """An answer as it came: its lines joined by LF, without their codes."""

    code: int
    text: bytes
    at: str = ""  # the command that it answers: "MAIL", "RCPT", "DATA", or "BODY" for the message itself

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_refusal(self) -> bool:
        return self.code >= 400


@dataclass(frozen=True)
class Reply:
    """The relay's answer to a message, fit to be kept and shown."""

    code: int
    text: str  # on one line, addresses masked, at most 500 characters
    at: str = ""  # the command that it answers, as in RawReply

    @classmethod
    def of(cls, code: int, text: bytes, at: str = "") -> "Reply":
        words = " ".join(text.decode("utf-8", "replace").replace("\0", " ").split())
        return cls(code, mask_addresses(words)[:_TEXT_LIMIT], at)

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """The relay put the message off (4xx): it may take it later."""
        return 400 <= self.code < 500

    @property
    def is_refused(self) -> bool:
        return self.code >= 500

    @property
    def enhanced(self) -> tuple[int, int, int] | None:
        """The enhanced status code (RFC 3463), where the relay gave one: (5, 1, 1)."""
        found = _ENHANCED.match(self.text)
        return (int(found[1]), int(found[2]), int(found[3])) if found else None

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class ReplyReader:
    """Takes bytes as they come and gives whole answers, in order."""

    def __init__(self) -> None:
        self._rest = b""  # of a line
        self._lines: list[bytes] = []  # of an answer
        self._code = 0
        self._replies: deque[RawReply | NonsenseError] = deque()

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            for line in lines:
                self._take(line.removesuffix(b"\r"))
            if len(self._rest) > _LONGEST_LINE:
                raise NonsenseError("The relay's answer has a line without an end.")
        except NonsenseError as error:  # to be told after the answers that were good
            self._replies.append(error)

    @property
    def is_empty(self) -> bool:
        """Nothing is left that nobody has asked for."""
        return not self._replies and not self._rest and not self._lines

    def next(self) -> RawReply | None:
        """The next answer, or None until more bytes are fed. Raises NonsenseError."""
        if not self._replies:
            return None
        if isinstance(reply := self._replies.popleft(), RawReply):
            return reply
        self._replies.appendleft(reply)  # nothing behind it can be trusted
        raise reply

    def _take(self, line: bytes) -> None:
        if (head := _HEADS.get(line[:4])) is None:
            raise NonsenseError("The relay's answer is not one of SMTP.")
        code, is_last = head
        if self._lines and code != self._code:
            raise NonsenseError("The relay's answer has lines of two codes.")
        if len(line) > _LONGEST_LINE or len(self._lines) >= _MOST_LINES:
            raise NonsenseError("The relay's answer is too long.")
        if is_last and not self._lines:
            self._replies.append(RawReply(code, line[4:]))
            return
        self._lines.append(line[4:])
        self._code = code
        if is_last:
            self._replies.append(RawReply(code, b"\n".join(self._lines)))
            self._lines = []
