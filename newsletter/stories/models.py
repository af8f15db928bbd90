"""Rows of the stories stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column


class SourceKind(StrEnum):
    FEED = "feed"
    API = "api"


class Source(Base):
    """A feed, or an API client, that stories come from, with its health."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[SourceKind] = mapped_column(enum_column(SourceKind), default=SourceKind.FEED)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(2000), unique=True)  # feeds only
    key_digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # API clients only: SHA-256 of the key
    home: Mapped[str | None] = mapped_column(String(40))  # code in the catalogue of regions
    language: Mapped[str | None] = mapped_column(String(16))  # as the operator says; None: as each story says
    weight: Mapped[float] = mapped_column(default=1.0)
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]

    # What polite fetching remembers
    etag: Mapped[str | None] = mapped_column(String(500))
    last_modified: Mapped[str | None] = mapped_column(String(100))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    fetched_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    trouble: Mapped[str | None] = mapped_column(Text)  # why the last fetch failed, in a sentence; None when all is well


class Rejection(Base):
    """Something that a source gave and that could not be used, kept for another look."""

    __tablename__ = "rejection"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    raw: Mapped[bytes] = mapped_column(LargeBinary)  # the beginning of it


class SourceAnswer(Base):
    """What came of asking a source once; the latest of each source are kept (answers.py)."""

    __tablename__ = "source_answer"
    __table_args__ = (Index(None, "source_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12))  # as refreshing.RefreshOutcome names it
    milliseconds: Mapped[int]  # that it took to answer and to be read
    new: Mapped[int]
    changed: Mapped[int]
    known: Mapped[int]
    rejected: Mapped[int]
    trouble: Mapped[str | None] = mapped_column(Text)


class Story(Base):
    """One published article, as a source gave it."""

    __tablename__ = "story"
    __table_args__ = (
        # Addresses that begin alike: the unique index is of no use for that where letters are sorted as people do.
        Index(
            "ix_story_canonical_url_prefix", "canonical_url", postgresql_ops={"canonical_url": "varchar_pattern_ops"}
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    canonical_url: Mapped[str] = mapped_column(String(2000), unique=True)
    url: Mapped[str] = mapped_column(String(2000))  # as given: what readers follow
    title: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text, default="")  # plain text, paragraphs separated by blank lines
    author: Mapped[str | None] = mapped_column(String(200))
    image_url: Mapped[str | None] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(16))
    published_at: Mapped[datetime | None]  # as the source says
    seen_at: Mapped[datetime]  # when it first came in
    dated_at: Mapped[datetime] = mapped_column(index=True)  # published_at, else seen_at: what the week goes by
    changed_at: Mapped[datetime | None] = mapped_column(index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    tagger_version: Mapped[int] = mapped_column(default=1, server_default="1")  # of what gave it its regions

    # What its source says where an editor's word stands instead, by field (correcting.py)
    overruled: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    withdrawn_at: Mapped[datetime | None]  # when a person took it out: no letter picks it any more
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_why: Mapped[str | None] = mapped_column(String(300))

    source: Mapped[Source] = relationship()
    regions: Mapped[list["StoryRegion"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class StoryRegion(Base):
    """A country or division that a story is about or mentions, and what in its text said so."""

    __tablename__ = "story_region"
    __table_args__ = (UniqueConstraint("story_id", "code"), Index(None, "code", "story_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))  # a country of the catalogue, or a division such as "MX-JAL"
    confidence: Mapped[float]  # 0 to 1
    spans: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"field", "start", "end", "text"}, ...]
