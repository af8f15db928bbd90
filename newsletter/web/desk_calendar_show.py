"""The calendar of past and coming weeks, some at a time; the week stands in the address."""

from datetime import timedelta

from fastapi import APIRouter, Response

from newsletter.regions.service import active_regions
from newsletter.regions.timing import sending_day, week_of
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.desk_calendar import AFTER, BEFORE, calendar, weeks_around
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()

STEP = timedelta(weeks=BEFORE + AFTER + 1)


@router.get("/desk/calendar")
def show(web: Web, seat: ReporterSeat, week: str = "") -> Response:
    now = web.service.clock.now()
    chosen = week or week_of(now.date())
    around = weeks_around(chosen)
    with web.service.db.reading() as session:
        regions = [region for region in active_regions(session) if seat.may("reporter", region)]
        context = {
            "weeks": calendar(session, chosen, now, regions),
            "earlier": week_of(sending_day(chosen, 0) - STEP) if len(around) == BEFORE + AFTER + 1 else None,
            "later": week_of(sending_day(chosen, 0) + STEP) if len(around) == BEFORE + AFTER + 1 else None,
            "is_here": chosen == week_of(now.date()),
            "can_open": seat.may("editor"),
        }
        page = web.pages.render("desk/calendar.html", seat.language, seat=seat, **context)
    return private(page)
