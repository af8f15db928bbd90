"""Regions that letters are made for, and the schedules that they leave by."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import NotFoundError
from newsletter.regions import service
from newsletter.regions.catalogue import catalogue, name_of
from newsletter.regions.models import Approval, Region, Schedule
from newsletter.web.api.calling import AdminEdits, AdminEditsAll, Caller, ReporterReads
from newsletter.web.api.paging import Page, Window, name_in, page
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Code, Given, Line, Whole

router = APIRouter(tags=["regions"])

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


class ScheduleGiven(Given):
    weekday: Annotated[int, Field(ge=0, le=6), Whole] | None = None
    hour: Annotated[int, Field(ge=0, le=23), Whole] | None = None
    lead_hours: Annotated[int, Field(ge=1, le=120), Whole] | None = None
    window_hours: Annotated[int, Field(ge=1, le=72), Whole] | None = None


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
        region = service.switch_on(session, code, **given.model_dump())
        _log(session, caller, "region switched on", region, given)
        return RegionView.of(region)

    return caller.change(do)


@router.patch("/regions/{code}", operation_id="patchRegion", response_model=RegionView, responses=problems(404, 412))
def change_region(caller: AdminEdits, code: Code, given: RegionGiven) -> Response:
    def do(session: Session) -> RegionView:
        caller.check_etag(RegionView.of(_region(session, caller, code)))
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


@router.patch(
    "/schedules/{name}", operation_id="patchSchedule", response_model=ScheduleView, responses=problems(404, 412)
)
def change_schedule(caller: AdminEditsAll, name: str, given: ScheduleGiven) -> Response:
    """Rounds that have begun stay as they are."""

    def do(session: Session) -> ScheduleView:
        found = session.scalar(select(Schedule).where(Schedule.name == name.replace("\0", "")))
        if found is None:
            raise NotFoundError("There is no such schedule.")
        caller.check_etag(ScheduleView.of(found))
        changed = service.change_schedule(session, found.name, **given.model_dump())
        details = given.model_dump(exclude_none=True)
        subject = f"schedule {found.name}"
        record(session, actor=caller.by, action="schedule changed", subject=subject, details=details, now=caller.now)
        return ScheduleView.of(changed)

    return caller.change(do)


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
