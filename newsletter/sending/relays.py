"""Several relays: which one is next, and which are left in peace for a while because they did not answer."""

import random
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

import redis

from newsletter.config import Settings
from newsletter.patience import Patience
from newsletter.sending.connection import Connection
from newsletter.sending.relay import Relay, RelayUnavailableError

LEFT_ALONE_SECONDS = 60.0


class Relays:
    """The relays of the settings, and what has lately been seen of them. Threads may share it.

    That a relay does not answer is known to the process that found out, for the way to it may be what is broken. That a
    relay refuses us is true for all of them, and costs letters to find out: they tell each other by `client`.
    """

    def __init__(self, relays: Sequence[Relay], client: redis.Redis | None = None) -> None:
        self.all = tuple(relays)
        self._client = client
        self._down_since: dict[str, float] = {}
        self._patience = {relay.name: Patience() for relay in self.all}

    @classmethod
    def of(cls, settings: Settings, client: redis.Redis | None = None) -> "Relays":
        """Without a relay in the settings: the outbox on this machine."""
        return cls([Relay.of(settings, url) for url in settings.relays or (None,)], client)

    @property
    def is_outbox(self) -> bool:
        return self.all[0].is_outbox

    @property
    def connections(self) -> int:
        """At one time, to all of them."""
        return sum(relay.connections for relay in self.all)

    def in_turn(self, besides: Collection[str] = ()) -> list[Relay]:
        """Those to try, in an order drawn by weight; if all are down, one whose wait is over, told to one asker.

        `besides` names those that are not to be tried.
        """
        relays = [relay for relay in self.all if relay.name not in besides]
        if up := self._up(relays):
            return _drawn(up)
        by_time = sorted(relays, key=lambda relay: self._down_since.get(relay.name, 0.0))
        due = (relay for relay in by_time if self._patience[relay.name].may_try())
        return list(islice(due, 1))

    def is_any_up(self, besides: str) -> bool:
        """Whether mail can go another way than by the relay of this name."""
        return bool(self._up([relay for relay in self.all if relay.name != besides]))

    def failed(self, name: str) -> None:
        """It did not answer: for a while, others are tried before it, and if there are none, nothing is."""
        self._down_since[name] = time.monotonic()
        self._patience[name].failed()

    def succeeded(self, name: str) -> None:
        """It did more than to let us in."""
        self._patience[name].succeeded()

    def refused(self, name: str) -> None:
        """It will not have mail from us: all processes try others before it; without any, a person decides."""
        self._down_since[name] = time.monotonic()
        if self._client is not None:
            with suppress(redis.RedisError):  # then each of them finds out by itself
                self._client.set(_refusal(name), 1, px=int(LEFT_ALONE_SECONDS * 1000))

    def refusing(self) -> Collection[str]:
        """The names of those that refuse us just now, by what all processes have found out."""
        return self._refusing(self.all)

    def open(self, name: str) -> Connection:
        """A connection to one of them, remembering how that went. Raises RelayUnavailableError."""
        relay = next(relay for relay in self.all if relay.name == name)
        try:
            connection = relay.open()
        except RelayUnavailableError:
            self.failed(name)
            raise
        self._down_since.pop(name, None)
        return connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection to the first that answers, closed politely at the end. Raises RelayUnavailableError."""
        name, connection = self._first_open()
        try:
            yield connection
        finally:
            connection.close()
        self.succeeded(name)

    def _first_open(self) -> tuple[str, Connection]:
        tried: set[str] = set()
        trouble = RelayUnavailableError()
        while relays := self.in_turn(besides=tried):
            try:
                return relays[0].name, self.open(relays[0].name)
            except RelayUnavailableError as error:
                trouble = error
                tried.add(relays[0].name)
        raise trouble

    def _up(self, relays: Sequence[Relay]) -> list[Relay]:
        up = [relay for relay in relays if not self._is_down(relay)]
        refusing = self._refusing(up) if len(self.all) > 1 else frozenset()
        return [relay for relay in up if relay.name not in refusing]

    def _refusing(self, relays: Sequence[Relay]) -> Collection[str]:
        """The names of those that refuse us, as far as another process has said."""
        if self._client is None or not relays:
            return ()
        try:
            said: Any = self._client.mget([_refusal(relay.name) for relay in relays])
        except redis.RedisError:
            return ()
        return [relay.name for relay, is_said in zip(relays, said, strict=True) if is_said]

    def _is_down(self, relay: Relay) -> bool:
        since = self._down_since.get(relay.name)
        return since is not None and time.monotonic() - since < LEFT_ALONE_SECONDS


def _refusal(name: str) -> str:
    return f"relay:refuses:{name}"


def _drawn(relays: Sequence[Relay]) -> list[Relay]:
    """All of `relays` in a random order in which each stands first as often as its weight says."""
    # The least of exponentially distributed times is that of each with a probability in proportion to its rate.
    return sorted(relays, key=lambda relay: random.expovariate(relay.weight))
