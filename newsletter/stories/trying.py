"""A dry run of a feed: it is asked and read as ever, and nothing of it is kept."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from newsletter.db import Database
from newsletter.stories.errors import FeedError, FetchError
from newsletter.stories.fetching import Answer, Fetcher
from newsletter.stories.models import Story
from newsletter.stories.parsed import ParsedStory, RejectedEntry
from newsletter.stories.parsing import parse_feed
from newsletter.stories.sources import feed_address


@dataclass(frozen=True)
class FeedTrial:
    """What a feed gave just now; `known`: those of its stories that are stored already, by canonical URL."""

    url: str
    milliseconds: int
    title: str = ""
    kind: str = ""
    stories: Sequence[ParsedStory] = field(default_factory=list)
    rejected: Sequence[RejectedEntry] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    trouble: str | None = None  # why there is nothing, or what is wrong with a feed that could be read all the same


def try_feed(db: Database, fetcher: Fetcher, url: str, now: datetime) -> FeedTrial:
    """Ask for a feed as if for the first time. Its trouble is the result; raises InvalidInputError for no address."""
    address, began = feed_address(url), time.monotonic()

    def so_far() -> int:
        return round(1000 * (time.monotonic() - began))

    try:
        fetched = fetcher.fetch(address, now=now)
        if fetched.answer is not Answer.FEED:
            return FeedTrial(address, so_far(), trouble=f"The server answers, but with no feed: {fetched.answer}.")
        feed = parse_feed(fetched.body, content_type=fetched.content_type, url=fetched.url)
    except (FetchError, FeedError) as error:
        return FeedTrial(address, so_far(), trouble=str(error))
    with db.reading() as session:
        urls = [story.canonical_url for story in feed.stories[:500]]
        known = frozenset(session.scalars(select(Story.canonical_url).where(Story.canonical_url.in_(urls))))
    return FeedTrial(address, so_far(), feed.title, feed.kind, feed.stories, feed.rejected, known, feed.problem)
