"""What an admin does to regions: on, off, and how their issues are made."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError
from newsletter.regions import service
from newsletter.regions.models import Approval
from newsletter.sending.scheduling import check_move_to
from newsletter.web.desk_access import AdminSeat, AdminSeatEverywhere, Seat
from newsletter.web.desk_region_show import region_for
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import see_other

router = APIRouter()

Code = Annotated[str, Path(max_length=40)]

_REGION = ("language", "time_zone", "item_count", "minimum_items", "approval", "schedule")


@router.post("/desk/regions/{code}/on")
def switch_on(web: Web, seat: AdminSeatEverywhere, code: Code, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        region = service.switch_on(session, code)
        log_act(session, web, seat, "region switched on", f"region {region.code}", {})
        code = region.code
    return see_other(f"{web.pages.root}/desk/regions/{code}")


@router.post("/desk/regions/{code}/off")
def switch_off(web: Web, seat: AdminSeat, code: Code, form: Posted) -> Response:
    seat.check(form)
    if form.one("sure") != "yes":
        raise InvalidInputError("Its readers get nothing more about it. Please tick the box if you are sure.")
    with web.service.db.writing() as session:
        region = service.switch_off(session, region_for(session, seat, code).code)
        log_act(session, web, seat, "region switched off", f"region {region.code}", {})
    return see_other(f"{web.pages.root}/desk/regions")


@router.post("/desk/regions/{code}")
def change(web: Web, seat: AdminSeat, code: Code, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        region = region_for(session, seat, code)
        before = _values(region, _REGION) | {"schedule": region.schedule.name}
        check_move_to(session, region.code, form.one("schedule") or None, web.service.clock.now())
        service.change(
            session,
            region.code,
            language=form.one("language") or None,
            time_zone=form.one("time_zone") or None,
            item_count=number_in(form, "item_count"),
            minimum_items=number_in(form, "minimum_items"),
            approval=_approval(form.one("approval")),
            schedule=form.one("schedule") or None,
        )
        after = _values(region, _REGION) | {"schedule": region.schedule.name}
        details = difference(before, after)
        if details["after"]:
            log_act(session, web, seat, "region changed", f"region {region.code}", details)
        code = region.code
    return see_other(f"{web.pages.root}/desk/regions/{code}")


def number_in(form: Form, name: str) -> int | None:
    """None for an empty field. Raises InvalidInputError."""
    text = form.one(name).strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6:
        raise InvalidInputError(f"{name.replace('_', ' ').capitalize()} must be a number.")
    return int(text)


def _approval(text: str) -> Approval | None:
    if text and text not in set(Approval):
        raise InvalidInputError("Approval is either required or automatic.")
    return Approval(text) if text else None


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names if name != "schedule"}


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What has changed, as the log keeps it."""
    changed = [name for name in after if before[name] != after[name]]
    return {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}


def log_act(session: Session, web: Parts, seat: Seat, action: str, subject: str, details: dict[str, Any]) -> None:
    now = web.service.clock.now()
    record(session, actor=seat.editor.name, action=action, subject=subject, details=details, now=now)
