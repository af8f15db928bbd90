"""The box for the news site: a small page to stand in a frame, and what it says afterwards."""

from fastapi import APIRouter, Request, Response

from newsletter.regions.service import active_regions
from newsletter.web.languages import accepted, chosen
from newsletter.web.pages import STATIC, by_name
from newsletter.web.parts import Web
from newsletter.web.responses import public
from newsletter.web.scripts import scripted
from newsletter.web.subscribe_form import SubscribeForm

router = APIRouter()

FRAMED = ("/box", "/box/asked")  # POST /box answers in the frame too


@router.get("/box")
def box(request: Request, web: Web, region: str = "", language: str = "") -> Response:
    """`?region=MX` chooses a region, `?language=es` the language; without them all regions, in the browser's."""
    liked = accepted(request.headers.get("Accept-Language", ""), web.service.settings.language)
    with web.service.db.reading() as session:
        regions = active_regions(session)
    preset = [found for found in regions if found.code.lower() == region.lower()]
    spoken = chosen(language, preset[0].language if preset else liked)
    form = SubscribeForm.empty(by_name(preset or regions, spoken), spoken, chosen=[found.code for found in preset])
    return scripted(public(request, web.pages.render("box.html", spoken, form=form)), framed=True)


@router.get("/box.js")
def box_script(request: Request) -> Response:
    """Its address stays as it is, because other sites name it; so it is kept for an hour only."""
    script = (STATIC / "box.js").read_bytes()
    return public(request, script, media_type="text/javascript; charset=utf-8", seconds=3600)


@router.get("/box/asked")
def box_asked(request: Request, web: Web, language: str = "") -> Response:
    liked = accepted(request.headers.get("Accept-Language", ""), web.service.settings.language)
    return public(request, web.pages.render("box_asked.html", chosen(language, liked)))
