"""Schedules: made, changed, renamed, given regions, removed; what a change means is shown before it is made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NewsletterError
from newsletter.regions import schedules, service
from newsletter.regions.models import Region, Schedule
from newsletter.sending.scheduling import Coming, Hours, check_move, check_removal, coming, remove_schedule
from newsletter.web.desk_access import AdminSeatEverywhere, ReporterSeat, Seat
from newsletter.web.desk_region_change import difference, log_act, number_in
from newsletter.web.desk_region_show import region_for
from newsletter.web.desk_regions import all_regions
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Name = Annotated[str, Path(max_length=80)]

_FIELDS = ("weekday", "hour", "lead_hours", "window_hours")


@router.get("/desk/schedules")
def show_all(web: Web, seat: ReporterSeat) -> Response:
    now = web.service.clock.now()
    with web.service.db.reading() as session:
        rows = [
            {
                "schedule": one,
                "coming": coming(session, one, Hours.of(one), now),
                "regions": _theirs(seat, session, one),
            }
            for one in schedules.all_schedules(session)
        ]
    return private(web.pages.render("desk/schedules.html", seat.language, seat=seat, rows=rows))


@router.post("/desk/schedules")
def add(web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """It sends nothing until a region belongs to it, so there is nothing to be sure of."""
    seat.check(form)
    with web.service.db.writing() as session:
        made = schedules.add_schedule(session, _text(form, "name"), **_given(form))
        log_act(session, web, seat, "schedule added", f"schedule {made.name}", {"after": _values(made)})
        name = made.name
    return see_other(_address(web, name))


@router.get("/desk/schedules/{name}")
def show(web: Web, seat: ReporterSeat, name: Name) -> Response:
    with web.service.db.reading() as session:
        found = _found(session, name)
        context = {
            "schedule": found,
            "coming": coming(session, found, Hours.of(found), web.service.clock.now()),
            "regions": _theirs(seat, session, found),
            "others": _others(session, found) if seat.may("admin") and seat.is_everywhere else [],
            "is_usual": found.name == schedules.USUAL,
            "why_it_stays": _why_it_stays(session, found) if seat.is_everywhere else "",
        }
        page = web.pages.render("desk/schedule.html", seat.language, seat=seat, **context)
    return private(page)


@router.post("/desk/schedules/{name}")
def change(web: Web, seat: AdminSeatEverywhere, name: Name, form: Posted) -> Response:
    """First what it means for the coming round; with `sure`, the change. Rounds that have begun stay as they are."""
    seat.check(form)
    given = _given(form)
    if form.one("sure") != "yes":
        with web.service.db.reading() as session:
            found = _found(session, name)
            return _sure(web, seat, session, found, replace(Hours.of(found), **given), given, _address(web, found.name))
    with web.service.db.writing() as session:
        found = _found(session, name)
        before = _values(found)
        service.change_schedule(session, found.name, **given)
        details = difference(before, _values(found))
        if details["after"]:
            log_act(session, web, seat, "schedule changed", f"schedule {found.name}", details)
        name = found.name
    return see_other(_address(web, name))


@router.post("/desk/schedules/{name}/regions")
def take_region(web: Web, seat: AdminSeatEverywhere, name: Name, form: Posted) -> Response:
    """A region goes over to this schedule: first what that means for its next letter, then, with `sure`, the move."""
    seat.check(form)
    is_sure = form.one("sure") == "yes"
    with (web.service.db.writing if is_sure else web.service.db.reading)() as session:
        found, region = _found(session, name), region_for(session, seat, _text(form, "region"))
        check_move(session, region, found, web.service.clock.now())
        if not is_sure:
            action = f"{_address(web, found.name)}/regions"
            return _sure(web, seat, session, found, Hours.of(found), {"region": region.code}, action, region)
        before = region.schedule.name
        service.change(session, region.code, schedule=found.name)
        details = {"before": {"schedule": before}, "after": {"schedule": found.name}}
        if before != found.name:
            log_act(session, web, seat, "region changed", f"region {region.code}", details)
        name = found.name
    return see_other(_address(web, name))


@router.post("/desk/schedules/{name}/rename")
def rename(web: Web, seat: AdminSeatEverywhere, name: Name, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        found = _found(session, name)
        before = found.name
        schedules.rename_schedule(session, before, _text(form, "to"))
        if found.name != before:
            details = {"before": {"name": before}, "after": {"name": found.name}}
            log_act(session, web, seat, "schedule renamed", f"schedule {found.name}", details)
        name = found.name
    return see_other(_address(web, name))


@router.post("/desk/schedules/{name}/remove")
def remove(web: Web, seat: AdminSeatEverywhere, name: Name, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        found = _found(session, name)
        before = _values(found)
        remove_schedule(session, found)
        log_act(session, web, seat, "schedule removed", f"schedule {found.name}", {"before": before})
    return see_other(f"{web.pages.root}/desk/schedules")


def _sure(
    web: Parts,
    seat: Seat,
    session: Session,
    found: Schedule,
    then: Hours,
    sent: Mapping[str, Any],
    action: str,
    region: Region | None = None,
) -> Response:
    """What a change would mean, with a button that makes it. `sent` goes along."""
    now = web.service.clock.now()
    was = region.schedule if region is not None else found
    before: Coming = coming(session, was, Hours.of(was), now)
    context = {
        "schedule": found,
        "before": before,
        "after": coming(session, found, then, now),
        "then": then,
        "region": region,
        "now": now,
        "sent": sent,
        "action": action,
    }
    return private(web.pages.render("desk/schedule_sure.html", seat.language, seat=seat, **context))


def _theirs(seat: Seat, session: Session, found: Schedule) -> list[Region]:
    """Its regions that the editor may see."""
    return [region for region in schedules.regions_of(session, found) if seat.may("reporter", region)]


def _others(session: Session, found: Schedule) -> list[Region]:
    """Regions that could move to it."""
    return [one for one in all_regions(session) if one.active and one.schedule_id != found.id]


def _why_it_stays(session: Session, found: Schedule) -> str:
    try:
        check_removal(session, found)
    except NewsletterError as error:
        return str(error)
    return ""


def _found(session: Session, name: str) -> Schedule:
    """Raises NotFoundError."""
    return service.schedule(session, name.replace("\0", ""))  # which Postgres refuses in a text


def _given(form: Form) -> dict[str, int]:
    """The hours in a form, those that are not empty. Raises InvalidInputError."""
    return service.checked_hours(**{field: number_in(form, field) for field in _FIELDS})


def _text(form: Form, name: str) -> str:
    text = form.one(name).strip()
    if not text or "\0" in text or len(text) > 80:
        raise InvalidInputError("Please write a name of at most 80 characters.")
    return text


def _values(found: Schedule) -> dict[str, Any]:
    return {field: getattr(found, field) for field in _FIELDS}


def _address(web: Parts, name: str) -> str:
    return f"{web.pages.root}/desk/schedules/{quote(name, safe='')}"
