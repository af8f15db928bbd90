"""What an SMTP server answers, read from its bytes however they are cut. Pure.

RFC 5321, section 4.2: an answer is one or more lines `code-text`, the last of which is `code text`, all of one code.
"""

import re
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
# Two answers of one line that say yes, and one that says to go on.
_GO_AHEAD = re.compile(rb"(?:2[0-9][0-9] [^\n]{0,500}\n){2}354 [^\n]{0,500}\n")


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
        self._rest = b""  # nobody has asked for it yet
        self._lines: list[bytes] = []  # of an answer whose last line is not here
        self._code = 0

    def feed(self, data: bytes) -> None:
        self._rest += data

    @property
    def is_empty(self) -> bool:
        """Nothing is left that nobody has asked for."""
        return not self._rest and not self._lines

    def next(self) -> RawReply | None:
        """The next answer, or None until more bytes are fed. Raises NonsenseError, and again for all that is behind."""
        while (end := self._rest.find(b"\n")) >= 0:
            code, is_last = self._head(line := self._rest[:end].removesuffix(b"\r"))
            self._rest = self._rest[end + 1 :]
            if is_last and not self._lines:
                return RawReply(code, line[4:])
            self._lines.append(line[4:])
            self._code = code
            if is_last:
                lines, self._lines = self._lines, []
                return RawReply(code, b"\n".join(lines))
        if len(self._rest) > _LONGEST_LINE:
            raise NonsenseError("The relay's answer has a line without an end.")
        return None

    def next_is_go_ahead(self) -> bool:
        """Whether the next three answers say yes to MAIL, RCPT and DATA: then they are taken. What `next` says as well,
        at a fifth of the cost."""
        if self._lines or (found := _GO_AHEAD.match(self._rest)) is None:
            return False
        self._rest = self._rest[found.end() :]
        return True

    def _head(self, line: bytes) -> tuple[int, bool]:
        """The code of the answer's next line, and whether it is the last one."""
        if (head := _HEADS.get(line[:4])) is None:
            raise NonsenseError("The relay's answer is not one of SMTP.")
        if self._lines and head[0] != self._code:
            raise NonsenseError("The relay's answer has lines of two codes.")
        if len(line) > _LONGEST_LINE or len(self._lines) >= _MOST_LINES:
            raise NonsenseError("The relay's answer is too long.")
        return head
