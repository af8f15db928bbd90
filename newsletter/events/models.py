"""Rows of the events stage."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId
from newsletter.stories.models import Story


class Event(Base):
    """Something that happened, told by one or more stories of one language."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    language: Mapped[str] = mapped_column(String(16))
    first_at: Mapped[datetime]  # dated_at of its oldest story
    last_at: Mapped[datetime] = mapped_column(index=True)  # dated_at of its newest

    stories: Mapped[list["EventStory"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class EventStory(Base):
    """A story's place in an event, and why it was joined."""

    __tablename__ = "event_story"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), unique=True)
    similarity: Mapped[float | None]  # to the rest of the event when it was joined; None for the first story
    shared_terms: Mapped[list[Any]] = mapped_column(JSON, default=list)

    story: Mapped[Story] = relationship()
