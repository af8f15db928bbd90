"""Regions that letters are made for, and the schedules that they leave by."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import NotFoundError
from newsletter.regions import schedules, service
from newsletter.regions.catalogue import catalogue, name_of
from newsletter.regions.models import Approval, Region, Schedule
from newsletter.sending.scheduling import Hours, check_move_to, coming, remove_schedule
from newsletter.web.api.calling import AdminChangesAll, AdminEdits, AdminEditsAll, Caller, ReporterReads
from newsletter.web.api.paging import Page, Window, name_in, page
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Absent, Code, Given, Line, Whole

router = APIRouter(tags=["regions"])

Weekday = Annotated[int, Field(ge=0, le=6), Whole]
Hour = Annotated[int, Field(ge=0, le=23), Whole]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$", examples=["weekend"])]
Items = Annotated[int, Field(ge=1, le=service.MOST_ITEMS), Whole]


class ScheduleView(BaseModel):
    name: str
    weekday: int = Field(description="Monday is 0.")
    hour: int = Field(description="Where each reader is.")
    lead_hours: int
    window_hours: int

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleView":
        return cls(**{field: getattr(schedule, field) for field in cls.model_fields})


class RegionView(BaseModel):
    code: str
    name: str = Field(description="In English.")
    language: str
    time_zone: str
    item_count: int
    minimum_items: int
    approval: Approval
    schedule: str
    is_on: bool

    @classmethod
    def of(cls, region: Region) -> "RegionView":
        columns = ("code", "language", "time_zone", "item_count", "minimum_items", "approval")
        values = {column: getattr(region, column) for column in columns}
        return cls(name=name_of(region.code), schedule=region.schedule.name, is_on=region.active, **values)


class RegionGiven(Given):
    """What is left out stays as it is."""

    language: Line | None = Field(None, examples=["es"])
    time_zone: Line | None = Field(None, examples=["America/Mexico_City"])
    item_count: Items | None = None
    minimum_items: Items | None = None
    approval: Approval | None = Field(None, strict=False)
    schedule: Line | None = None


class HoursGiven(Given):
    """What is left out stays, or is as usual."""

    weekday: Weekday | None = None
    hour: Hour | None = None
    lead_hours: Annotated[int, Field(ge=1, le=120), Whole] | None = None
    window_hours: Annotated[int, Field(ge=1, le=72), Whole] | None = None


class ScheduleGiven(HoursGiven):
    name: Name | None = Field(None, description="Another one.")


class NewSchedule(HoursGiven):
    name: Name


class ComingView(BaseModel):
    """The next round by some hours; instants are in UTC."""

    week: str
    drafts_due: datetime
    next_wave: datetime = Field(description="That opens after now.")
    time_zones: list[str] = Field(description="In which it opens.")
    last_wave: datetime
    stays: list[str] = Field(description="Weeks whose rounds leave as they were planned, whatever the hours are now.")


@router.get("/regions", operation_id="listRegions", response_model=Page[RegionView])
def list_regions(caller: ReporterReads, window: Annotated[Window, Query()]) -> Page[RegionView]:
    """Regions that are on, by code; of a key for some regions, those."""
    after = name_in(window) or ""
    query = select(Region).where(Region.active, Region.code > after).order_by(Region.code)
    if caller.regions:
        query = query.where(Region.code.in_(caller.regions))
    with caller.web.service.db.reading() as session:
        found = session.scalars(query.limit(window.limit + 1)).all()
        return page(found, window, RegionView.of, lambda region: region.code)


@router.get(
    "/regions/{code}", operation_id="getRegion", response_model=RegionView, responses={304: {}, **problems(404)}
)
def show_region(request: Request, caller: ReporterReads, code: Code) -> Response:
    with caller.web.service.db.reading() as session:
        return caller.show(request, RegionView.of(_region(session, caller, code)))


@router.put("/regions/{code}", operation_id="putRegion", response_model=RegionView, responses=problems(404, 412))
def switch_region_on(caller: AdminEdits, code: Code, given: RegionGiven) -> Response:
    """Make letters for it from now on. What was never given is as the catalogue has it: its language, its time zone."""

    def do(session: Session) -> RegionView:
        before = _find(session, code)
        _check(caller, before, code)
        if before is not None:
            caller.check_etag(RegionView.of(before))
        check_move_to(session, code, given.schedule, caller.now)
        region = service.switch_on(session, code, **given.model_dump())
        _log(session, caller, "region switched on", region, given)
        return RegionView.of(region)

    return caller.change(do)


@router.patch("/regions/{code}", operation_id="patchRegion", response_model=RegionView, responses=problems(404, 412))
def change_region(caller: AdminEdits, code: Code, given: RegionGiven) -> Response:
    def do(session: Session) -> RegionView:
        caller.check_etag(RegionView.of(_region(session, caller, code)))
        check_move_to(session, code, given.schedule, caller.now)
        region = service.change(session, code, **given.model_dump())
        _log(session, caller, "region changed", region, given)
        return RegionView.of(region)

    return caller.change(do)


@router.delete("/regions/{code}", operation_id="deleteRegion", status_code=204, responses=problems(404, 412))
def switch_region_off(caller: AdminEdits, code: Code) -> Response:
    """No more letters; its past issues and its readers stay."""

    def do(session: Session) -> None:
        caller.check_etag(RegionView.of(_region(session, caller, code)))
        _log(session, caller, "region switched off", service.switch_off(session, code), Given())

    return caller.change(do)


@router.get("/schedules", operation_id="listSchedules", response_model=Page[ScheduleView])
def list_schedules(caller: ReporterReads, window: Annotated[Window, Query()]) -> Page[ScheduleView]:
    query = select(Schedule).where(Schedule.name > (name_in(window) or "")).order_by(Schedule.name)
    with caller.web.service.db.reading() as session:
        found = session.scalars(query.limit(window.limit + 1)).all()
        return page(found, window, ScheduleView.of, lambda schedule: schedule.name)


@router.post(
    "/schedules",
    operation_id="addSchedule",
    response_model=ScheduleView,
    status_code=201,
)
def add_schedule(caller: AdminChangesAll, given: NewSchedule) -> Response:
    """Nothing leaves by it until a region belongs to it."""

    def do(session: Session) -> ScheduleView:
        hours = given.model_dump(exclude_none=True)
        made = schedules.add_schedule(session, hours.pop("name"), **hours)
        _log_schedule(session, caller, "schedule added", made.name, given)
        return ScheduleView.of(made)

    return caller.change(do, status=201)


@router.get(
    "/schedules/{name}/coming",
    operation_id="getComing",
    response_model=ComingView,
    responses={304: {}, **problems(404)},
)
def show_coming(
    request: Request,
    caller: ReporterReads,
    name: str,
    weekday: Annotated[Weekday | Absent, Query()] = None,
    hour: Annotated[Hour | Absent, Query()] = None,
) -> Response:
    """What leaves next by it, or would by another day and hour."""
    with caller.web.service.db.reading() as session:
        found = _schedule(session, name)
        tried = {field: value for field, value in (("weekday", weekday), ("hour", hour)) if value is not None}
        next_ = coming(session, found, replace(Hours.of(found), **tried), caller.now)
    view = ComingView(
        week=next_.week,
        drafts_due=next_.drafts_due,
        next_wave=next_.next_wave,
        time_zones=list(next_.zones),
        last_wave=next_.last_wave,
        stays=list(next_.stays),
    )
    return caller.show(request, view)


@router.patch(
    "/schedules/{name}", operation_id="patchSchedule", response_model=ScheduleView, responses=problems(404, 412)
)
def change_schedule(caller: AdminEditsAll, name: str, given: ScheduleGiven) -> Response:
    """Rounds that have begun stay as they are, and so do the regions and rounds of one that gets another name."""

    def do(session: Session) -> ScheduleView:
        found = _schedule(session, name)
        caller.check_etag(ScheduleView.of(found))
        hours = given.model_dump(exclude={"name"})
        service.change_schedule(session, found.name, **hours)
        if given.name is not None:
            schedules.rename_schedule(session, found.name, given.name)
        _log_schedule(session, caller, "schedule changed", found.name, given)
        return ScheduleView.of(found)

    return caller.change(do)


@router.delete("/schedules/{name}", operation_id="deleteSchedule", status_code=204, responses=problems(404, 412))
def delete_schedule(caller: AdminEditsAll, name: str) -> Response:
    """409 where a region belongs to it, or rounds were planned by it."""

    def do(session: Session) -> None:
        found = _schedule(session, name)
        caller.check_etag(ScheduleView.of(found))
        remove_schedule(session, found)
        _log_schedule(session, caller, "schedule removed", found.name, Given())

    return caller.change(do)


def _schedule(session: Session, name: str) -> Schedule:
    found = session.scalar(select(Schedule).where(Schedule.name == name.replace("\0", "")))
    if found is None:
        raise NotFoundError("There is no such schedule.")
    return found


def _log_schedule(session: Session, caller: Caller, action: str, name: str, given: Given) -> None:
    details = given.model_dump(exclude_none=True)
    record(session, actor=caller.by, action=action, subject=f"schedule {name}", details=details, now=caller.now)


def region_of(session: Session, caller: Caller, code: str) -> Region:
    """A region that is on, and the key's. Raises NotFoundError."""
    return _region(session, caller, code)


def _region(session: Session, caller: Caller, code: str) -> Region:
    found = _find(session, code)
    if found is None or not found.active or not caller.sees(found):
        raise _missing(code)
    return found


def _find(session: Session, code: str) -> Region | None:
    known = next((known for known in catalogue() if known.lower() == code.lower()), None)
    return session.scalar(select(Region).where(Region.code == known)) if known else None


def _check(caller: Caller, region: Region | None, code: str) -> None:
    """A key for some regions switches no other one on."""
    if caller.regions and (region is None or not caller.sees(region)):
        raise _missing(code)


def _missing(code: str) -> NotFoundError:
    return NotFoundError(f"There is no region {code}, or it is not on.")


def _log(session: Session, caller: Caller, action: str, region: Region, given: Given) -> None:
    details = given.model_dump(exclude_none=True, mode="json")
    subject = f"region {region.code}"
    record(session, actor=caller.by, action=action, subject=subject, details=details, now=caller.now)
