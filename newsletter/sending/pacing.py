"""How fast letters may leave: for each relay, and for the domains that have a limit, counted over all workers.

Token buckets in Redis, each one number: the instant at which its next token comes. A bucket holds what comes in a tenth
of a second, so that letters leave evenly, whatever the number of connections.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush
from typing import Any

import redis

from newsletter.sending.checking import FitLetter
from newsletter.sending.marks import MarksUnavailableError
from newsletter.sending.relay import Relay

# KEYS: the bucket. ARGV: tokens a second, tokens that a bucket holds. Redis's own clock counts, whoever asks.
# Returns, as text, for how many seconds the bucket is empty still; "0": a token was taken.
_TAKE = """
local rate, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local next_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now - (size - 1) / rate)
if next_at > now then return tostring(next_at - now) end
redis.call('SET', KEYS[1], string.format('%.6f', next_at + 1 / rate), 'PX', math.ceil((size + 1) / rate * 1000) + 1000)
return '0'
"""


class Pace:
    """Limits in letters a second; what has none is not asked about."""

    def __init__(
        self, client: "redis.Redis", relay_rates: Mapping[str, float], domain_rates: Mapping[str, float]
    ) -> None:
        self._take: Any = client.register_script(_TAKE)
        self._relay_rates = dict(relay_rates)
        self._domain_rates = dict(domain_rates)

    @classmethod
    def of(cls, relays: Iterable[Relay], domain_rates: Mapping[str, float], client: "redis.Redis") -> "Pace":
        rates = {relay.name: relay.max_rate_per_second for relay in relays}
        return cls(client, {name: rate for name, rate in rates.items() if rate is not None}, domain_rates)

    def wait_for_relay(self, name: str) -> float:
        """For how many seconds nothing may leave; 0.0: one letter may now. Raises MarksUnavailableError."""
        return self._wait(f"pace:relay:{name}", self._relay_rates.get(name))

    @property
    def limits_domains(self) -> bool:
        return bool(self._domain_rates)

    def wait_for_domain(self, domain: str) -> float:
        return self._wait(f"pace:domain:{domain}", self._domain_rates.get(domain))

    def _wait(self, bucket: str, rate: float | None) -> float:
        if rate is None:
            return 0.0
        try:
            return float(self._take(keys=[bucket], args=[rate, max(1.0, rate / 10)]))
        except redis.RedisError as error:
            raise MarksUnavailableError from error


class Queue:
    """The letters of a batch in the order in which they may leave: those of a domain at its limit let others pass."""

    def __init__(
        self, letters: Iterable[FitLetter], wait_for_domain: Callable[[str], float] | None, now: Callable[[], float]
    ) -> None:
        """`wait_for_domain` says for how many seconds a domain is at its limit; None where none has one."""
        self._fresh = deque(letters)
        self._aside: list[tuple[float, int, FitLetter]] = []  # by the time at which to ask again
        self._open_at: dict[str, float] = {}  # of domains at their limit
        self._wait_for_domain = wait_for_domain
        self._now = now

    def next(self) -> FitLetter | float | None:
        """The next letter; or for how many seconds there is none; or None after the last."""
        now = self._now()
        if self._aside and self._aside[0][0] <= now and self._may_leave(letter := heappop(self._aside)[2]):
            return letter
        while self._fresh:
            if self._may_leave(letter := self._fresh.popleft()):
                return letter
        return max(self._aside[0][0] - now, 0.001) if self._aside else None

    def _may_leave(self, letter: FitLetter) -> bool:
        """Take a token for it, or set it aside."""
        if self._wait_for_domain is None:
            return True
        domain = letter.address.rpartition("@")[2].lower()
        now = self._now()
        open_at = self._open_at.get(domain, 0.0)
        if open_at <= now:
            open_at = now + self._wait_for_domain(domain)
            if open_at <= now:
                return True
            self._open_at[domain] = open_at
        heappush(self._aside, (open_at, letter.id, letter))
        return False
