"""Rows of the editors stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column


class Role(StrEnum):
    """What a person may do; each role may also do what the ones before it may."""

    REPORTER = "reporter"  # stories
    EDITOR = "editor"  # issues and previews
    PUBLISHER = "publisher"  # approve, send, pause
    ADMIN = "admin"  # regions, sources, people, settings


class Editor(Base):
    __tablename__ = "editor"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.EDITOR)
    active: Mapped[bool] = mapped_column(default=True)


class SignInLink(Base):
    """A link that signs an editor in once, within ten minutes. Only its hash is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EditorSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "editor_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    editor: Mapped[Editor] = relationship()


class LogEntry(Base):
    """Who did what: only ever added to."""

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(200))  # an editor's name, "command line" or "automatic"
    action: Mapped[str] = mapped_column(String(60))  # "issue approved"
    subject: Mapped[str] = mapped_column(String(120))  # "issue MX 2026-W20"
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"before": ..., "after": ...}, no addresses
