"""Why readers leave, week by week: what they ticked and wrote when they left. Nobody's name stands with it."""

import csv
import io

from fastapi import APIRouter, Response

from newsletter.subscribers.reasons import Reason, latest_words, reasons_by_week
from newsletter.web.charting import bars
from newsletter.web.desk_access import PublisherSeatEverywhere
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()

WEEKS = 13
_WORDS_SHOWN = 50


@router.get("/desk/leaving")
def leaving(web: Web, seat: PublisherSeatEverywhere) -> Response:
    with web.service.db.reading() as session:
        weeks = reasons_by_week(session, web.service.clock.now(), weeks=WEEKS)
        context = {
            "weeks": weeks,
            "reasons": [*Reason],
            "chart": bars([(one.week[-3:], float(one.total)) for one in weeks])
            if any(one.total for one in weeks)
            else None,
            "words": latest_words(session, most=_WORDS_SHOWN),
        }
        page = web.pages.render("desk/leaving.html", seat.language, seat=seat, **context)
    return private(page)


@router.get("/desk/leaving.csv")
def leaving_as_csv(web: Web, seat: PublisherSeatEverywhere) -> Response:
    """A line for each week and reason; what people wrote is not in it."""
    with web.service.db.reading() as session:
        weeks = reasons_by_week(session, web.service.clock.now(), weeks=WEEKS)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("week", "reason", "count"))
    writer.writerows((one.week, reason, count) for one in weeks for reason, count in one.counts.items())
    headers = {"Content-Disposition": 'attachment; filename="leaving.csv"', "Cache-Control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
