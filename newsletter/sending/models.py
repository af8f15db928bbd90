"""Rows of the sending stage: the ledger. What is not in these rows has not happened."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsletter.db import Base, BigId, enum_column
from newsletter.issues.models import Correction, Issue
from newsletter.regions.models import Schedule


class RoundState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class LetterState(StrEnum):
    QUEUED = "queued"
    ATTEMPTING = "attempting"  # committed before the first byte is offered
    ACCEPTED = "accepted"  # the relay answered 250 after the data
    REFUSED = "refused"  # 5xx, or put off for longer than the set time
    DEFERRED = "deferred"  # 4xx; tried again at due_at
    UNKNOWN = "unknown"  # offered, and the answer was lost
    SKIPPED = "skipped"  # left, suppressed or cancelled between freezing and sending


def _only(condition: str) -> dict[str, Any]:
    """Of an index: that it holds only rows that meet a condition."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


class Round(Base):
    """One week's sending of a schedule, in waves by time zone; or that of a correction to those who got its issue.

    The round of a correction has its issue's schedule and week, and one wave, in which a reader's time zone is nothing.
    """

    __tablename__ = "round"
    __table_args__ = (Index("ix_round_of_week", "schedule_id", "week", unique=True, **_only("correction_id IS NULL")),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    week: Mapped[str] = mapped_column(String(8))  # ISO 8601: "2026-W20"
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), unique=True)  # that it mails
    state: Mapped[RoundState] = mapped_column(enum_column(RoundState), default=RoundState.PLANNED, index=True)
    planned_at: Mapped[datetime]
    first_wave_at: Mapped[datetime]  # the schedule's hour in the first time zone of the world
    last_wave_at: Mapped[datetime]  # ... in the last
    closes_at: Mapped[datetime]  # last wave plus window: nothing is frozen after it
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)  # why it is paused or cancelled
    resumed_at: Mapped[datetime | None]  # by a person: the errors that count came after it
    audited_at: Mapped[datetime | None]  # when its accounting was last proved
    # Its canary (canaries.py). None in all three: what the settings say when it starts.
    canary: Mapped[str | None] = mapped_column(String(12))  # "200" letters, or "5%" of the readers
    canary_minutes: Mapped[float | None]
    canary_then: Mapped[str | None] = mapped_column(String(8))
    canary_left: Mapped[int | None]  # letters still to be taken for it; 0: the others wait; None: all may leave
    canary_ended_at: Mapped[datetime | None]  # when the last of them was found to have ended
    next_edition_id: Mapped[int] = mapped_column(BigId, default=0)  # batches are filled edition by edition, from here
    rolled_up_at: Mapped[datetime | None]  # when its letters were deleted; their sums stay
    domains: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # that are counted by name (domains.py)

    schedule: Mapped[Schedule] = relationship()
    correction: Mapped[Correction | None] = relationship()
    waves: Mapped[list["Wave"]] = relationship(order_by="Wave.opens_at")


class Wave(Base):
    """The time zones of a round in which the schedule's hour comes at one instant."""

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("round_id", "opens_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    opens_at: Mapped[datetime]
    time_zones: Mapped[list[str]] = mapped_column(JSON)
    frozen_at: Mapped[datetime | None]  # when its readers became letters; None: not yet
    issue_ids: Mapped[list[int]] = mapped_column(JSON, default=list)  # the issues that its readers were frozen for
    letters: Mapped[int] = mapped_column(default=0)  # frozen for it, later parts included: what the audit goes by
    held_at: Mapped[datetime | None]  # when it was found later than its window and left to a person
    # Freezing goes through a wave's readers in the order of their ids, a page at a time. This is where a pass stands,
    # so that another process can take it up.
    pass_issue_ids: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))  # None: no pass is under way
    pass_after: Mapped[int] = mapped_column(BigId, default=0)  # readers up to this id have been looked at
    looked_at: Mapped[datetime | None]  # when the last pass came to its end


class Edition(Base):
    """The issues that a letter carries, in an order and a language; built once, shared by all its letters."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("round_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # Language and issue ids in order: "es:14,9". SQLite cuts nothing, whatever the type says.
    key: Mapped[str] = mapped_column(Text().with_variant(String(200), "sqlite"))
    language: Mapped[str] = mapped_column(String(16))

    issues: Mapped[list["EditionIssue"]] = relationship(order_by="EditionIssue.position")


class EditionIssue(Base):
    __tablename__ = "edition_issue"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), primary_key=True, index=True)
    position: Mapped[int]

    issue: Mapped[Issue] = relationship()


class Batch(Base):
    """Letters that one worker takes at a time. Open while ended_at is None; taken while the lease lasts.

    A batch with `room` is empty so far: whoever claims it fills it with letters of a round that are in no batch yet.
    """

    __tablename__ = "batch"
    __table_args__ = (Index(None, "ended_at", "leased_until"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    lease: Mapped[str | None] = mapped_column(String(32))  # random; of the worker that has it
    relay: Mapped[str | None] = mapped_column(String(255))  # host and port of the one that takes it, or took it last
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    room: Mapped[int | None]  # how many letters it is to be filled with


class Letter(Base):
    """What one subscriber gets in a round: one mail, one row, until the round is so old that only its sums are kept.

    The database itself keeps the sums (tallying.py).
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("round_id", "subscriber_id", "part"),
        Index(None, "batch_id", "state"),
        Index(None, "round_id", "state", "ended_at"),
        # The conditions are such that both databases see from a query without constants that an index serves it.
        Index(
            "ix_letter_without_batch", "round_id", "edition_id", "id", **_only("batch_id IS NULL AND ended_at IS NULL")
        ),
        Index("ix_letter_due_at", "due_at", **_only("due_at IS NOT NULL")),
        Index("ix_letter_second_parts", "round_id", "subscriber_id", **_only("part > 1")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # No foreign key to the subscriber: a person who has been erased leaves the sums as they were.
    subscriber_id: Mapped[int] = mapped_column(BigId)
    part: Mapped[int] = mapped_column(default=1)  # 2 and up: issues approved after the reader's wave
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))  # None: no worker has come for it yet
    state: Mapped[LetterState] = mapped_column(enum_column(LetterState), default=LetterState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]  # deferred letters: when to try again
    first_attempt_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    relay: Mapped[str | None] = mapped_column(String(255))  # the one that it was last tried with, "host:port"
    # Where the reader's domain stands among `domains` of the round, counted from 1; 0: it is none of them.
    domain: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    reply_code: Mapped[int | None]  # the relay's last answer (RFC 5321, section 4.2)
    reply_text: Mapped[str | None] = mapped_column(String(500))  # with addresses masked; or why it was skipped


class Tally(Base):
    """By how many the letters of an edition in a state grew, or shrank; the sum of all rows is how many there are.

    Triggers write these rows in the transaction that changes letters, and nothing else does; see tallying.py.
    """

    __tablename__ = "tally"
    __table_args__ = (Index(None, "round_id", "edition_id", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    state: Mapped[LetterState] = mapped_column(enum_column(LetterState))
    letters: Mapped[int] = mapped_column(BigId)


class WayTally(Base):
    """The same by the way that letters take: the relay that they were last tried with, and the domain of the reader.

    QUEUED stands for every state that is no end, so that a claim changes nothing here.
    """

    __tablename__ = "way_tally"
    __table_args__ = (Index("ix_way_tally_way", "round_id", "relay", "domain", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    relay: Mapped[str | None] = mapped_column(String(255))  # None: not tried yet
    domain: Mapped[int] = mapped_column(SmallInteger)  # as in the letters
    state: Mapped[LetterState] = mapped_column(enum_column(LetterState))
    letters: Mapped[int] = mapped_column(BigId)


class NoticeKind(StrEnum):
    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    WELCOME = "welcome"
    GOODBYE = "goodbye"
    REMINDER = "reminder"
    ADDRESS_CHANGE = "address_change"  # to the new one: is it yours?
    ADDRESS_CHANGED = "address_changed"  # to the old one: it was done
    EXPORT_READY = "export_ready"
    RECEIVED = "received"  # to whoever wrote to us
    SIGN_IN = "sign_in"
    PREVIEW = "preview"
    DRAFTED = "drafted"
    THIN = "thin"
    MISSED = "missed"
    HELD = "held"
    PAUSED = "paused"
    ALARM = "alarm"


class NoticeState(StrEnum):
    QUEUED = "queued"
    ATTEMPTING = "attempting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SKIPPED = "skipped"  # never offered: no longer wanted when its turn came, or not to be mailed


class Notice(Base):
    """One mail outside a round: a confirmation, a preview, a word to the editors.

    A notice that died while it was offered is offered again: a second copy does less harm here than none.
    """

    __tablename__ = "notice"
    # Return paths and Message-IDs name its number: no other mail gets it.
    __table_args__ = (Index(None, "state", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    once: Mapped[str | None] = mapped_column(String(120), unique=True)  # whoever queues it twice gets one
    address: Mapped[str] = mapped_column(String(320), index=True)  # for those who want their data, or none of it kept
    language: Mapped[str] = mapped_column(String(16))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids and texts that its template needs
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState), default=NoticeState.QUEUED)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    reply_code: Mapped[int | None]
    reply_text: Mapped[str | None] = mapped_column(String(500))
