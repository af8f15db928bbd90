"""Signing in and out. The link's page has a button, so that a scanner that opens it uses nothing up."""

import secrets

from fastapi import APIRouter, Depends, Request, Response
from starlette.background import BackgroundTask

from newsletter.editors.log import record
from newsletter.editors.service import find_editor
from newsletter.editors.signing_in import LINK_FOR, digest_of, sign_in, sign_out
from newsletter.sending.models import NoticeKind
from newsletter.sending.notices import UNDETERMINED, queue_notice
from newsletter.subscribers.digests import address_digests
from newsletter.web.desk_access import COOKIE, ReporterSeat, drop_cookie, refuse_other_sites, set_cookie
from newsletter.web.desk_language import desk_language
from newsletter.web.desk_sign_in_page import sign_in_page
from newsletter.web.forms import Posted
from newsletter.web.limiting import SIGN_IN_BY_ADDRESS, SIGN_IN_BY_NETWORK
from newsletter.web.parts import Parts, Web, network_of
from newsletter.web.responses import private, see_other

router = APIRouter()

ASKED = "desk-asked"  # the cookie of a browser that asked for a link


@router.get("/desk/sign-in")
def how_to_sign_in(request: Request, web: Web) -> Response:
    return sign_in_page(request, web)


@router.post("/desk/sign-in", dependencies=[Depends(refuse_other_sites)])
def ask_for_a_link(request: Request, web: Web, form: Posted) -> Response:
    """The same answer, after the same time, for those we know and those we don't: what follows comes after it."""
    if not web.limiter.allows(SIGN_IN_BY_NETWORK, "sign-in", network_of(request, web)):
        return _too_often(request, web)
    browser = secrets.token_urlsafe(32)
    response = private(web.pages.render("desk/link_on_its_way.html", desk_language(request)))
    response.background = BackgroundTask(_mail_link, web, form.one("address"), digest_of(browser))
    response.set_cookie(
        ASKED,
        browser,
        max_age=int(LINK_FOR.total_seconds()) * 2,
        path=f"{web.pages.root}/desk/sign-in",
        secure=web.service.settings.base_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/desk/sign-in/{secret}")
def show_the_button(request: Request, web: Web, secret: str) -> Response:
    """The same page for every secret: whether it is good is only told to one who presses the button."""
    action = f"{web.pages.root}/desk/sign-in/{secret}"
    return private(web.pages.render("desk/sign_in.html", desk_language(request), action=action))


@router.post("/desk/sign-in/{secret}", dependencies=[Depends(refuse_other_sites)])
def use_the_link(request: Request, web: Web, secret: str) -> Response:
    if not web.limiter.allows(SIGN_IN_BY_NETWORK, "sign-in", network_of(request, web)):
        return _too_often(request, web)
    now = web.service.clock.now()
    asked = request.cookies.get(ASKED)
    agent = request.headers.get("User-Agent", "")
    with web.service.db.writing() as session:
        editor, cookie = sign_in(session, secret, now, browser=digest_of(asked) if asked else None, agent=agent)
        record(session, actor=editor.name, action="signed in", subject="desk", details={"way": "link"}, now=now)
    response = see_other(f"{web.pages.root}/desk")
    set_cookie(response, web, cookie)
    return response


@router.post("/desk/sign-out")
def leave_the_desk(request: Request, web: Web, seat: ReporterSeat, form: Posted) -> Response:
    seat.check(form)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        sign_out(session, request.cookies[COOKIE], now)
        record(session, actor=seat.editor.name, action="signed out", subject="desk", details={}, now=now)
    response = see_other(f"{web.pages.root}/desk/sign-in")
    drop_cookie(response, web)
    return response


def _mail_link(web: Parts, address: str, browser: str) -> None:
    """Queue a mail with a link, where the address is an editor's."""
    who = address_digests(address.strip().lower(), web.service.secret_keys)[0]
    if not web.limiter.allows(SIGN_IN_BY_ADDRESS, "sign-in link", who):
        return
    with web.service.db.writing() as session:
        editor = find_editor(session, address)
        if editor is None:
            return
        queue_notice(
            session,
            NoticeKind.SIGN_IN,
            address=editor.address,
            language=editor.language or UNDETERMINED,
            arguments={"editor": editor.id, "browser": browser},
            now=web.service.clock.now(),
        )
    web.bell.ring()


def _too_often(request: Request, web: Parts) -> Response:
    return private(web.pages.render("error.html", desk_language(request), kind=429, said=""), status=429)
