"""Limits in a real Redis, shared by all who ask."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from newsletter.sending.marks import MarksUnavailableError
from newsletter.sending.pacing import Pace


def pace(client: "redis.Redis", **rates: float) -> Pace:
    return Pace(client, rates, {"readers.example": 2.0})


def test_what_has_no_limit_is_not_asked_about(no_redis: "redis.Redis") -> None:
    assert pace(no_redis).wait_for_relay("relay") == 0
    assert pace(no_redis).wait_for_domain("other.example") == 0


def test_a_limit_lets_one_leave_and_says_when_the_next_may(redis_client: "redis.Redis") -> None:
    one, other = pace(redis_client, relay=2.0), pace(redis_client, relay=2.0)
    assert one.wait_for_relay("relay") == 0
    assert 0.3 < other.wait_for_relay("relay") <= 0.5
    assert one.wait_for_domain("readers.example") == 0  # which has its own
    assert 0.3 < one.wait_for_domain("readers.example") <= 0.5


def test_a_slow_limit_is_kept_as_well(redis_client: "redis.Redis") -> None:
    assert pace(redis_client, relay=0.01).wait_for_relay("relay") == 0
    assert 95 < pace(redis_client, relay=0.01).wait_for_relay("relay") <= 100
    assert redis_client.pttl("pace:relay:relay") > 100_000


def test_many_workers_together_keep_to_the_limit(redis_client: "redis.Redis") -> None:
    began = time.monotonic()

    def work(_: int) -> int:
        mine, left = pace(redis_client, relay=100.0), 0
        while time.monotonic() < began + 1.0:
            if wait := mine.wait_for_relay("relay"):
                time.sleep(wait)
            else:
                left += 1
        return left

    with ThreadPoolExecutor(4) as pool:
        left = sum(pool.map(work, range(4)))
    seconds = time.monotonic() - began
    assert 70 < left <= 100 * seconds + 11  # and what a bucket holds


def test_without_redis_nothing_leaves(no_redis: "redis.Redis") -> None:
    with pytest.raises(MarksUnavailableError):
        pace(no_redis, relay=1.0).wait_for_relay("relay")
