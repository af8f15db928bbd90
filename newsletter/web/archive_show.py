"""The archive of a region, a year at a time, with a search that needs no script."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from newsletter.web.archive_reading import QUERY_LENGTH, issues_of, search, years
from newsletter.web.languages import wanted
from newsletter.web.parts import Web
from newsletter.web.region_reading import public_region
from newsletter.web.responses import public

router = APIRouter()


@router.get("/regions/{code}/archive")
def archive(
    request: Request, web: Web, code: str, year: Annotated[int, Query(ge=1, le=9999)] | None = None, q: str = ""
) -> Response:
    words = " ".join(q[:QUERY_LENGTH].split())
    with web.service.db.reading() as session:
        region = public_region(session, code)
        known = years(session, region)
        shown = year if year in known else (known[0] if known else None)
        issues = search(session, region, words) if words else issues_of(session, region, shown) if shown else []
    page = web.pages.render(
        "archive.html",
        wanted(request, region.language),
        region=region,
        years=known,
        year=None if words else shown,
        words=words,
        issues=issues,
    )
    return public(request, page, seconds=300)
