"""What an admin does to sources, which feed all regions: adds, describes, pauses, resumes and removes them."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.catalogue import find
from newsletter.stories import sources
from newsletter.stories.models import Source
from newsletter.web.desk_access import AdminSeatEverywhere, Seat
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import see_other

router = APIRouter()

_COLUMNS = ("name", "home", "language", "weight")

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/desk/sources")
def add(web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """A feed; it is asked with the next tick."""
    seat.check(form)
    with web.service.db.writing() as session:
        values = _described(form) | {"name": form.one("name").strip() or None}
        source = sources.add_source(session, form.one("url"), now=web.service.clock.now(), **values)
        _log(session, web, seat, "source added", source, {"name": source.name, "url": source.url})
    return _to(web, source)


@router.post("/desk/sources/{source_id}")
def change(web: Web, seat: AdminSeatEverywhere, source_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        source = sources.source(session, source_id)
        before = _values(source)
        sources.change(session, source_id, **_described(form))
        after = _values(source)
        changed = [column for column in _COLUMNS if before[column] != after[column]]
        if changed:
            details = {"before": {c: before[c] for c in changed}, "after": {c: after[c] for c in changed}}
            _log(session, web, seat, "source changed", source, details)
    return _to(web, source)


@router.post("/desk/sources/{source_id}/pause")
def pause(web: Web, seat: AdminSeatEverywhere, source_id: Id, form: Posted) -> Response:
    """Its stories stay."""
    seat.check(form)
    with web.service.db.writing() as session:
        source = sources.pause(session, source_id)
        _log(session, web, seat, "source paused", source, {"name": source.name})
    return _to(web, source)


@router.post("/desk/sources/{source_id}/resume")
def resume(web: Web, seat: AdminSeatEverywhere, source_id: Id, form: Posted) -> Response:
    """As if it had never failed."""
    seat.check(form)
    with web.service.db.writing() as session:
        source = sources.resume(session, source_id, web.service.clock.now())
        _log(session, web, seat, "source resumed", source, {"name": source.name})
    return _to(web, source)


@router.post("/desk/sources/{source_id}/remove")
def remove(web: Web, seat: AdminSeatEverywhere, source_id: Id, form: Posted) -> Response:
    """One that has given no story."""
    seat.check(form)
    if form.one("sure") != "yes":
        raise InvalidInputError("The source is taken out for good. Please tick the box if you are sure.")
    with web.service.db.writing() as session:
        source = sources.source(session, source_id)
        _log(session, web, seat, "source removed", source, {"name": source.name, "url": source.url})
        sources.remove(session, source_id)
    return see_other(f"{web.pages.root}/desk/sources")


def _described(form: Form) -> dict[str, Any]:
    try:
        weight = float(form.one("weight").strip().replace(",", ".") or 1)
    except ValueError as error:
        raise InvalidInputError("A weight is more than 0 and at most 10; 1 is usual.") from error
    language = form.one("language").strip() or None
    return {"name": form.one("name"), "home": _home(form.one("home").strip()), "language": language, "weight": weight}


def _home(code: str) -> str | None:
    """A wrong code is a mistake in the form, not a page that is missing."""
    try:
        return find(code).code if code else None
    except NotFoundError as error:
        raise InvalidInputError(str(error)) from error


def _values(source: Source) -> dict[str, Any]:
    return {column: getattr(source, column) for column in _COLUMNS}


def _log(session: Session, web: Parts, seat: Seat, action: str, source: Source, details: dict[str, Any]) -> None:
    now, subject = web.service.clock.now(), f"source {source.id}"
    record(session, actor=seat.editor.name, action=action, subject=subject, details=details, now=now)


def _to(web: Parts, source: Source) -> Response:
    return see_other(f"{web.pages.root}/desk/sources/{source.id}")
