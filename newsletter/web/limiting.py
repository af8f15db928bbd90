"""How often somebody may ask for something: counted in Redis under digests, never under addresses."""

import time

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

JOIN_BY_NETWORK = parse("30/hour")  # a school or an office behind one address can still join
JOIN_BY_ADDRESS = parse("3/day")
CALM_BY_NETWORK = parse("5/hour")  # beyond either of these, joining asks for one step more (steps.py)
CALM = parse("120/minute")
ONCE = parse("1/2 hours")  # for tickets that are good for less
MAIL_BY_SUBSCRIBER = parse("3/day")  # fresh links
OPINION_BY_NETWORK = parse("60/hour")
CLICK_BY_NETWORK = parse("300/hour")
FEED_TRIAL_BY_EDITOR = parse("20/10 minutes")
RELAY_TEST_BY_EDITOR = parse("10/10 minutes")
SIGN_IN_BY_NETWORK = parse("20/hour")
SIGN_IN_BY_ADDRESS = parse("5/hour")  # mails with a link
PASSKEY_BY_NETWORK = parse("300/hour")  # questions: one with each look at the page where editors sign in

GUESSES_BY_NETWORK = parse("30/minute")  # keys of the API that open nothing


class Limiter:
    """Counts in the service's Redis. While that does not answer everything is allowed, and the log says so: a reader
    who cannot join costs more than one who asks often, and one mail a day an address is held by the database."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._strategy: MovingWindowRateLimiter | None = None

    def allows(self, limit: RateLimitItem, what: str, who: str | None) -> bool:
        """Count one more `what` of `who` (a digest; None for someone unknown, who is not limited)."""
        if who is None:
            return True
        try:
            return self._limits().hit(limit, what, who)
        except StorageError as error:
            log.warning("rate limits are off: Redis does not answer", error=type(error.storage_error).__name__)
            return True

    def seconds_until(self, limit: RateLimitItem, what: str, who: str) -> float:
        """How long until the same is allowed again; 0 while Redis does not answer."""
        try:
            return max(0.0, self._limits().get_window_stats(limit, what, who).reset_time - time.time())
        except StorageError:
            return 0.0

    def _limits(self) -> MovingWindowRateLimiter:
        if self._strategy is None:
            # One more try, at once: the connection may be of a Redis that was restarted. A reader waits for this.
            retry = Retry(NoBackoff(), 1)
            pool = ConnectionPool.from_url(self._redis_url, socket_timeout=1, socket_connect_timeout=1, retry=retry)
            storage: Storage = RedisStorage("redis://", connection_pool=pool, wrap_exceptions=True)
            self._strategy = MovingWindowRateLimiter(storage)
        return self._strategy
