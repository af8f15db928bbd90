"""The front page: every region's letter, and the box to get it."""

from fastapi import APIRouter, Request, Response

from newsletter.regions.service import active_regions
from newsletter.web.front_reading import leading, newest_issues, told_once
from newsletter.web.languages import accepted, wanted
from newsletter.web.pages import by_name
from newsletter.web.parts import Web
from newsletter.web.responses import public
from newsletter.web.subscribe_form import SubscribeForm

router = APIRouter()

TOLD_WITH_SUMMARIES = 12  # regions; with more, each has its headline alone, and the page stays small
CHOSEN_HERE = 30  # regions that the form on this page offers; a choice among more has a page of its own


@router.get("/")
def front(request: Request, web: Web) -> Response:
    language = wanted(request, accepted(request.headers.get("Accept-Language", ""), web.service.settings.language))
    with web.service.db.reading() as session:
        regions = by_name(active_regions(session), language)
        newest = newest_issues(session)
    lead = leading(regions, newest, language)
    others = [region for region in regions if region is not lead]
    page = web.pages.render(
        "front.html",
        language,
        lead=lead,
        others=others,
        newest=told_once(newest, [region.id for region in ([lead] if lead else []) + others]),
        is_brief=len(regions) > TOLD_WITH_SUMMARIES,
        form=SubscribeForm.empty(regions, language) if len(regions) <= CHOSEN_HERE else None,
    )
    return public(request, page)
