"""Rows of the subscribers stage."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.regions.models import Region


class SubscriberState(StrEnum):
    PENDING = "pending"  # asked, not confirmed: gets one confirmation mail and nothing else
    CONFIRMED = "confirmed"
    LEFT = "left"


class Subscriber(Base):
    """One person, one address. Mail goes only to confirmed subscribers whose address is not suppressed."""

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)  # random; stands for the person in links
    address: Mapped[str] = mapped_column(String(320))  # as mail is sent to it: its own case, domain as A-labels
    normalised: Mapped[str] = mapped_column(String(320), unique=True)  # lower case: what makes it one person
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[SubscriberState] = mapped_column(enum_column(SubscriberState), default=SubscriberState.PENDING)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    # Spares freezing the digests of a million addresses. What decides is Suppression, at the moment of sending.
    suppressed_at: Mapped[datetime | None]

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


class Consent(Base):
    """What a person agreed to or took back, when and how: never changed, only added to."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(20))  # asked, confirmed, changed, left
    way: Mapped[str] = mapped_column(String(20))  # page, box, one-click, preferences, command, import
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
