"""Stories as lists show them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from newsletter.regions.catalogue import covers
from newsletter.stories.models import Story, StoryRegion


def stories(
    session: Session, *, region: str | None = None, since: datetime | None = None, limit: int = 100
) -> Sequence[Story]:
    """Newest first, with their sources and regions; those about a region's countries. Raises NotFoundError."""
    wanted = select(Story).options(selectinload(Story.regions), selectinload(Story.source))
    if region is not None:
        tagged = select(StoryRegion.story_id).where(StoryRegion.code.in_(sorted(covers(region))))
        wanted = wanted.where(Story.id.in_(tagged))
    if since is not None:
        wanted = wanted.where(Story.dated_at >= since)
    return session.scalars(wanted.order_by(Story.dated_at.desc(), Story.id.desc()).limit(limit)).all()
