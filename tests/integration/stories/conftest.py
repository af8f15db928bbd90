"""A feed server that is allowed, beside addresses that are not."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from newsletter.config import Settings
from newsletter.stories.fetching import Fetcher
from tests.support.feeds import FeedServer


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer().running() as server:
        yield server


@pytest.fixture
def settings(tmp_path) -> Settings:
    """Of all addresses that are not public, only 127.0.0.1 may be asked."""
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        fetch_allow=[ip_network("127.0.0.1/32")],
        fetch_seconds=5,
        fetch_max_bytes=1_000_000,
        fetch_max_redirects=3,
        refresh_minutes=15,
    )


@pytest.fixture
def fetcher(settings) -> Fetcher:
    return Fetcher(settings)
