"""Stories into rows: new, changed or known, each with its regions. Takes a session and never commits.

What a story is known by is its canonical URL, so that two feeds of one publisher give one story. The source that gave
it first owns it: only what the owner says can change it, or two feeds with different summaries would change it for
each other without end.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from newsletter.regions.catalogue import catalogue
from newsletter.stories.languages import guess
from newsletter.stories.models import Source, SourceKind, Story, StoryRegion
from newsletter.stories.parsed import ParsedStory
from newsletter.stories.region_rows import Rows, Told, region_rows
from newsletter.stories.tagging import VERSION

_CHUNK = 200  # stories a statement: far from the databases' limits on parameters


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(frozen=True)
class StoredStory:
    story_id: int
    outcome: Outcome


@dataclass(frozen=True)
class Stored:
    """What became of the stories, by canonical URL."""

    stories: Mapping[str, StoredStory]

    def _count(self, outcome: Outcome) -> int:
        return sum(1 for story in self.stories.values() if story.outcome is outcome)

    @property
    def new(self) -> int:
        return self._count(Outcome.NEW)

    @property
    def changed(self) -> int:
        return self._count(Outcome.CHANGED)

    @property
    def known(self) -> int:
        return self._count(Outcome.KNOWN)


def store(
    session: Session,
    source: Source,
    stories: Sequence[ParsedStory],
    now: datetime,
    tagged: Mapping[Told, Rows] | None = None,
) -> Stored:
    """Keep what is new, update what changed. Safe beside other processes that store the same stories.

    `tagged` is what `tag_ahead` gave; what is missing there is tagged here.
    """
    outcomes: dict[str, StoredStory] = {}
    given = {story.canonical_url: story for story in reversed(stories)}  # of two with one URL, the first counts
    urls = sorted(given)  # in one order everywhere, so that two processes never wait for each other crosswise
    for start in range(0, len(urls), _CHUNK):
        chunk = {url: given[url] for url in urls[start : start + _CHUNK]}
        existing = _existing(session, chunk)
        new = [story for url, story in chunk.items() if url not in existing]
        added = _add(session, source, new, now, tagged or {})
        outcomes |= {url: StoredStory(story_id, Outcome.NEW) for url, story_id in added.items()}
        raced = chunk.keys() - existing.keys() - added.keys()
        for url, row in (existing | _existing(session, raced)).items():
            has_changed = row.source_id == source.id and _change(session, source, row, chunk[url], now, tagged or {})
            outcomes[url] = StoredStory(row.id, Outcome.CHANGED if has_changed else Outcome.KNOWN)
    return Stored(outcomes)


def tag_ahead(session: Session, source: Source, stories: Sequence[ParsedStory]) -> Mapping[Told, Rows]:
    """Tag what `store` will find new or changed: to be called before the transaction that others wait for."""
    existing = _existing(session, (story.canonical_url for story in stories))
    hashes = {url: row.content_hash for url, row in existing.items()}
    fresh = [story for story in stories if hashes.get(story.canonical_url) != _columns(source, story)["content_hash"]]
    return {told: region_rows(told) for story in fresh if (told := _told(source, story))}


def language_of(source: Source, story: ParsedStory) -> str:
    """An operator's word about a feed counts more than the feed's own, which is often its software's default."""
    said = [source.language, story.language] if source.kind is SourceKind.FEED else [story.language, source.language]
    home = catalogue().get(source.home or "")
    fallback = home.languages[0].partition("-")[0] if home else "en"
    return next(filter(None, said), None) or guess(f"{story.title}\n{story.summary}") or fallback


def _existing(session: Session, urls: Iterable[str]) -> dict[str, Story]:
    wanted = list(urls)
    if not wanted:
        return {}
    rows = session.scalars(select(Story).where(Story.canonical_url.in_(wanted)))
    return {row.canonical_url: row for row in rows}


def _add(
    session: Session, source: Source, stories: Sequence[ParsedStory], now: datetime, tagged: Mapping[Told, Rows]
) -> dict[str, int]:
    """Ids of the stories that were added, by canonical URL; one that another process has just added is left out."""
    if not stories:
        return {}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [_columns(source, story) | _dates(story, now) for story in stories]
    statement = dialect.insert(Story).values(rows).on_conflict_do_nothing(index_elements=[Story.canonical_url])
    added = {url: key for key, url in session.execute(statement.returning(Story.id, Story.canonical_url))}
    regions = [
        row
        for story in stories
        if story.canonical_url in added
        for row in _regions(source, story, added[story.canonical_url], tagged)
    ]
    if regions:
        session.execute(insert(StoryRegion), regions)
    return added


def _change(
    session: Session, source: Source, row: Story, story: ParsedStory, now: datetime, tagged: Mapping[Told, Rows]
) -> bool:
    """Bring a row up to date; whether there was anything to do. Its id, and the week that it belongs to, stay.

    Where an editor's word stands, what the source says now is kept beside it.
    """
    columns = _columns(source, story)
    if row.content_hash == columns["content_hash"]:
        return False
    for name, value in columns.items():
        if name not in row.overruled:
            setattr(row, name, value)
    if "published_at" not in row.overruled:
        row.published_at = row.published_at or _dates(story, now)["published_at"]
    said = columns | {"regions": story.region}
    row.overruled = {name: said.get(name, value) for name, value in row.overruled.items()}
    row.changed_at = now
    if "regions" not in row.overruled:
        session.execute(delete(StoryRegion).where(StoryRegion.story_id == row.id))
        if regions := _regions(source, replace(story, title=row.title, summary=row.summary), row.id, tagged):
            session.execute(insert(StoryRegion), regions)
        session.expire(row, ["regions"])
    return True


def _columns(source: Source, story: ParsedStory) -> dict[str, Any]:
    columns = {
        "source_id": source.id,
        "canonical_url": story.canonical_url,
        "url": story.url,
        "title": story.title,
        "summary": story.summary,
        "author": story.author,
        "image_url": story.image_url,
        "language": language_of(source, story),
        "tagger_version": VERSION,
    }
    # Links and pictures often carry something that differs with each answer, so they alone change no story.
    told = [columns[name] for name in ("title", "summary", "author", "language")] + [story.region]
    return columns | {"content_hash": hashlib.sha256(json.dumps(told).encode()).hexdigest()}


def _dates(story: ParsedStory, now: datetime) -> dict[str, Any]:
    """A story cannot be published after it was seen: such a date is a wrong clock, or a zone forgotten."""
    published_at = min(story.published_at, now) if story.published_at else None
    return {"published_at": published_at, "seen_at": now, "dated_at": published_at or now}


def _told(source: Source, story: ParsedStory) -> Told:
    return Told(story.title, story.summary, language_of(source, story), source.home, story.region)


def _regions(source: Source, story: ParsedStory, story_id: int, tagged: Mapping[Told, Rows]) -> list[dict[str, Any]]:
    told = _told(source, story)
    rows = tagged[told] if told in tagged else region_rows(told)
    return [{"story_id": story_id, "code": code, **row} for code, row in rows.items()]
