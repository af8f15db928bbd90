"""Rows of an import: what was read of a file and what is still to be merged, so that a kill costs nothing."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from newsletter.db import Base, BigId, enum_column


class ImportRun(Base):
    """One file with one set of options. Read in pieces, then merged in pieces; each piece is one commit."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the file and the options: the same is taken up
    service: Mapped[str] = mapped_column(String(20))  # whose export it is
    consent: Mapped[str] = mapped_column(Text)  # where the consent is on record, as the operator says
    started_at: Mapped[datetime]
    read_lines: Mapped[int] = mapped_column(default=0)  # lines of the file that are staged or refused
    is_read: Mapped[bool] = mapped_column(default=False)
    merged_line: Mapped[int] = mapped_column(default=0)  # lines up to this one are merged
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the merged lines came to
    ended_at: Mapped[datetime | None]


class UploadState(StrEnum):
    READING = "reading"
    READ = "read"  # what would happen can be looked at
    MERGING = "merging"
    DONE = "done"
    FAILED = "failed"


class ImportUpload(Base):
    """A list that a person gave at the desk, and how far it is."""

    __tablename__ = "import_upload"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"))
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[UploadState] = mapped_column(enum_column(UploadState), default=UploadState.READING, index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    touched_at: Mapped[datetime]  # when whoever reads it was last seen alive
    lines: Mapped[int | None]  # about so many has the file
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what would become of its lines, or became
    report: Mapped[bytes | None] = mapped_column(LargeBinary)  # CSV of the refused lines, with reasons
    trouble: Mapped[str | None] = mapped_column(Text)  # why it failed
    ended_at: Mapped[datetime | None]


class ImportLine(Base):
    """A line that is fit to be merged. Deleted when the run has ended: it holds addresses."""

    __tablename__ = "import_line"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    normalised: Mapped[str] = mapped_column(String(320))
    key: Mapped[str] = mapped_column(String(16))  # of the subscriber, if one is made
    choice: Mapped[int]  # the regions: a number of ImportChoice
    state: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    hour: Mapped[int | None]
    quiet_days: Mapped[str] = mapped_column(String(7), default="")
    paused_until: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(20))  # what became of it, or would


class ImportChoice(Base):
    """A list of regions that lines of a run have: most lines share a few of them."""

    __tablename__ = "import_choice"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    choice: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    is_waiting: Mapped[bool] = mapped_column(default=False)  # asked for, not confirmed
    # Of the whole list, for the consents of its lines.
    codes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
