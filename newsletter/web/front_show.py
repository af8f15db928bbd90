"""The front page: every region's letter, and the box to get it."""

from fastapi import APIRouter, Request, Response

from newsletter.regions.service import active_regions
from newsletter.web.languages import accepted, wanted
from newsletter.web.pages import by_name
from newsletter.web.parts import Web
from newsletter.web.region_reading import latest_issues
from newsletter.web.responses import public
from newsletter.web.subscribe_form import SubscribeForm

router = APIRouter()


@router.get("/")
def front(request: Request, web: Web) -> Response:
    language = wanted(request, accepted(request.headers.get("Accept-Language", ""), web.service.settings.language))
    with web.service.db.reading() as session:
        regions = by_name(active_regions(session), language)
        latest = latest_issues(session)
    form = SubscribeForm.empty(regions, language)
    return public(request, web.pages.render("front.html", language, regions=regions, latest=latest, form=form))
