"""Events, and an editor's word on them: split, merge, move, two or one. They are told in all regions.

Whoever is limited to regions reads all of them, and changes none that an open issue of another region carries.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.events import deciding
from newsletter.events.models import Event
from newsletter.issues import regrouping
from newsletter.issues.event_data import doubt_rows, event_data
from newsletter.web.api.calling import Caller, EditorChanges, EditorReads
from newsletter.web.api.paging import Page, Window, latest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Given, Id, Number
from newsletter.web.desk_access import ForbiddenError

router = APIRouter(tags=["events"])


class EventLine(BaseModel):
    id: int
    language: str
    first_at: datetime
    last_at: datetime
    merged_into: int | None = Field(description="The event that has its reports now.")

    @classmethod
    def of(cls, event: Event) -> "EventLine":
        values = {field: getattr(event, field) for field in ("id", "language", "first_at", "last_at")}
        return cls(merged_into=event.merged_into_id, **values)


class ReportView(BaseModel):
    id: int = Field(description="The story.")
    source: str
    title: str
    dated_at: datetime
    similarity: float | None
    why: str = Field(description="Why it is in this event.")


class EventView(EventLine):
    reports: list[ReportView]
    doubts: list[dict[str, Any]] = Field(description="Events that it may be one with.")
    in_other_languages: list[dict[str, Any]]
    decisions: list[dict[str, Any]] = Field(description="What people decided.")


class Doubts(BaseModel):
    data: list[dict[str, Any]]


class DoubtQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=100)


class ReportsGiven(Given):
    reports: list[Number] = Field(min_length=1, max_length=300)


class OtherGiven(Given):
    event: Number = Field(description="The other event.")


class MoveGiven(ReportsGiven):
    event: Number = Field(description="The event that they go into.")


@router.get("/events", operation_id="listEvents", response_model=Page[EventLine])
def list_events(caller: EditorReads, window: Annotated[Window, Query()]) -> Page[EventLine]:
    """The latest first."""
    with caller.web.service.db.reading() as session:
        return latest_first(session, select(Event), Event.id, window, EventLine.of)


@router.get("/events/doubts", operation_id="listDoubts", response_model=Doubts)
def list_doubts(caller: EditorReads, wanted: Annotated[DoubtQuery, Query()]) -> Doubts:
    """Events that may be one, the most alike first."""
    with caller.web.service.db.reading() as session:
        return Doubts(data=doubt_rows(session, wanted.limit))


@router.get("/events/{event_id}", operation_id="getEvent", response_model=EventView, responses=problems(404))
def show_event(caller: EditorReads, event_id: Id) -> EventView:
    with caller.web.service.db.reading() as session:
        return _view(session, event_id)


@router.post("/events/{event_id}/split", operation_id="splitEvent", response_model=EventView, responses=problems(404))
def split(caller: EditorChanges, event_id: Id, given: ReportsGiven) -> Response:
    """The reports become an event of their own, which is answered."""

    def do(session: Session) -> int:
        decision = regrouping.split(session, event_id, given.reports, by=caller.by, now=caller.now)
        return decision.to_event_id

    return _decided(caller, [event_id], do)


@router.post("/events/{event_id}/merge", operation_id="mergeEvents", response_model=EventView, responses=problems(404))
def merge(caller: EditorChanges, event_id: Id, given: OtherGiven) -> Response:
    """All reports of the other event come into this one."""

    def do(session: Session) -> int:
        regrouping.merge(session, given.event, event_id, by=caller.by, now=caller.now)
        return event_id

    return _decided(caller, [event_id, given.event], do)


@router.post("/events/{event_id}/move", operation_id="moveReports", response_model=EventView, responses=problems(404))
def move(caller: EditorChanges, event_id: Id, given: MoveGiven) -> Response:
    """Some reports of this event go into another, which is answered."""

    def do(session: Session) -> int:
        _check_there(session, event_id, given.reports)
        for report in given.reports:
            regrouping.move(session, report, given.event, by=caller.by, now=caller.now)
        return given.event

    return _decided(caller, [event_id, given.event], do)


@router.post(
    "/events/{event_id}/apart", operation_id="keepEventsApart", response_model=EventView, responses=problems(404)
)
def apart(caller: EditorChanges, event_id: Id, given: OtherGiven) -> Response:
    """They are two, though they are alike; nobody is asked again."""

    def do(session: Session) -> int:
        deciding.keep_apart(session, event_id, given.event, by=caller.by, now=caller.now)
        return event_id

    return _decided(caller, [event_id, given.event], do)


def _decided(caller: Caller, events: Collection[int], do: Callable[[Session], int]) -> Response:
    """Raises ForbiddenError where an issue of a region that is not the key's would change by it."""

    def change(session: Session) -> EventView:
        if not all(caller.sees(issue.region) for issue in regrouping.open_issues_with(session, events)):
            raise ForbiddenError("An open issue of a region that your key is not for tells this event.")
        return _view(session, do(session))

    return caller.change(change)


def _view(session: Session, event_id: int) -> EventView:
    return EventView(**event_data(session, event_id))


def _check_there(session: Session, event_id: int, reports: Collection[int]) -> None:
    there = {report["id"] for report in event_data(session, event_id)["reports"]}
    if missing := sorted(set(reports) - there):
        raise NotFoundError(f"Event {event_id} has no report {', '.join(map(str, missing[:10]))}.")
