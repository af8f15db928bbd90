"""Rows of the regions stage."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column


class Approval(StrEnum):
    REQUIRED = "required"
    AUTOMATIC = "automatic"


class Schedule(Base):
    """When the letters of its regions leave: a weekday and an hour where each reader is."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    weekday: Mapped[int] = mapped_column(default=4)  # Monday is 0
    hour: Mapped[int] = mapped_column(default=7)
    lead_hours: Mapped[int] = mapped_column(default=24)  # drafts are made this long before the first wave
    window_hours: Mapped[int] = mapped_column(default=12)  # a wave that is late by less is still sent


class Region(Base):
    """A region of the catalogue that is switched on, with how its issues are made."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # of the catalogue: "MX", "latin-america"
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64))
    item_count: Mapped[int] = mapped_column(default=10)
    minimum_items: Mapped[int] = mapped_column(default=3)  # fewer make no issue
    approval: Mapped[Approval] = mapped_column(enum_column(Approval), default=Approval.REQUIRED)
    active: Mapped[bool] = mapped_column(default=True)

    schedule: Mapped[Schedule] = relationship(lazy="joined", innerjoin=True)
