"""Signing in and out. The link's page has a button, so that a scanner that opens it uses nothing up."""

from fastapi import APIRouter, Depends, Request, Response

from newsletter.editors.log import record
from newsletter.editors.signing_in import sign_in, sign_out
from newsletter.web.desk_access import COOKIE, ReporterSeat, drop_cookie, refuse_other_sites, set_cookie
from newsletter.web.forms import Posted
from newsletter.web.limiting import SIGN_IN_BY_NETWORK
from newsletter.web.parts import Web, network_of
from newsletter.web.responses import private, see_other

router = APIRouter()


@router.get("/desk/sign-in")
def how_to_sign_in(web: Web) -> Response:
    return private(web.pages.render("desk/how_to_sign_in.html", "en"))


@router.get("/desk/sign-in/{secret}")
def show_the_button(web: Web, secret: str) -> Response:
    """The same page for every secret: whether it is good is only told to one who presses the button."""
    return private(web.pages.render("desk/sign_in.html", "en", action=f"{web.pages.root}/desk/sign-in/{secret}"))


@router.post("/desk/sign-in/{secret}", dependencies=[Depends(refuse_other_sites)])
def use_the_link(request: Request, web: Web, secret: str) -> Response:
    network = network_of(request, web)
    if not web.limiter.allows(SIGN_IN_BY_NETWORK, "sign-in", network):
        return private(web.pages.render("error.html", "en", kind=429, said=""), status=429)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        editor, cookie = sign_in(session, secret, now)
        record(session, actor=editor.name, action="signed in", subject="desk", details={}, now=now)
    response = see_other(f"{web.pages.root}/desk")
    set_cookie(response, web, cookie)
    return response


@router.post("/desk/sign-out")
def leave_the_desk(request: Request, web: Web, seat: ReporterSeat, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        sign_out(session, request.cookies[COOKIE], web.service.clock.now())
    response = see_other(f"{web.pages.root}/desk/sign-in")
    drop_cookie(response, web)
    return response
