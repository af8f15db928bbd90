"""The log of who did what, which nobody edits."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import select

from newsletter.editors.models import LogEntry
from newsletter.web.api.calling import AdminReadsAll
from newsletter.web.api.paging import Page, Window, latest_first
from newsletter.web.api.shapes import Absent

router = APIRouter(tags=["log"])


class EntryView(BaseModel):
    id: int
    at: datetime
    actor: str = Field(description="A person's name, `key NAME`, `command line` or `automatic`.")
    action: str
    subject: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: LogEntry) -> "EntryView":
        return cls(**{field: getattr(entry, field) for field in cls.model_fields})


class LogFilter(Window):
    subject: str | Absent = Field(None, max_length=120, pattern=r"^[^\x00]*$", examples=["issue MX/2026-W20"])


@router.get("/log", operation_id="listLog", response_model=Page[EntryView])
def list_log(caller: AdminReadsAll, wanted: Annotated[LogFilter, Query()]) -> Page[EntryView]:
    """The latest first."""
    query = select(LogEntry)
    if wanted.subject is not None:
        query = query.where(LogEntry.subject == wanted.subject)
    with caller.web.service.db.reading() as session:
        return latest_first(session, query, LogEntry.id, wanted, EntryView.of)
