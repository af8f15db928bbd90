"""Sources and their health: trouble in words, and what could not be used."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.stories.sources import rejections, source
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.desk_reading import rejections_by_source, sources
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()

REJECTIONS_SHOWN = 50

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/sources")
def all_sources(web: Web, seat: ReporterSeat) -> Response:
    with web.service.db.reading() as session:
        found, rejected = sources(session), rejections_by_source(session)
    return private(web.pages.render("desk/sources.html", seat.language, seat=seat, sources=found, rejected=rejected))


@router.get("/desk/sources/{source_id}")
def one_source(web: Web, seat: ReporterSeat, source_id: Id) -> Response:
    with web.service.db.reading() as session:
        found, rejected = source(session, source_id), rejections(session, source_id)
    shown = [
        (row.at, row.reason, row.raw.decode("utf-8", "replace").replace("\0", "�"))
        for row in rejected[:REJECTIONS_SHOWN]
    ]
    return private(web.pages.render("desk/source.html", seat.language, seat=seat, source=found, rejections=shown))
