"""Rows of the happenings stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.regions.models import Region


class Happening(StrEnum):
    """What a webhook may be told."""

    SUBSCRIBED = "reader.subscribed"  # somebody confirmed
    LEFT = "reader.left"
    BOUNCED = "reader.bounced"  # a mail to them came back
    DRAFTED = "issue.drafted"
    APPROVED = "issue.approved"
    SENT = "issue.sent"  # its round is over
    TEST = "test"  # asked for by a person


class CallState(StrEnum):
    QUEUED = "queued"
    ATTEMPTING = "attempting"
    ANSWERED = "answered"  # with 2xx
    GIVEN_UP = "given up"


_WEBHOOK_REGION = Table(
    "webhook_region",
    Base.metadata,
    Column("webhook_id", ForeignKey("webhook.id", ondelete="CASCADE"), primary_key=True),
    Column("region_id", ForeignKey("region.id"), primary_key=True),
)


class Webhook(Base):
    """A program of the newsroom that is told what happens. Its secret is derived from `salt` and kept nowhere."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    salt: Mapped[str] = mapped_column(String(64))
    happenings: Mapped[list[str]] = mapped_column(JSON)  # values of Happening
    with_addresses: Mapped[bool]  # whether it is told readers' addresses
    is_active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(200))
    trouble: Mapped[str | None] = mapped_column(Text)  # why it was switched off, in a sentence

    regions: Mapped[list[Region]] = relationship(secondary=_WEBHOOK_REGION, lazy="selectin")  # none: all


class WebhookCall(Base):
    """One happening for one webhook. No address of a reader is in `data`; the call itself looks it up, if wanted."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("webhook_id", "uid"),
        Index(None, "state", "due_at"),
        Index(None, "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(40))  # of the happening: the same in each attempt and for each webhook
    happening: Mapped[Happening] = mapped_column(enum_column(Happening))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[CallState] = mapped_column(enum_column(CallState), default=CallState.QUEUED)
    due_at: Mapped[datetime]  # of one that is being attempted: when its lease is over, by the system's clock
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]  # of the last answer; None: there was none
    said: Mapped[str | None] = mapped_column(String(300))  # the beginning of the last answer, or why there was none
    ended_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship(lazy="joined", innerjoin=True)
