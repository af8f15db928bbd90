"""RSS 2.0 of a region's issues."""

from email.utils import format_datetime

from fastapi import APIRouter, Request, Response

from newsletter.issues.finding import published
from newsletter.web.parts import Web
from newsletter.web.region_reading import public_region
from newsletter.web.responses import public

router = APIRouter()

ISSUES_IN_FEED = 20


@router.get("/regions/{code}/feed.xml")
def feed(request: Request, web: Web, code: str) -> Response:
    with web.service.db.reading() as session:
        region = public_region(session, code)
        issues = [issue for issue in published(session, region, limit=ISSUES_IN_FEED) if issue.out_at and issue.items]
    xml = web.pages.render("feed.xml", region.language, region=region, issues=issues, rfc822=format_datetime)
    return public(request, xml, media_type="application/rss+xml; charset=utf-8", seconds=300)
