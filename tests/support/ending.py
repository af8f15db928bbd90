"""Commands that end with the test run that started them, however it ends: a killed one leaves no workers behind."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # prctl(2)
# It is asked for by the process itself, before it becomes the command: a function between fork and exec (`preexec_fn`)
# is not safe beside the threads of a test. Whoever started it may have died before it asked.
_ASK = f"""
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]): sys.exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""


def ending_with_us(command: Sequence[str]) -> list[str]:
    """`command`, for this process to start, killed by the kernel when the thread that started it ends.

    Only Linux can do that; elsewhere the command is as it was.
    """
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", _ASK, str(os.getpid()), *command]


def is_alive(pid: int) -> bool:
    """Whether there is such a process, on Linux, that has not ended and waits to be buried."""
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
