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

    # What its differences were found among: how many stories, and when one last came or changed. None: not looked at.
    compared: Mapped[str | None] = mapped_column(String(64))

    stories: Mapped[list["EventStory"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    differences: Mapped[list["Difference"]] = relationship(
        order_by="Difference.id", cascade="all, delete-orphan", passive_deletes=True
    )


class EventStory(Base):
    """A story's place in an event, and why it was joined."""

    __tablename__ = "event_story"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), unique=True)
    similarity: Mapped[float | None]  # to the rest of the event when it was joined; None for the first story
    shared_terms: Mapped[list[Any]] = mapped_column(JSON, default=list)

    story: Mapped[Story] = relationship()


class Difference(Base):
    """A fact on which the reports of an event differ, with what each says. Found anew whenever a report joins."""

    __tablename__ = "difference"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    attribute: Mapped[str] = mapped_column(String(20))  # one of events.facts.fact.ATTRIBUTES
    subject: Mapped[str | None] = mapped_column(String(200))  # whose age, what happened on the day, which people
    kind: Mapped[str] = mapped_column(String(20))  # "disagreement", or "update" for what has grown since
    # [{"value", "hedge", "quote", "source", "url", "story_id", "published_at"}, ...], by time
    values: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
