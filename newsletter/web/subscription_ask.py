"""Asking for the letter, on a page or in the box. Every answer is the same for those we know and those we don't.

So is the time that it takes: nothing is looked up by an address before the answer has left.
"""

from dataclasses import replace

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from newsletter.errors import InvalidInputError
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.web.asking_elsewhere import allow_reading, is_allowed_site, wants_json
from newsletter.web.forms import Posted
from newsletter.web.languages import accepted
from newsletter.web.pages import by_name
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import HTML, public, see_other
from newsletter.web.scripts import scripted
from newsletter.web.steps import BITS
from newsletter.web.subscribe_form import SubscribeForm, Wish
from newsletter.web.wishes import Gate, Passing, keep

router = APIRouter()
log = structlog.get_logger(__name__)

BAD_ADDRESS = "This does not look like an e-mail address that mail can be sent to."
_NO_REGION = "Choose at least one region."
_TOO_OFTEN = "Too many people have asked from your network within an hour. Please try again later."
ASKED = "We have sent you a mail with a link. Open it and press the button there; only then does the letter come."


@router.get("/subscribe")
def subscribe(request: Request, web: Web, region: str = "") -> Response:
    language = _page_language(request, web)
    regions = _regions(web, language)
    chosen = [found.code for found in regions if found.code.lower() == region.lower()]
    form = SubscribeForm.empty(regions, language, chosen)
    return scripted(public(request, web.pages.render("subscribe.html", language, form=form)))


@router.get("/subscribe/asked")
def asked(request: Request, web: Web) -> Response:
    return public(request, web.pages.render("asked.html", _page_language(request, web)))


@router.post("/subscribe")
def ask_on_page(request: Request, web: Web, form: Posted) -> Response:
    wish = Wish.of(form, _page_language(request, web))
    if wants_json(request):
        return _answer_script(request, web, wish)
    return _answer(request, web, wish, Way.BOX if wish.is_of_box else Way.PAGE, "subscribe.html")


@router.post("/box")
def ask_in_box(request: Request, web: Web, form: Posted) -> Response:
    return _answer(request, web, Wish.of(form, _page_language(request, web)), Way.BOX, "box.html")


def _answer(request: Request, web: Parts, wish: Wish, way: Way, template: str) -> Response:
    in_frame = template == "box.html"
    path = f"/box/asked?language={wish.shown_in}" if in_frame else "/subscribe/asked"
    thanks = see_other(f"{web.pages.root}{path}")
    if wish.is_trapped:
        log.info("a program filled in the form")
        return thanks
    regions = _regions(web, wish.shown_in)
    if wish.query is not None:
        return _again(web, wish, regions, template, {})
    if problems := _problems(wish, regions):
        return _again(web, wish, regions, template, problems, status=422)
    gate = Gate.of(request, web, wish)
    match gate.passing():
        case Passing.TOO_OFTEN:
            return _again(web, wish, regions, template, {"form": _TOO_OFTEN}, status=429)
        case Passing.STEP | Passing.EARLY as passing:
            return _step(web, wish, gate, in_frame=in_frame, is_early=passing is Passing.EARLY)
        case Passing.KEPT:
            thanks.background = BackgroundTask(keep, web, wish, way, gate.network)
    return thanks


def _answer_script(request: Request, web: Parts, wish: Wish) -> Response:
    """For the box that a script upgraded: a sentence to show in place, or none where a page of ours must go on."""
    if not is_allowed_site(request, web):
        return JSONResponse({"error": "This site is not among those that may use the box."}, status_code=403)
    status, sentence, background = 200, ASKED, None
    gate = Gate.of(request, web, wish)
    if problems := _problems(wish, _regions(web, wish.shown_in)):
        status, sentence = 422, next(iter(problems.values()))
    elif not wish.is_trapped:
        match gate.passing():
            case Passing.TOO_OFTEN:
                status, sentence = 429, _TOO_OFTEN
            case Passing.STEP | Passing.EARLY:
                status, sentence = 409, ""
            case Passing.KEPT:
                background = BackgroundTask(keep, web, wish, Way.BOX, gate.network)
    text = web.pages.text(sentence, wish.shown_in) if sentence else ""
    answer = JSONResponse({"text": text}, status_code=status, background=background)
    return allow_reading(request, answer)


def _problems(wish: Wish, regions: list[Region]) -> dict[str, str]:
    problems = {}
    try:
        normalise(wish.address)
    except InvalidInputError:
        problems["address"] = BAD_ADDRESS
    if not wish.codes or not {region.code for region in regions}.issuperset(wish.codes):
        problems["region"] = _NO_REGION
    return problems


def _again(
    web: Parts, wish: Wish, regions: list[Region], template: str, problems: dict[str, str], *, status: int = 200
) -> Response:
    """The form once more, with what was typed, what is wrong with it, and what was searched for."""
    form = SubscribeForm.empty(regions, wish.language, [r.code for r in regions if r.code in wish.codes])
    texts = {field: web.pages.text(sentence, wish.shown_in) for field, sentence in problems.items()}
    form = replace(form, address=wish.address[:254], problems=texts, query=wish.query or "")
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "3600"} if status == 429 else {})
    page = web.pages.render(template, wish.shown_in, form=form)
    answer = Response(page, status_code=status, media_type=HTML, headers=headers)
    return scripted(answer, framed=template == "box.html")


def _step(web: Parts, wish: Wish, gate: Gate, *, in_frame: bool, is_early: bool) -> Response:
    page = web.pages.render(
        "step.html",
        wish.shown_in,
        wish=wish,
        ticket=wish.ticket if is_early else gate.ticket(),
        bits=BITS,
        is_early=is_early,
        action=f"{web.pages.root}{'/box' if in_frame else '/subscribe'}",
    )
    answer = Response(page, media_type=HTML, headers={"Cache-Control": "no-store"})
    return scripted(answer, framed=in_frame)


def _regions(web: Parts, language: str) -> list[Region]:
    with web.service.db.reading() as session:
        return by_name(active_regions(session), language)


def _page_language(request: Request, web: Parts) -> str:
    return accepted(request.headers.get("Accept-Language", ""), web.service.settings.language)
