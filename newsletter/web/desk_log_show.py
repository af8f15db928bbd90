"""Who did what, page by page; who, what and to what may be chosen, in the address of the page."""

from urllib.parse import urlencode

from fastapi import APIRouter, Response

from newsletter.editors.log import entries
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()

SHOWN = 100


@router.get("/desk/log")
def log(web: Web, seat: ReporterSeat, who: str = "", what: str = "", about: str = "", before: str = "") -> Response:
    """Filters are exact: each name in the list is a link that sets one."""
    filters = filters_of(who, what, about)
    start = int(before) if before.isdecimal() and len(before) < 16 else None
    with web.service.db.reading() as session:
        found = entries(
            session,
            actor=filters["who"],
            action=filters["what"],
            subject=filters["about"],
            before=start,
            limit=SHOWN + 1,
        )
    context = {
        "entries": found[:SHOWN],
        "filters": filters,
        "with_filter": lambda **more: urlencode({name: value for name, value in (filters | more).items() if value}),
        "more": found[SHOWN - 1].id if len(found) > SHOWN else None,
    }
    return private(web.pages.render("desk/log.html", seat.language, seat=seat, **context))


def filters_of(who: str, what: str, about: str) -> dict[str, str]:
    asked = {"who": who, "what": what, "about": about}
    return {name: text.replace("\0", "").strip()[:200] for name, text in asked.items()}
