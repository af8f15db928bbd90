"""Rows of the issues stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.regions.models import Region


class IssueState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    HELD = "held"  # missed its round's window; a person decides
    SKIPPED = "skipped"  # too few stories, or an editor said so: this week has none
    OUT = "out"  # on its way to readers, and in the archive


class Issue(Base):
    """One region's content of one week.

    Its items are snapshots: nothing that a source changes later reaches an issue without an editor. `content_hash`
    covers all that readers see; approval is bound to it.
    """

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("region_id", "week"), UniqueConstraint("region_id", "number"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    week: Mapped[str] = mapped_column(String(8), index=True)  # ISO 8601: "2026-W20"
    number: Mapped[int | None]  # counted from 1 in its region; None when skipped
    state: Mapped[IssueState] = mapped_column(enum_column(IssueState), default=IssueState.DRAFT)
    language: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(String(200))  # None: made from the lead items
    preheader: Mapped[str | None] = mapped_column(String(200))  # None: goes on where the subject ends
    intro: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime]  # events that had stories after this instant ...
    until: Mapped[datetime]  # ... and up to this one were considered
    drafted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]  # when a person last changed it; a draft that nobody touched may be made anew
    dropped: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")  # events a person took out
    version: Mapped[int] = mapped_column(default=0, server_default="0")  # of its versions, the one that stands
    content_hash: Mapped[str] = mapped_column(String(64))
    approved_hash: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(200))  # an editor's name, or "automatic"
    first_word_hash: Mapped[str | None] = mapped_column(String(64))  # where two are asked: what the first approved ...
    first_word_by: Mapped[str | None] = mapped_column(String(200))  # ... and their name
    visited_at: Mapped[datetime | None]  # when, after its approval, the pages of its stories were last looked at
    told_of: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")  # events that held it
    out_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)  # why it is held or skipped, or what is unusual about it
    # What missed when it was picked, best first: [{"event", "story", "headline", "source", "score", "parts", "reason"}]
    near_misses: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")

    region: Mapped[Region] = relationship()
    items: Mapped[list["Item"]] = relationship(
        order_by="Item.position", cascade="all, delete-orphan", passive_deletes=True
    )
    # What this issue tells about earlier ones, and what a later one tells about this.
    corrections: Mapped[list["Correction"]] = relationship(
        foreign_keys="Correction.told_in_id", order_by="Correction.id", back_populates="told_in", passive_deletes=True
    )
    corrected: Mapped[list["Correction"]] = relationship(
        foreign_keys="Correction.issue_id", order_by="Correction.id", back_populates="issue", passive_deletes=True
    )


class Item(Base):
    """An event's place in an issue, with everything that the letter shows of it and why it was picked."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("issue_id", "event_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))  # the lead story
    story_title: Mapped[str] = mapped_column(String(500), default="", server_default="")  # its own, when it was picked
    position: Mapped[int]  # from 1
    pinned: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # a person wants it; no pick takes it out
    headline: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(2000))
    source: Mapped[str] = mapped_column(String(200))
    also: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # "also reported by": [{"source", "url"}, ...]
    # A picture that an editor chose: {"url", "alt", "width", "height"} (pixels); shown where the item leads.
    image: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Facts on which its reports differed when it was picked: those of events.models.Difference, each with "shown"
    # (to readers) and "acknowledged_by" (an editor, or None).
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    is_update: Mapped[bool] = mapped_column(default=False, server_default=false())  # an earlier issue carried the event
    score: Mapped[float]
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"name", "value", "reason"}, ...], summing to score


class IssueVersion(Base):
    """What an issue said after an edit; undo and redo step through them. Version 0 is what was drafted."""

    __tablename__ = "issue_version"
    __table_args__ = (UniqueConstraint("issue_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(120))  # "headline of item 2"
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Correction(Base):
    """What was wrong in an issue that is out. The region's next letter tells it, and the issue's page for ever."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    told_in_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

    issue: Mapped[Issue] = relationship(foreign_keys=issue_id, back_populates="corrected")
    told_in: Mapped[Issue | None] = relationship(foreign_keys=told_in_id, back_populates="corrections")


class OpinionKind(StrEnum):
    TOO_MUCH = "too-much"
    NOT_MY_REGION = "not-my-region"


class OpinionCount(Base):
    """How many readers said so of an issue, with one click in its letter. Nobody keeps who they were."""

    __tablename__ = "opinion_count"
    __table_args__ = (UniqueConstraint("issue_id", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    kind: Mapped[OpinionKind] = mapped_column(enum_column(OpinionKind))
    count: Mapped[int]
