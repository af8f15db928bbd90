"""Tagging stories anew after the tagger or its tables changed, in pages: read, tag, and only then write.

A story that is changed meanwhile was tagged by who changed it, and is left alone, as are regions that a person gave.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, true, update
from sqlalchemy.orm import Session, selectinload

from newsletter.db import Database
from newsletter.stories.models import Story, StoryRegion
from newsletter.stories.region_rows import Rows, Told, region_rows, said_in
from newsletter.stories.tagging import VERSION

_PAGE = 500  # stories between two commits


@dataclass(frozen=True)
class Retagged:
    stories: int  # that were looked at
    changed: int  # whose regions, confidence or words are others now


@dataclass(frozen=True)
class _Outdated:
    story_id: int
    content_hash: str
    changed_at: datetime | None
    told: Told
    rows: Rows  # as they are
    is_by_hand: bool  # a person gave its regions


def count_outdated(session: Session, *, everything: bool = False) -> int:
    """How many stories an older tagger tagged, or how many there are."""
    return session.scalar(select(func.count(Story.id)).where(_wanted(everything))) or 0


def retag(db: Database, *, everything: bool = False, done: Callable[[int], None] = lambda stories: None) -> Retagged:
    """Tag anew what an older tagger tagged, or `everything`. May be stopped and started again at any moment.

    `done` is told after each page how many stories it had.
    """
    looked_at, changed, last = 0, 0, 0
    while True:
        with db.reading() as session:
            page = _page(session, last, everything)
        if not page:
            return Retagged(looked_at, changed)
        fresh = [(story, story.rows if story.is_by_hand else region_rows(story.told)) for story in page]
        with db.writing() as session:
            changed += sum(_write(session, story, rows) for story, rows in fresh)
        looked_at, last = looked_at + len(page), page[-1].story_id
        done(len(page))


def _wanted(everything: bool) -> ColumnElement[bool]:
    return true() if everything else Story.tagger_version < VERSION


def _page(session: Session, after: int, everything: bool) -> Sequence[_Outdated]:
    stories = session.scalars(
        select(Story)
        .options(selectinload(Story.regions), selectinload(Story.source))
        .where(Story.id > after, _wanted(everything))
        .order_by(Story.id)
        .limit(_PAGE)
    )
    return [_outdated(story) for story in stories]


def _outdated(story: Story) -> _Outdated:
    said = said_in((region.code, region.spans) for region in story.regions)
    told = Told(story.title, story.summary, story.language, story.source.home, said)
    rows = {region.code: {"confidence": region.confidence, "spans": region.spans} for region in story.regions}
    is_by_hand = "regions" in story.overruled
    return _Outdated(story.id, story.content_hash, story.changed_at, told, rows, is_by_hand)


def _write(session: Session, story: _Outdated, rows: Rows) -> bool:
    """Whether the story's rows are others now."""
    touched = session.execute(
        update(Story)
        .where(Story.id == story.story_id, Story.content_hash == story.content_hash)
        .where(Story.changed_at.is_not_distinct_from(story.changed_at))
        .values(tagger_version=VERSION)
        .returning(Story.id)
    )
    if touched.first() is None or rows == story.rows:
        return False
    session.execute(delete(StoryRegion).where(StoryRegion.story_id == story.story_id))
    if rows:
        session.execute(
            insert(StoryRegion), [{"story_id": story.story_id, "code": code, **row} for code, row in rows.items()]
        )
    return True
