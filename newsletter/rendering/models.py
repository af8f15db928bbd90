"""Rows of the rendering stage."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from newsletter.db import Base, BigId


class RenderedIssue(Base):
    """An issue's pieces in one language, kept so that the preview and every letter are made of the same bytes."""

    __tablename__ = "rendered_issue"
    __table_args__ = (UniqueConstraint("issue_id", "language", "content_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(16))
    content_hash: Mapped[str] = mapped_column(String(64))
    rendered_at: Mapped[datetime]
    pieces: Mapped[dict[str, Any]] = mapped_column(JSON)
