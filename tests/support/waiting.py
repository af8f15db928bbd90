"""Waiting for something to become true, never for time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def eventually(condition: Callable[[], Result], *, seconds: float = 10, every: float = 0.02) -> Result:
    """What `condition` returns as soon as that is true; an AssertionError if it isn't within so many seconds.

    It is asked every so many seconds: less often where asking is work.
    """
    deadline = time.monotonic() + seconds
    while True:
        if result := condition():
            return result
        assert time.monotonic() < deadline, f"still not true after {seconds} seconds: {result!r}"
        time.sleep(every)
