"""Child processes under one roof: started together, their lines shown with their names, restarted, ended in order."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.errors import UnavailableError

SHORT_LIFE_SECONDS = 10.0  # a child that ends sooner counts as one that cannot run
MOST_SHORT_LIVES = 3  # in a row; then the supervisor gives up and says why
LONGEST_WAIT_SECONDS = 30.0
_KEPT_LINES = 12
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True)
class Child:
    """A process to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)  # beside that of the supervisor
    ends_last: bool = False  # others need it until they have ended


class Supervisor:
    """Runs children until it is told to stop. `show` is called with a child's name and a line, from many threads.

    To be used from one thread: a child dies with the thread that started it (on Linux, where a killed supervisor
    would otherwise leave orphans).
    """

    def __init__(self, children: Sequence[Child], show: Callable[[str, str], None]) -> None:
        self._lives = [_Life(child, show) for child in children]

    def start(self) -> None:
        for life in self._lives:
            life.start()

    def tend(self) -> None:
        """Restart what has died, after a wait that doubles. Raises UnavailableError where a child cannot run.

        Call it a few times a second.
        """
        for life in self._lives:
            life.tend()

    def stop(self, *, within_seconds: float = 10.0) -> None:
        """End all children: politely, then, when the time is over, not."""
        deadline = time.monotonic() + within_seconds
        first = [life for life in self._lives if not life.child.ends_last]
        last = [life for life in self._lives if life.child.ends_last]
        for lives, share in ((first, 0.8), (last, 1.0)):
            for life in lives:
                life.signal(signal.SIGTERM)
            for life in lives:
                life.end_by(deadline - within_seconds * (1 - share))


class _Life:
    """A child and the process that it is at present."""

    def __init__(self, child: Child, show: Callable[[str, str], None]) -> None:
        self.child = child
        self._show = show
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._started_at = 0.0
        self._restart_at: float | None = None
        self._short_lives = 0

    def start(self) -> None:
        self._restart_at = None
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            self.child.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.child.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone, which ends all in order
            preexec_fn=_die_with_the_supervisor if sys.platform == "linux" else None,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def tend(self) -> None:
        if self._restart_at is not None:
            if time.monotonic() >= self._restart_at:
                self.start()
        elif self._process is not None and self._process.poll() is not None:
            self._bury(self._process.returncode)

    def signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def end_by(self, deadline: float) -> None:
        """Wait for the process to end, and kill it at the deadline."""
        if self._process is None:
            return
        try:
            self._process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._show(self.child.name, "did not end in time and is killed")
            self._process.kill()
            self._process.wait()
        if self._reader is not None:
            self._reader.join(timeout=1)

    def _bury(self, code: int) -> None:
        is_short = time.monotonic() - self._started_at < SHORT_LIFE_SECONDS
        self._short_lives = self._short_lives + 1 if is_short else 0
        how = f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
        if self._short_lives >= MOST_SHORT_LIVES:
            if self._reader is not None:
                self._reader.join(timeout=1)
            last = "".join(f"\n  {line}" for line in self._lines)
            raise UnavailableError(f"{self.child.name} {how} {self._short_lives} times in a row. It said:{last}")
        wait = min(2.0**self._short_lives, LONGEST_WAIT_SECONDS)
        self._show(self.child.name, f"{how}; it is started again in {wait:.0f} s")
        self._restart_at = time.monotonic() + wait

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        with process.stdout as lines:
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip()
                self._lines.append(line)
                self._show(self.child.name, line)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_the_supervisor() -> None:
    """Runs in the child before its program: have the kernel end it should its parent be killed."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
