"""What is said on one connection to a relay, and what is heard: bytes out and answers in. Pure.

Of the order of SMTP nothing is known here.
"""

import time
from collections.abc import Callable, Sequence

from newsletter.sending.wire.errors import LineError
from newsletter.sending.wire.replies import RawReply, ReplyReader
from newsletter.sending.wire.requests import Peek, Read, Steps, Write
from newsletter.sending.wire.stream import Stream

_MOMENT_SECONDS = 0.001  # whoever was heard so shortly ago need not be listened to again


class Line:
    """`limit_seconds` bounds each write and each answer as a whole: a byte now and then does not extend it.

    All steps raise LineError once nothing more can be said.
    """

    def __init__(self, stream: Stream, limit_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.stream = stream
        self.limit_seconds = limit_seconds
        self._now = now
        self._replies = ReplyReader()
        self._heard_at = 0.0

    @property
    def has_more(self) -> bool:
        """Something was heard that nobody has asked for yet."""
        return not self._replies.is_empty

    def write(self, pieces: Sequence[bytes]) -> Write:
        """What to ask for, to have `pieces` said."""
        return Write(self.stream, pieces, self._now() + self.limit_seconds)

    def heard(self) -> RawReply | None:
        """The relay's next answer, where it is here. Raises NonsenseError."""
        return self._replies.next()

    def heard_go_ahead(self) -> bool:
        """Whether the relay's next answers, of those that are here, let a message follow: then they are taken."""
        return self._replies.next_is_go_ahead()

    def read(self, limit_seconds: float | None = None) -> Steps[RawReply]:
        """The relay's next answer."""
        if (reply := self._replies.next()) is not None:
            return reply
        deadline = self._now() + (self.limit_seconds if limit_seconds is None else limit_seconds)
        while (reply := self._replies.next()) is None:
            self._replies.feed((yield Read(self.stream, deadline)))
            self._heard_at = self._now()
        return reply

    def say(self, command: bytes, limit_seconds: float | None = None) -> Steps[RawReply]:
        yield self.write([command])
        return (yield from self.read(limit_seconds))

    @property
    def has_just_paused(self) -> bool:
        """The relay was heard a moment ago, and has said nothing beyond that."""
        return not self.has_more and self._now() - self._heard_at < _MOMENT_SECONDS

    def is_quiet(self) -> Steps[bool]:
        """True where the relay is still there and has said nothing that nobody asked for."""
        if self.has_more:
            return False
        try:
            heard = yield Peek(self.stream)
        except LineError:
            return False
        if heard:
            self._replies.feed(heard)
        return heard is None
