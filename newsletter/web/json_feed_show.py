"""A region's issues as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from newsletter.issues.finding import published
from newsletter.issues.models import Issue
from newsletter.regions.catalogue import name_of
from newsletter.web.feed_show import ISSUES_IN_FEED
from newsletter.web.pages import is_web_address
from newsletter.web.parts import Web
from newsletter.web.region_reading import public_region
from newsletter.web.responses import public

router = APIRouter()


@router.get("/regions/{code}/feed.json")
def json_feed(request: Request, web: Web, code: str) -> Response:
    with web.service.db.reading() as session:
        region = public_region(session, code)
        issues = [issue for issue in published(session, region, limit=ISSUES_IN_FEED) if issue.out_at and issue.items]
    settings = web.service.settings
    home = f"{settings.base_url}/regions/{region.code}"
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{name_of(region.code, region.language)} – {settings.site_name}",
        "home_page_url": home,
        "feed_url": f"{home}/feed.json",
        "language": region.language,
        "authors": [{"name": settings.publisher}],
        "items": [_entry(issue, home) for issue in issues],
    }
    body = bytes(JSONResponse(feed).body)
    return public(request, body, media_type="application/feed+json; charset=utf-8", seconds=300)


def _entry(issue: Issue, home: str) -> dict[str, Any]:
    url = f"{home}/issues/{issue.number}"
    told = [
        "\n".join(
            filter(None, [item.headline, item.summary, item.source, item.url if is_web_address(item.url) else ""])
        )
        for item in issue.items
    ]
    return {
        "id": url,
        "url": url,
        "title": issue.subject or issue.items[0].headline,
        "content_text": "\n\n".join(told),
        "image": f"{url}/picture.png",
        "date_published": issue.out_at.isoformat() if issue.out_at else None,
        "language": issue.language,
    }
