"""How long to leave something alone that does not answer. Pure but for a monotonic clock."""

import time
from threading import Lock

FIRST_SECONDS, LONGEST_SECONDS = 1.0, 30.0


class Patience:
    """Waits that grow while something fails: a second after the first time, then twice as long, up to half a minute.

    All threads of a process share it. However many of them fail, or wait, only one tries after each wait.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seconds = 0.0  # of the wait that was last begun; 0: all is well
        self._until = 0.0

    def may_try(self) -> bool:
        """Whether to try now. Whoever is told so after a failure has begun the next wait for all others."""
        with self._lock:
            if self._seconds and time.monotonic() < self._until:
                return False
            if self._seconds:
                self._begin(min(2 * self._seconds, LONGEST_SECONDS))
            return True

    def failed(self) -> None:
        """Also said by those who tried before it was known that it fails: they make no wait longer."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._begin(self._seconds or FIRST_SECONDS)

    def succeeded(self) -> None:
        with self._lock:
            self._seconds = self._until = 0.0

    def _begin(self, seconds: float) -> None:
        self._seconds, self._until = seconds, time.monotonic() + seconds
