"""One request a host at a time, whoever asks: the threads of a process and, by Redis, all processes of the service.

Where no Redis answers, only this process can be fetching: every worker needs it too, and a command that is run by
hand before the service is started has nobody beside it.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol
from weakref import WeakValueDictionary

import redis
from redis.backoff import NoBackoff
from redis.exceptions import LockError, RedisError
from redis.retry import Retry

from newsletter.stories.errors import HostBusyError


class Turns(Protocol):
    def turn(self, host: str, wait_seconds: float) -> AbstractContextManager[None]:
        """Held while `host` is asked. Raises HostBusyError where the turn does not come in time."""


class ProcessTurns:
    """Turns among the threads of one process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, host: str, wait_seconds: float) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(host, _Lock())
        if not lock.inner.acquire(timeout=wait_seconds):
            raise HostBusyError
        try:
            yield
        finally:
            lock.inner.release()


class SharedTurns:
    """Turns among all processes that share a Redis; a turn whose holder died ends after `lease_seconds`."""

    def __init__(self, redis_url: str, lease_seconds: float) -> None:
        # Without retries: where no Redis runs, each request of a command would wait for seconds.
        self._client = redis.Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0))
        self._lease_seconds = lease_seconds
        self._own = ProcessTurns()

    @contextmanager
    def turn(self, host: str, wait_seconds: float) -> Iterator[None]:
        with self._own.turn(host, wait_seconds):
            lock = self._client.lock(f"newsletter:fetching:{host}", timeout=self._lease_seconds, sleep=0.05)
            try:
                is_mine = lock.acquire(blocking_timeout=wait_seconds)
            except RedisError:
                yield
                return
            if not is_mine:
                raise HostBusyError
            try:
                yield
            finally:
                with suppress(LockError, RedisError):  # the lease ran out, or Redis left: nothing is held any more
                    lock.release()


class _Lock:
    """A lock that a weak reference can point to."""

    def __init__(self) -> None:
        self.inner = threading.Lock()
