"""Rows of the editors stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.regions.models import Region


class Role(StrEnum):
    """What a person may do; each role may also do what the ones before it may."""

    REPORTER = "reporter"  # stories
    EDITOR = "editor"  # issues and previews
    PUBLISHER = "publisher"  # approve, send, pause
    ADMIN = "admin"  # regions, sources, people, settings


_EDITOR_REGION = Table(
    "editor_region",
    Base.metadata,
    Column("editor_id", ForeignKey("editor.id", ondelete="CASCADE"), primary_key=True),
    Column("region_id", ForeignKey("region.id", ondelete="CASCADE"), primary_key=True),
)


class Editor(Base):
    __tablename__ = "editor"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.EDITOR)
    active: Mapped[bool] = mapped_column(default=True)
    # What authenticators know them by (WebAuthn, "user handle"): random. None: they never asked for a passkey.
    handle: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    language: Mapped[str | None] = mapped_column(String(35))  # of the desk and of mails to them; None: not chosen
    time_zone: Mapped[str | None] = mapped_column(String(64))  # that they live by; None: not chosen

    regions: Mapped[list[Region]] = relationship(secondary=_EDITOR_REGION, lazy="selectin")  # none: all


class SignInLink(Base):
    """A link that signs an editor in once, within ten minutes. Only its hash is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str | None] = mapped_column(String(64))  # hash of the cookie of the one that asked; None: any may
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair that an editor's device holds (WebAuthn, "public key credential"): its public half, and its name."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)  # its id, base64url; at most 1,023 bytes
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    uses: Mapped[int] = mapped_column(BigId)  # as its own counter says; 0 where it counts nothing
    name: Mapped[str] = mapped_column(String(100))
    is_synced: Mapped[bool]  # its owner's other devices may have it as well
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ChallengeKind(StrEnum):
    REGISTER = "register"  # make a passkey
    PASSKEY = "passkey"  # sign in by one
    SINGLE = "single"  # sign in elsewhere (OpenID Connect): its `state`


class Challenge(Base):
    """Something that one browser was asked, and may answer once, soon."""

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[ChallengeKind] = mapped_column(enum_column(ChallengeKind))
    value: Mapped[str] = mapped_column(String(64), unique=True)  # base64url of 32 random bytes
    browser: Mapped[str] = mapped_column(String(64))  # hash of the cookie of the one that was asked
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Way(StrEnum):
    """How a session began."""

    LINK = "link"
    PASSKEY = "passkey"
    SINGLE = "single"


class EditorSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "editor_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(200), default="", server_default="")  # what the browser calls itself
    way: Mapped[Way] = mapped_column(enum_column(Way), default=Way.LINK, server_default=Way.LINK.value)
    passkey_id: Mapped[int | None] = mapped_column(ForeignKey("passkey.id", ondelete="SET NULL"), index=True)

    editor: Mapped[Editor] = relationship()


class LogEntry(Base):
    """Who did what: only ever added to, which the database itself sees to (log_guard.py)."""

    __tablename__ = "log_entry"
    __table_args__ = (Index(None, "actor", "id"), Index(None, "action", "id"), Index(None, "subject", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(200))  # an editor's name, "command line" or "automatic"
    action: Mapped[str] = mapped_column(String(60))  # "issue approved"
    subject: Mapped[str] = mapped_column(String(120))  # "issue MX 2026-W20"
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"before": ..., "after": ...}, no addresses
