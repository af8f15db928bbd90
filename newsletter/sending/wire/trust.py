"""Whether a relay's offer of PIPELINING is to be believed; shared by all connections of a process to it."""

import time

_FORGIVEN_SECONDS = 3600.0  # whatever stood between us and the relay may be gone by then


class Trust:
    def __init__(self) -> None:
        self._withdrawn_until = 0.0

    @property
    def is_given(self) -> bool:
        return time.monotonic() >= self._withdrawn_until

    def withdraw(self) -> None:
        """A message got through command by command that had not got through in one write."""
        self._withdrawn_until = time.monotonic() + _FORGIVEN_SECONDS
