"""How much may come in at one time: connections, mails by network, and bytes that are held in memory."""

import time
from collections import Counter, defaultdict, deque

from newsletter.subscribers.digests import network_of

CONNECTIONS = 60
CONNECTIONS_OF_ONE = 10  # network
MAILS_OF_ONE = 120  # network, in an hour: a provider's bounces come from many networks, a flood from few
HELD_BYTES = 64_000_000
_HOUR = 3600.0
_NETWORKS = 20_000  # of whom is remembered how many mails they brought


class Gate:
    """One for all connections of a server; only its event loop asks it."""

    def __init__(
        self, *, connections: int = CONNECTIONS, of_one: int = CONNECTIONS_OF_ONE, mails_of_one: int = MAILS_OF_ONE
    ) -> None:
        self._connections, self._of_one, self._mails_of_one = connections, of_one, mails_of_one
        self._open: Counter[str] = Counter()
        self._mails: defaultdict[str, deque[float]] = defaultdict(deque)
        self.held = 0  # bytes of mails that are coming in

    def enter(self, host: str) -> bool:
        """Whether one more connection may come from there; if so, it is counted until `leave`."""
        network = _network(host)
        if self._open.total() >= self._connections or self._open[network] >= self._of_one:
            return False
        self._open[network] += 1
        return True

    def leave(self, host: str) -> None:
        network = _network(host)
        self._open[network] -= 1
        if self._open[network] <= 0:
            del self._open[network]

    def allows_mail(self, host: str) -> bool:
        """Count one more mail from there within an hour."""
        now = time.monotonic()
        if len(self._mails) > _NETWORKS:
            self._mails.clear()
        times = self._mails[_network(host)]
        while times and now - times[0] > _HOUR:
            times.popleft()
        if len(times) >= self._mails_of_one:
            return False
        times.append(now)
        return True

    def holds(self, more: int) -> bool:
        """Whether so many bytes more may be held."""
        return self.held + more <= HELD_BYTES


def _network(host: str) -> str:
    return network_of(host) or host
