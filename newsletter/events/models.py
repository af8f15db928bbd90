"""Rows of the events stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.stories.models import Story


class Event(Base):
    """Something that happened, told by one or more stories of one language."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    language: Mapped[str] = mapped_column(String(16))
    first_at: Mapped[datetime]  # dated_at of its oldest story
    last_at: Mapped[datetime] = mapped_column(index=True)  # dated_at of its newest

    # The event that an editor merged it into; this one is empty then, and stays for the issues that carried it.
    # No foreign key: SQLite could add one only by making the table anew, below all that refers to it.
    merged_into_id: Mapped[int | None] = mapped_column(BigId, index=True)

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


class DecisionKind(StrEnum):
    SPLIT = "split"
    MERGE = "merge"
    MOVE = "move"
    APART = "apart"  # two that are alike stay two


class Decision(Base):
    """What an editor decided about events. Kept for ever: each later gathering obeys it, and it is a label to learn by.

    `stories` went from one event to the other; `others` are those that they left behind (split, move) or came to
    (merge), so that a decision tells which stories are one event and which are not whatever becomes of the events.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind))
    from_event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    to_event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    stories: Mapped[list[int]] = mapped_column(JSON)
    others: Mapped[list[int]] = mapped_column(JSON)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class Doubt(Base):
    """Two events that were kept apart though their reports are alike: "check: one event?"."""

    __tablename__ = "doubt"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    similarity: Mapped[float]
    reason: Mapped[str] = mapped_column(String(20))  # one of events.guarding.Reason
    words: Mapped[list[list[str]]] = mapped_column(JSON)  # what speaks for two events: in the one, in the other
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # when an editor said what it is


class Counterpart(Base):
    """An event told in another language: one thing that happened, in two events of ours.

    What tied them: names, numbers and places that both tell, or, where a model is there, what their heads mean.
    """

    __tablename__ = "counterpart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    similarity: Mapped[float]  # by names, numbers and places; 0 where meaning alone tied them
    shared: Mapped[list[str]] = mapped_column(JSON)  # the names, numbers and places that both tell, as written
    nearness: Mapped[float | None]  # in meaning, over that to the events next to them; None: names tied them
    cut: Mapped[float | None]  # what nearness had to reach then
    at: Mapped[datetime]
