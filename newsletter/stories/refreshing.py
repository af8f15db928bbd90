"""One source asked for news: state read, feed fetched with no transaction open, result written in one.

Like sending by SMTP, this is an exception to "only the edge commits": a transaction that waited for a slow server
would hold the database for a minute.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from newsletter.db import Database
from newsletter.errors import InvalidInputError
from newsletter.stories.answers import keep_answer
from newsletter.stories.due import after_failure, after_success, in_turns
from newsletter.stories.entries import rejected
from newsletter.stories.errors import FeedError, FetchError, HostBusyError
from newsletter.stories.fetching import Answer, Fetched, Fetcher
from newsletter.stories.models import Source, SourceAnswer, SourceKind
from newsletter.stories.parsed import ParsedFeed
from newsletter.stories.parsing import parse_feed
from newsletter.stories.region_rows import Rows, Told
from newsletter.stories.rejecting import keep
from newsletter.stories.sources import feed_address, host_of
from newsletter.stories.storing import store, tag_ahead

log = structlog.get_logger(__name__)


class RefreshOutcome(StrEnum):
    READ = "read"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"
    WAITING = "waiting"  # another feed of its host is being read
    SKIPPED = "skipped"  # paused, removed, no feed, or not due


@dataclass(frozen=True)
class Refreshed:
    source_id: int
    outcome: RefreshOutcome
    new: int = 0
    changed: int = 0
    known: int = 0
    rejected: int = 0
    trouble: str | None = None


@dataclass(frozen=True)
class _State:
    """What is remembered of a source when it is asked."""

    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class _Result:
    """What came of asking: an answer, with its feed if it was read, or else a failure."""

    fetched: Fetched | None = None
    feed: ParsedFeed | None = None
    failure: FetchError | FeedError | None = None


def due_sources(session: Session, now: datetime) -> list[int]:
    """Ids of the feeds to ask now; those of one host stand apart, so that workers don't wait for each other."""
    due = (
        select(Source.id, Source.url)
        .where(Source.kind == SourceKind.FEED, Source.active)
        .where(or_(Source.due_at.is_(None), Source.due_at <= now))
        .order_by(Source.due_at, Source.id)
    )
    return in_turns((source_id, url or "") for source_id, url in session.execute(due))


def refresh(db: Database, fetcher: Fetcher, source_id: int, now: datetime, *, only_if_due: bool = False) -> Refreshed:
    """Ask a source for news. Its trouble is part of the result and of its row; nothing is raised for it.

    `only_if_due` is for queues, where one source may stand twice.
    """
    with db.reading() as session:
        state = _state(session, source_id, now if only_if_due else None)
    if state is None:
        return Refreshed(source_id, RefreshOutcome.SKIPPED)
    began = time.monotonic()
    try:
        result = _ask(fetcher, state, now)
    except HostBusyError as error:
        return Refreshed(source_id, RefreshOutcome.WAITING, trouble=str(error))
    milliseconds = round(1000 * (time.monotonic() - began))
    tagged = _tagged(db, source_id, result)
    with db.writing() as session:
        refreshed = _record(session, source_id, state, result, tagged, fetcher.settings.refresh_minutes, now)
        if refreshed.outcome is not RefreshOutcome.SKIPPED:
            keep_answer(session, SourceAnswer(at=now, milliseconds=milliseconds, **asdict(refreshed)))
    log.info("source refreshed", source_id=source_id, outcome=refreshed.outcome.value, new=refreshed.new)
    return refreshed


def _state(session: Session, source_id: int, due_at: datetime | None) -> _State | None:
    source = session.get(Source, source_id)
    if source is None or not source.active or source.url is None:
        return None
    if due_at is not None and source.due_at is not None and source.due_at > due_at:
        return None
    return _State(source.url, source.etag, source.last_modified)


def _ask(fetcher: Fetcher, state: _State, now: datetime) -> _Result:
    fetched = None
    try:
        fetched = fetcher.fetch(state.url, now=now, etag=state.etag, last_modified=state.last_modified)
        if fetched.answer is not Answer.FEED:
            return _Result(fetched)
        return _Result(fetched, parse_feed(fetched.body, content_type=fetched.content_type, url=fetched.url))
    except HostBusyError:
        raise
    except (FetchError, FeedError) as error:
        return _Result(fetched, failure=error)


def _tagged(db: Database, source_id: int, result: _Result) -> Mapping[Told, Rows]:
    """The regions of what is new in the feed, before the transaction in which others wait."""
    if result.feed is None:
        return {}
    with db.reading() as session:
        source = session.get(Source, source_id)
        return tag_ahead(session, source, result.feed.stories) if source else {}


def _record(
    session: Session,
    source_id: int,
    state: _State,
    result: _Result,
    tagged: Mapping[Told, Rows],
    refresh_minutes: int,
    now: datetime,
) -> Refreshed:
    source = session.get(Source, source_id, with_for_update=True)
    if source is None or source.url != state.url:  # removed or edited meanwhile: the answer is not about it
        return Refreshed(source_id, RefreshOutcome.SKIPPED)
    source.fetched_at = now
    if result.failure is not None:
        return _record_failure(session, source, result, refresh_minutes, now)
    if result.fetched is not None and result.fetched.answer is Answer.GONE:
        source.active = False
        source.trouble = "The publisher took this feed away for good (410), so it is not asked any more."
        return Refreshed(source_id, RefreshOutcome.GONE, trouble=source.trouble)
    if source.failures:
        source.trouble = None  # it is over; a remark about a readable feed stays until another answer
    source.succeeded_at, source.failures = now, 0
    source.due_at = after_success(now, refresh_minutes)
    if result.fetched is not None:
        _follow_move(session, source, result.fetched)
    if result.feed is None or result.fetched is None:
        return Refreshed(source_id, RefreshOutcome.UNCHANGED, trouble=source.trouble)
    return _record_feed(session, source, result.fetched, result.feed, tagged, now)


def _record_failure(
    session: Session, source: Source, result: _Result, refresh_minutes: int, now: datetime
) -> Refreshed:
    failure = result.failure
    retry_at = failure.retry_at if isinstance(failure, FetchError) else None
    source.due_at = after_failure(now, refresh_minutes, source.failures, retry_at)
    source.failures += 1
    source.trouble = str(failure)
    if result.fetched is not None:  # there was an answer, and it was no feed
        beginning = result.fetched.body[:4000].decode("utf-8", "replace")
        keep(session, source.id, [rejected(source.trouble, beginning)], now)
    return Refreshed(source.id, RefreshOutcome.FAILED, trouble=source.trouble)


def _record_feed(
    session: Session,
    source: Source,
    fetched: Fetched,
    feed: ParsedFeed,
    tagged: Mapping[Told, Rows],
    now: datetime,
) -> Refreshed:
    source.etag, source.last_modified = fetched.etag, fetched.last_modified
    source.trouble = feed.problem
    if feed.title and source.url and source.name == host_of(source.url):
        source.name = feed.title[:200]
    stored = store(session, source, feed.stories, now, tagged)
    keep(session, source.id, feed.rejected, now)
    return Refreshed(
        source.id,
        RefreshOutcome.READ,
        new=stored.new,
        changed=stored.changed,
        known=stored.known,
        rejected=len(feed.rejected),
        trouble=source.trouble,
    )


def _follow_move(session: Session, source: Source, fetched: Fetched) -> None:
    """Take the address that a permanent redirect names (RFC 9110, 15.4.2), unless another source has it."""
    if fetched.moved_to is None:
        return
    try:
        address = feed_address(fetched.moved_to)
    except InvalidInputError:
        return  # good enough to be asked, but not to be kept
    if session.scalar(select(Source.id).where(Source.url == address)) is None:
        source.url = address
