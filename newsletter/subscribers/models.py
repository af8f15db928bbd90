"""Rows of the subscribers stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.regions.models import Region

_UNCONFIRMED = text("state = 'pending'")
OWN_TIMES = text("hour IS NOT NULL OR quiet_days <> ''")


class SubscriberState(StrEnum):
    PENDING = "pending"  # asked, not confirmed: gets one confirmation mail and nothing else
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"  # mail to them came back too often; they return by themselves (suspending.py)
    LEFT = "left"


class Subscriber(Base):
    """One person, one address. Mail goes only to confirmed subscribers whose address is not suppressed."""

    __tablename__ = "subscriber"
    __table_args__ = (
        # Few choose times of their own; the tick asks for all of them.
        Index(
            "ix_subscriber_own_times",
            *("time_zone", "hour", "quiet_days"),
            postgresql_where=OWN_TIMES,
            sqlite_where=OWN_TIMES,
        ),
        Index("ix_subscriber_unconfirmed", "asked_at", postgresql_where=_UNCONFIRMED, sqlite_where=_UNCONFIRMED),
        {"sqlite_autoincrement": True},  # letters keep the number of one who was erased: nobody else gets it
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)  # random; stands for the person in links
    address: Mapped[str] = mapped_column(String(320))  # as mail is sent to it: its own case, domain as A-labels
    normalised: Mapped[str] = mapped_column(String(320), unique=True)  # lower case: what makes it one person
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[SubscriberState] = mapped_column(enum_column(SubscriberState), default=SubscriberState.PENDING)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]  # of one who asks anew too: until they confirm, they have left
    # When letters come: None and "" are the schedule's hour and day.
    hour: Mapped[int | None]  # 0 to 23, where they live
    quiet_days: Mapped[str] = mapped_column(String(7), default="", server_default="")  # "56": none on Saturday, Sunday
    paused_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # of a wish that was not confirmed: once
    # Spares freezing the digests of a million addresses. What decides is Suppression, at the moment of sending.
    suppressed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_for: Mapped[str | None] = mapped_column(String(20))  # the reason that the mails came back with
    healed_at: Mapped[datetime | None]  # when they returned; what came back before that no longer counts

    subscriptions: Mapped[list["Subscription"]] = relationship(
        order_by="Subscription.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Subscription(Base):
    """A subscriber's tie to a region; the positions are the reader's order. Leaving a region deletes the row."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("subscriber_id", "region_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    position: Mapped[int]
    confirmed_at: Mapped[datetime | None]  # None: asked for on a page, waiting for the reader's word

    region: Mapped[Region] = relationship()


CHANGES = text("act IN ('changed', 'left', 'returned')")


class Consent(Base):
    """What a person agreed to or took back, when and how: never changed, only added to."""

    __tablename__ = "consent"
    __table_args__ = (
        # Few rows of many: imports bring none of these.
        Index("ix_consent_changes", "at", postgresql_where=CHANGES, sqlite_where=CHANGES),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(20))  # asked, confirmed, changed, left, returned
    way: Mapped[str] = mapped_column(String(20))  # page, box, api, mail, one-click, preferences, command, import
    wording: Mapped[str | None] = mapped_column(Text)  # the sentence that the person agreed to
    regions: Mapped[list[Any]] = mapped_column(JSON)  # region codes after the act
    network_digest: Mapped[str | None] = mapped_column(String(64))  # keyed hash of where the request came from


class Suppression(Base):
    """An address that must not be mailed, and why. Only a keyed hash is kept, so that it outlives an erasure."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address_digest: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]


class AddressChange(Base):
    """A reader's wish to be mailed elsewhere, until it is confirmed from there. One at a time: the last one counts."""

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), unique=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)  # random; stands for the wish in the link
    address: Mapped[str] = mapped_column(String(320))
    normalised: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime]


class LeavingReason(Base):
    """Why somebody left, if they cared to say. Nothing ties it to a person."""

    __tablename__ = "leaving_reason"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(String(500))
