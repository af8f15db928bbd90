"""The desk's first page: the rounds and issues of these weeks; and the log."""

from fastapi import APIRouter, Response

from newsletter.web.desk_access import ReporterSeat
from newsletter.web.desk_reading import log_entries, recent_issues, recent_rounds
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()


@router.get("/desk")
@router.get("/desk/")  # so mails about waves name it
def week(web: Web, seat: ReporterSeat) -> Response:
    with web.service.db.reading() as session:
        rounds, issues = recent_rounds(session), recent_issues(session)
    return private(web.pages.render("desk/week.html", "en", seat=seat, rounds=rounds, issues=issues))


@router.get("/desk/log")
def log(web: Web, seat: ReporterSeat) -> Response:
    with web.service.db.reading() as session:
        entries = log_entries(session)
    return private(web.pages.render("desk/log.html", "en", seat=seat, entries=entries))
