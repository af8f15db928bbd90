"""Regions on a map and as a list, each with its schedule."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.regions.catalogue import find, search
from newsletter.regions.models import Approval, Region
from newsletter.regions.schedules import all_schedules
from newsletter.regions.service import MOST_ITEMS
from newsletter.web.desk_access import ReporterSeat, Seat
from newsletter.web.desk_regions import all_regions, readers_of, region_row
from newsletter.web.desk_world import HEIGHT, WIDTH, backdrop, meridians, on_the_map, parallels
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()

Code = Annotated[str, Path(max_length=40)]
FOUND_SHOWN = 20


@router.get("/desk/regions")
def regions(web: Web, seat: ReporterSeat, find: str = "") -> Response:
    """`find`: words by which a region of the catalogue is looked for, to be switched on."""
    now = web.service.clock.now()
    with web.service.db.reading() as session:
        theirs = [region for region in all_regions(session) if seat.may("reporter", region)]
        readers = readers_of(session, web.service.redis)
        active = [region for region in theirs if region.active]
        context = {
            "rows": [region_row(region, readers.get(region.id, 0), now) for region in active],
            "former": [region for region in theirs if not region.active],
            "dots": on_the_map(active),
            "find": find[:100],
            "found": _offered(theirs, find[:100], seat),
        }
    picture = {"width": WIDTH, "height": HEIGHT, "backdrop": backdrop(), "meridians": meridians()}
    context |= picture | {"parallels": parallels()}
    return private(web.pages.render("desk/regions.html", seat.language, seat=seat, **context))


@router.get("/desk/regions/{code}")
def region(web: Web, seat: ReporterSeat, code: Code) -> Response:
    now = web.service.clock.now()
    with web.service.db.reading() as session:
        found = region_for(session, seat, code)
        readers = readers_of(session, web.service.redis).get(found.id, 0)
        context = {
            "row": region_row(found, readers, now),
            "schedules": all_schedules(session),
            "approvals": [*Approval],
            "most_items": MOST_ITEMS,
        }
        page = web.pages.render("desk/region.html", seat.language, seat=seat, **context)
    return private(page)


def region_for(session: Session, seat: Seat, code: str) -> Region:
    """A region that is or was on. Raises NotFoundError, or ForbiddenError for one of others."""
    found = session.scalar(select(Region).where(Region.code == find(code).code))
    if found is None:
        raise NotFoundError(f"There is no letter about {code}; it was never switched on.")
    seat.check_region(found)
    return found


def _offered(theirs: list[Region], words: str, seat: Seat) -> list[str]:
    """Codes of the catalogue that fit and are not on."""
    if not words.strip() or not (seat.may("admin") and seat.is_everywhere):
        return []
    on = {region.code for region in theirs if region.active}
    return [one.code for one in search(words, seat.language) if one.code not in on][:FOUND_SHOWN]
