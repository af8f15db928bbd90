"""An event: every report that our letters linked, and where the reports differ."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from newsletter.rendering.differing import differences_told
from newsletter.rendering.translations import spoken
from newsletter.web.event_reading import event_page
from newsletter.web.languages import wanted
from newsletter.web.parts import Web
from newsletter.web.responses import public

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/events/{event_id}")
def event(request: Request, web: Web, event_id: Id) -> Response:
    with web.service.db.reading() as session:
        found = event_page(session, event_id)
    language = wanted(request, found.issue.language)
    differences = differences_told(found.latest.differences or [], spoken(language))
    page = web.pages.render("event.html", language, event=found, item=found.latest, differences=differences)
    return public(request, page, seconds=300)
