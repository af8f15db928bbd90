"""The people of the desk, for an admin: who they are, what each may do, and where."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.editors.models import Editor, Role
from newsletter.editors.service import (
    add_editor,
    all_editors,
    change_address,
    change_role,
    leave_one_admin,
    limit_to,
    remove_editor,
)
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.service import active_regions
from newsletter.subscribers.addresses import normalise
from newsletter.web.desk_access import AdminSeatEverywhere, Seat
from newsletter.web.desk_keys import chosen_regions
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/people")
def people(web: Web, seat: AdminSeatEverywhere) -> Response:
    return _page(web, seat)


@router.post("/desk/people")
def add(web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """Whoever was removed may come back, under the same address."""
    seat.check(form)
    try:
        with web.service.db.writing() as session:
            role, regions = _role(form), chosen_regions(session, form)
            editor = add_editor(session, normalise(form.one("address")).normalised, name=form.one("name"), role=role)
            limit_to(session, editor, regions, web.service.clock.now())
            _log(session, web, seat, "editor added", editor, {"before": None, "after": role})
    except InvalidInputError as error:
        return _page(web, seat, wrong=str(error), given=form, status=422)
    return _back(web)


@router.post("/desk/people/{editor_id}")
def change(web: Web, seat: AdminSeatEverywhere, editor_id: Id, form: Posted) -> Response:
    """Whose role, regions or address change signs in anew."""
    seat.check(form)
    now = web.service.clock.now()
    try:
        with web.service.db.writing() as session:
            editor, role, regions = _editor(session, editor_id), _role(form), chosen_regions(session, form)
            leave_one_admin(session, editor, keeps=role is Role.ADMIN and not regions)
            before, after = editor.role, role
            if before is not after:
                _log(session, web, seat, "role changed", editor, {"before": before, "after": after})
                change_role(session, editor, role, now)
            codes = [sorted(region.code for region in some) for some in (editor.regions, regions)]
            if codes[0] != codes[1]:
                details = {"before": codes[0], "after": codes[1]}
                _log(session, web, seat, "regions changed", editor, details)
                limit_to(session, editor, regions, now)
            address = normalise(form.one("address")).normalised
            if address != editor.address:
                change_address(session, editor, address, now)
                _log(session, web, seat, "address changed", editor, {})
    except InvalidInputError as error:
        return _page(web, seat, wrong=str(error), status=422)
    return _back(web)


@router.post("/desk/people/{editor_id}/remove")
def remove(web: Web, seat: AdminSeatEverywhere, editor_id: Id, form: Posted) -> Response:
    """At once, wherever they are signed in. The log goes on naming them."""
    seat.check(form)
    if form.one("sure") != "yes":
        raise InvalidInputError("They are signed out at once. Please tick the box if you are sure.")
    with web.service.db.writing() as session:
        editor = _editor(session, editor_id)
        leave_one_admin(session, editor, keeps=False)
        remove_editor(session, editor, web.service.clock.now())
        _log(session, web, seat, "editor removed", editor, {"before": editor.role, "after": None})
    return _back(web)


def _editor(session: Session, editor_id: int) -> Editor:
    editor = session.get(Editor, editor_id)
    if editor is None or not editor.active:
        raise NotFoundError("There is no such editor any more.")
    return editor


def _role(form: Form) -> Role:
    if form.one("role") not in list(Role):
        raise InvalidInputError("Choose what they may do.")
    return Role(form.one("role"))


def _page(web: Parts, seat: Seat, *, wrong: str = "", given: Form | None = None, status: int = 200) -> Response:
    with web.service.db.reading() as session:
        found, regions = all_editors(session), active_regions(session)
    context = {
        "people": found,
        "regions": regions,
        "roles": list(Role),
        "wrong": wrong,
        "given": {name: given.one(name) if given else "" for name in ("name", "address", "role")},
    }
    return private(web.pages.render("desk/people.html", seat.language, seat=seat, **context), status=status)


def _log(session: Session, web: Parts, seat: Seat, action: str, editor: Editor, details: dict[str, Any]) -> None:
    now, subject = web.service.clock.now(), f"editor {editor.name}"
    record(session, actor=seat.editor.name, action=action, subject=subject, details=details, now=now)


def _back(web: Parts) -> Response:
    return see_other(f"{web.pages.root}/desk/people")
