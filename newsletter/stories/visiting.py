"""Looking whether pages are still there, as politely and carefully as feeds are fetched."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from newsletter.stories.errors import FetchError
from newsletter.stories.fetching import Answer, Fetcher

AT_ONCE = 8  # pages; of one host one at a time, as the fetcher sees to


@dataclass(frozen=True)
class Visit:
    url: str
    is_gone: bool  # 404 or 410: whoever published it took it away
    trouble: str | None  # why it could not be seen, in a sentence; None: it is there


def visit(fetcher: Fetcher, urls: Sequence[str], now: datetime) -> list[Visit]:
    """What became of each page, in the order of `urls`; nothing of their content is kept."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda url: _visit(fetcher, url, now), urls))


def _visit(fetcher: Fetcher, url: str, now: datetime) -> Visit:
    try:
        fetched = fetcher.fetch(url, now=now)
    except FetchError as error:
        said = f"The server answers with {error.status}." if error.status else str(error)
        return Visit(url, error.status in (404, 410), said)
    gone = fetched.answer is Answer.GONE
    return Visit(url, gone, "The server answers with 410." if gone else None)
