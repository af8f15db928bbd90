"""Asking for the letter, on a page or in the box. Every answer is the same for those we know and those we don't."""

from dataclasses import replace

import structlog
from fastapi import APIRouter, Request, Response

from newsletter.errors import InvalidInputError
from newsletter.regions.service import active_regions
from newsletter.sending.asking import ask
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.digests import address_digests
from newsletter.web.forms import Posted
from newsletter.web.languages import accepted
from newsletter.web.limiting import JOIN_BY_ADDRESS, JOIN_BY_NETWORK
from newsletter.web.pages import by_name
from newsletter.web.parts import Parts, Web, network_of
from newsletter.web.responses import HTML, public, see_other
from newsletter.web.subscribe_form import WORDING, SubscribeForm, Wish

router = APIRouter()
log = structlog.get_logger(__name__)

_BAD_ADDRESS = "This does not look like an e-mail address that mail can be sent to."
_NO_REGION = "Choose at least one region."
_TOO_OFTEN = "Too many people have asked from your network within an hour. Please try again later."


@router.get("/subscribe")
def subscribe(request: Request, web: Web, region: str = "") -> Response:
    language = _page_language(request, web)
    with web.service.db.reading() as session:
        regions = by_name(active_regions(session), language)
    chosen = [found.code for found in regions if found.code.lower() == region.lower()]
    form = SubscribeForm.empty(regions, language, chosen)
    return public(request, web.pages.render("subscribe.html", language, form=form))


@router.get("/subscribe/asked")
def asked(request: Request, web: Web) -> Response:
    return public(request, web.pages.render("asked.html", _page_language(request, web)))


@router.post("/subscribe")
def ask_on_page(request: Request, web: Web, form: Posted) -> Response:
    return _answer(request, web, Wish.of(form, _page_language(request, web)), Way.PAGE, "subscribe.html")


@router.post("/box")
def ask_in_box(request: Request, web: Web, form: Posted) -> Response:
    return _answer(request, web, Wish.of(form, _page_language(request, web)), Way.BOX, "box.html")


def _answer(request: Request, web: Parts, wish: Wish, way: Way, template: str) -> Response:
    folder = "/box" if way is Way.BOX else "/subscribe"
    thanks = see_other(f"{web.pages.root}{folder}/asked" + (f"?language={wish.shown_in}" if way is Way.BOX else ""))
    if wish.is_trapped:
        log.info("a program filled in the form")
        return thanks
    network = network_of(request, web)
    if not web.limiter.allows(JOIN_BY_NETWORK, "join", network):
        return _again(web, wish, template, {"form": _TOO_OFTEN}, status=429)
    if problems := _problems(wish):
        return _again(web, wish, template, problems, status=422)
    if not web.limiter.allows(JOIN_BY_ADDRESS, "join", address_digests(_person(wish), web.service.secret_keys)[0]):
        return thanks  # to say so would tell that somebody asked before
    try:
        _keep(web, wish, way, network)
    except InvalidInputError:  # a region that is not on the page any more
        return _again(web, wish, template, {"region": _NO_REGION}, status=422)
    web.bell.ring()
    return thanks


def _keep(web: Parts, wish: Wish, way: Way, network: str | None) -> None:
    with web.service.db.writing() as session:
        joined = ask(
            session,
            wish.address,
            wish.codes,
            language=wish.language,
            way=way,
            wording=web.pages.text(WORDING, wish.shown_in),
            network_digest=network,
            keys=web.service.secret_keys,
            now=web.service.clock.now(),
        )
    log.info("someone asked for the letter", way=way, outcome=joined.outcome if joined else "suppressed")


def _problems(wish: Wish) -> dict[str, str]:
    problems = {}
    try:
        normalise(wish.address)
    except InvalidInputError:
        problems["address"] = _BAD_ADDRESS
    if not wish.codes:
        problems["region"] = _NO_REGION
    return problems


def _person(wish: Wish) -> str:
    """Whom the limit counts: `+tag` variants of an address are one mailbox."""
    local, _, domain = normalise(wish.address).normalised.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _again(web: Parts, wish: Wish, template: str, problems: dict[str, str], *, status: int) -> Response:
    """The form once more, with what was typed and what is wrong with it."""
    with web.service.db.reading() as session:
        regions = by_name(active_regions(session), wish.shown_in)
    form = SubscribeForm.empty(regions, wish.language, [r.code for r in regions if r.code in wish.codes])
    texts = {field: web.pages.text(sentence, wish.shown_in) for field, sentence in problems.items()}
    form = replace(form, address=wish.address[:254], problems=texts)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "3600"} if status == 429 else {})
    page = web.pages.render(template, wish.shown_in, form=form)
    return Response(page, status_code=status, media_type=HTML, headers=headers)


def _page_language(request: Request, web: Parts) -> str:
    return accepted(request.headers.get("Accept-Language", ""), web.service.settings.language)
