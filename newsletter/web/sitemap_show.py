"""The sitemap (sitemaps.org) and robots.txt: what search engines may read, and where it is."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region
from newsletter.web.parts import Web
from newsletter.web.responses import public

router = APIRouter()

_MOST_ISSUES = 45_000  # a sitemap may have 50,000 addresses
_CLOSED = ("/desk", "/p/", "/u/", "/o/", "/confirm/", "/api/", "/box")


@router.get("/sitemap.xml")
def sitemap(request: Request, web: Web) -> Response:
    with web.service.db.reading() as session:
        issues = session.execute(
            select(Region.code, Issue.number, Issue.out_at)
            .join(Issue, Issue.region_id == Region.id)
            .where(Issue.state == IssueState.OUT, Issue.number.is_not(None))
            .order_by(Issue.out_at.desc(), Issue.id.desc())
            .limit(_MOST_ISSUES)
        ).all()
        regions = list(session.scalars(select(Region.code).where(Region.active).order_by(Region.code)))
    xml = web.pages.render("sitemap.xml", web.service.settings.language, regions=regions, issues=issues)
    return public(request, xml, media_type="application/xml; charset=utf-8", seconds=3600)


@router.get("/robots.txt")
def robots(request: Request, web: Web) -> Response:
    closed = "".join(f"Disallow: {web.pages.root}{path}\n" for path in _CLOSED)
    text = f"User-agent: *\n{closed}\nSitemap: {web.service.settings.base_url}/sitemap.xml\n"
    return public(request, text, media_type="text/plain; charset=utf-8", seconds=3600)
