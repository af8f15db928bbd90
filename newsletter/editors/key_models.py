"""Rows of programs that work at the desk: their keys, and what they were answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.editors.models import Role
from newsletter.regions.models import Region

_API_KEY_REGION = Table(
    "api_key_region",
    Base.metadata,
    Column("api_key_id", ForeignKey("api_key.id", ondelete="CASCADE"), primary_key=True),
    # No cascade: a key that lost its last region would be a key of all regions.
    Column("region_id", ForeignKey("region.id"), primary_key=True),
)


class ApiKey(Base):
    """What a program shows to the API: it may do what an editor of this role and these regions may do.

    Only the hash of the key is kept. The row of a revoked one stays: the log names it.
    """

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))  # of the program; the log shows it
    role: Mapped[Role] = mapped_column(enum_column(Role))
    prefix: Mapped[str] = mapped_column(String(12))  # how the key begins, so that people can tell which it is
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of the whole key, in hex
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None]  # to the minute
    revoked_at: Mapped[datetime | None]

    regions: Mapped[list[Region]] = relationship(secondary=_API_KEY_REGION, lazy="selectin")  # none: all

    @property
    def active(self) -> bool:
        return self.revoked_at is None


class KeptAnswer(Base):
    """What a change over the API was answered, for the program that sends the same request once more.

    It is written by the transaction that made the change: either both are there, or neither.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("api_key_id", "request"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id", ondelete="CASCADE"))
    request: Mapped[str] = mapped_column(String(64))  # SHA-256 of the Idempotency-Key
    asked: Mapped[str] = mapped_column(String(64))  # SHA-256 of the method, the address and the body
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]  # None: only inside of the transaction that is at it
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
