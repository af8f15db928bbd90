"""A region's page: its latest stories, the box with the region chosen, its past issues."""

from functools import partial

from fastapi import APIRouter, Request, Response

from newsletter.stories.intake import anchor_on
from newsletter.web.languages import wanted
from newsletter.web.pages import by_name
from newsletter.web.parts import Web
from newsletter.web.region_reading import latest_stories, past_issues, public_region
from newsletter.web.responses import public
from newsletter.web.subscribe_form import SubscribeForm

router = APIRouter()


@router.get("/regions/{code}")
def region(request: Request, web: Web, code: str) -> Response:
    with web.service.db.reading() as session:
        found = public_region(session, code)
        stories = latest_stories(session, found.code)
        issues = past_issues(session, found)
    language = wanted(request, found.language)
    form = SubscribeForm.empty(by_name([found], language), language, chosen=[found.code])
    page = web.pages.render(
        "region.html",
        language,
        region=found,
        stories=stories,
        anchor_of=partial(anchor_on, found.code),
        issues=issues,
        form=form,
    )
    return public(request, page)
