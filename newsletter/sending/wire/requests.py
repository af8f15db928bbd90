"""What SMTP, as it is spoken here, asks of whoever drives it. Pure: neither a socket nor a clock is touched.

The protocol is written as generators. They yield one of these requests whenever something has to happen outside, and
get its answer back; what fails is thrown into them. So the same code runs in a thread that waits (driving.py), in a
loop that never does (loop.py), and in tests that give the answers by hand.
"""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from newsletter.sending.wire.stream import Stream


class Write(NamedTuple):
    """Hand all pieces to the kernel; LineError or SilentError says by `handed` how much of them may have left."""

    stream: "Stream"
    pieces: Sequence[bytes]
    deadline: float  # by time.monotonic


class Read(NamedTuple):
    """Some bytes, at least one. Else: LineError, SilentError."""

    stream: "Stream"
    deadline: float


class Peek(NamedTuple):
    """What has come already: some bytes, none where the relay has closed, or None. Else: LineError."""

    stream: "Stream"


class Sleep(NamedTuple):
    seconds: float


class Call(NamedTuple):
    """Call it where waiting is allowed; its result, or what it raises."""

    function: Callable[[], Any]


Request = Write | Read | Peek | Sleep | Call

Result = TypeVar("Result")
Steps = Generator[Request, Any, Result]
