"""How a worker's memory is kept together."""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # mallopt(3)


def share_one_arena() -> None:
    """Have all threads take memory from one place. Call it before there are threads.

    glibc gives each thread a place of its own, and what one has freed the others cannot use: 15 to 20 MB of a worker
    that sends. Python's lock has them ask one after another anyway. Where there is no glibc, nothing happens.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
