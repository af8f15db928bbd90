"""Stories as lists show them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from newsletter.regions.catalogue import covers
from newsletter.stories.models import Story, StoryRegion


def stories(
    session: Session,
    *,
    region: str | None = None,
    since: datetime | None = None,
    source_id: int | None = None,
    text: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 100,
) -> Sequence[Story]:
    """Newest first, with their sources and regions; those about a region's countries. Raises NotFoundError.

    `text` stands in their title or summary, in whatever case; `before` is the date and id of the last one of the page
    before this one.
    """
    wanted = select(Story).options(selectinload(Story.regions), selectinload(Story.source))
    if region is not None:
        tagged = select(StoryRegion.story_id).where(StoryRegion.code.in_(sorted(covers(region))))
        wanted = wanted.where(Story.id.in_(tagged))
    if since is not None:
        wanted = wanted.where(Story.dated_at >= since)
    if source_id is not None:
        wanted = wanted.where(Story.source_id == source_id)
    for word in text.split():
        wanted = wanted.where(
            or_(Story.title.icontains(word, autoescape=True), Story.summary.icontains(word, autoescape=True))
        )
    if before is not None:
        wanted = wanted.where(tuple_(Story.dated_at, Story.id) < before)
    return session.scalars(wanted.order_by(Story.dated_at.desc(), Story.id.desc()).limit(limit)).all()
