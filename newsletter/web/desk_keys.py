"""Keys of programs, for an admin: make one and see it once, take one back."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.editors.keys import all_keys, make_key, revoke
from newsletter.editors.models import Role
from newsletter.errors import InvalidInputError
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.web.desk_access import AdminSeatEverywhere, Seat
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/keys")
def keys(web: Web, seat: AdminSeatEverywhere) -> Response:
    return _page(web, seat)


@router.post("/desk/keys")
def make(web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """The new key stands on the page that answers, and on no other."""
    seat.check(form)
    try:
        with web.service.db.writing() as session:
            role, regions = _role(form), chosen_regions(session, form)
            who: dict[str, Any] = {"by": seat.editor.name, "now": web.service.clock.now()}
            key, secret = make_key(session, form.one("name"), role=role, regions=regions, **who)
    except InvalidInputError as error:
        return _page(web, seat, wrong=str(error), status=422)
    return _page(web, seat, made=key.name, secret=secret)


@router.post("/desk/keys/{key_id}/revoke")
def take_back(web: Web, seat: AdminSeatEverywhere, key_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        revoke(session, key_id, by=seat.editor.name, now=web.service.clock.now())
    return see_other(f"{web.pages.root}/desk/keys")


def chosen_regions(session: Session, form: Form) -> list[Region]:
    """Those that were ticked; none: all. Raises InvalidInputError for one that is not on."""
    there = {region.code: region for region in active_regions(session)}
    if not set(form.many("region")) <= set(there):
        raise InvalidInputError("A region that you chose is not on any more.")
    return [there[code] for code in form.many("region")]


def _role(form: Form) -> Role:
    if form.one("role") not in list(Role):
        raise InvalidInputError("Choose what the key may do.")
    return Role(form.one("role"))


def _page(web: Parts, seat: Seat, *, made: str = "", secret: str = "", wrong: str = "", status: int = 200) -> Response:
    with web.service.db.reading() as session:
        found, regions = all_keys(session), active_regions(session)
    context = {"keys": found, "regions": regions, "roles": list(Role), "made": made, "secret": secret, "wrong": wrong}
    return private(web.pages.render("desk/keys.html", seat.language, seat=seat, **context), status=status)
