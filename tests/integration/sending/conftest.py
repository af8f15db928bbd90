"""A service whose relay is a real SMTP server on loopback that records what it gets."""

from collections.abc import Iterator

import pytest
import redis

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.db import Database
from tests.support.clocks import StillClock
from tests.support.smtp import SmtpSink
from tests.support.world import NOW

KEY = "k" * 40


@pytest.fixture
def settings(redis_url: str, redis_client: "redis.Redis", sink: SmtpSink) -> Settings:
    return Settings(
        redis_url=redis_url,
        relay_url=f"smtp://127.0.0.1:{sink.port}",
        relay_timeout_seconds=5,
        batch_size=10,
        secret_keys=[KEY],
    )


@pytest.fixture
def service(db: Database, clock: StillClock, settings: Settings) -> Iterator[Service]:
    clock.set(NOW)
    made = Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])
    object.__setattr__(made.deliverer.desk, "look_seconds", 0.0)  # a test need not wait for what a person does
    yield made
    made.redis.close()
