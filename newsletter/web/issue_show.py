"""An issue that is out, as a page."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from newsletter.issues.finding import published_issue
from newsletter.rendering.differing import differences_told
from newsletter.rendering.translations import spoken
from newsletter.web.languages import wanted
from newsletter.web.parts import Web
from newsletter.web.responses import public
from newsletter.web.subscribe_form import SubscribeForm

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/regions/{code}/issues/{number}")
def issue(request: Request, web: Web, code: str, number: Number) -> Response:
    with web.service.db.reading() as session:
        found = published_issue(session, code, number)
        region = found.region
    regions = [region] if region.active else []
    language = wanted(request, found.language)
    form = SubscribeForm.empty(regions, language, chosen=[region.code])
    differences = {item.id: differences_told(item.differences or [], spoken(language)) for item in found.items}
    page = web.pages.render("issue.html", language, issue=found, region=region, form=form, differences=differences)
    return public(request, page, seconds=300)
