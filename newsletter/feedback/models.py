"""Rows of the feedback stage. No foreign keys to people or letters: both may be erased, and what came back stays."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from newsletter.db import Base, BigId, enum_column
from newsletter.feedback.reasons import Reason


class FeedbackKind(StrEnum):
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class Consequence(StrEnum):
    """What an event led to."""

    NONE = "none"
    SUSPENDED = "suspended"
    SUPPRESSED = "suppressed"
    ALARM = "alarm"


class FeedbackEvent(Base):
    """One thing that somebody told us of one mail to one reader, whoever told it and however.

    What the same provider tells again under the same id is not kept a second time and has no second effect.
    """

    __tablename__ = "feedback_event"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        Index(None, "subscriber_id", "at"),
        Index(None, "at"),
        Index(
            "ix_feedback_event_raw_until",
            "raw_until",
            postgresql_where=text("raw_until IS NOT NULL"),
            sqlite_where=text("raw_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))  # mail, relay, ses, postmark, sendgrid, mailgun
    provider_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[FeedbackKind] = mapped_column(enum_column(FeedbackKind))
    at: Mapped[datetime]  # when it happened, or if that is not told, when we heard of it
    subscriber_id: Mapped[int | None] = mapped_column(BigId)
    address_digest: Mapped[str] = mapped_column(String(64), default="")  # keyed, of the address that it is about
    letter_id: Mapped[int | None] = mapped_column(BigId, index=True)
    notice_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))
    hard: Mapped[bool | None]  # None: says nothing about the reader
    code: Mapped[str] = mapped_column(String(12), default="")  # "5.1.1", or "550" where there was no more
    consequence: Mapped[Consequence] = mapped_column(enum_column(Consequence), default=Consequence.NONE)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)  # what came, for another look; erased after a set time
    raw_until: Mapped[datetime | None]


class ClickCount(Base):
    """How often the links of an item were opened from letters, all readers together; who opened them is kept nowhere.

    An item is named by its place: it is what the content hash covers, and an issue that is out keeps its order.
    """

    __tablename__ = "click_count"
    __table_args__ = (UniqueConstraint("issue_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    position: Mapped[int]
    count: Mapped[int]


class HookToken(Base):
    """A token that a provider signs once; whoever shows it a second time is copying."""

    __tablename__ = "hook_token"
    __table_args__ = (UniqueConstraint("provider", "token"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    token: Mapped[str] = mapped_column(String(64))  # SHA-256, in hex
    at: Mapped[datetime] = mapped_column(index=True)


class InboundMail(Base):
    """A mail that no machine of ours could answer: kept for an editor, for a set time."""

    __tablename__ = "inbound_mail"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of what came: the same mail is kept once
    received_at: Mapped[datetime] = mapped_column(index=True)
    sender: Mapped[str] = mapped_column(String(320))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text)  # the beginning of its plain text
    kind: Mapped[str] = mapped_column(String(20))  # as `newsletter bounce` names it
    size: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
