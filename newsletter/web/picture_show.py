"""The picture of an issue for where its page is shared."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from newsletter.issues.finding import published_issue
from newsletter.regions.catalogue import name_of
from newsletter.rendering.plain import tidy
from newsletter.web.drawing import Card, can_draw, draw
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import public

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/regions/{code}/issues/{number}/picture.png")
def picture(request: Request, web: Web, code: str, number: Number) -> Response:
    with web.service.db.reading() as session:
        issue = published_issue(session, code, number)
        headline = tidy(issue.items[0].headline) if issue.items else ""
        region = issue.region.code
    png = draw(_card(web, region, issue.language, number, headline))
    return public(request, png, media_type="image/png", seconds=86_400)


def _card(web: Parts, code: str, language: str, number: int, headline: str) -> Card:
    """In the issue's language where that can be drawn, else with the region's name in English."""
    numbered = web.pages.text("No. %(number)s", language) % {"number": number}
    name = name_of(code, language)
    if not can_draw(f"{name} {numbered}"):
        name, numbered = name_of(code, "en"), f"No. {number}"
    return Card(web.service.settings.site_name, name, numbered, headline, web.pages.brand.light)
