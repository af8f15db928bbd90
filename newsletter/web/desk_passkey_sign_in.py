"""Signing in by a passkey: what the script of the sign-in page asks and answers."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from newsletter.editors.assertions import Site, Touch
from newsletter.editors.challenges import use
from newsletter.editors.log import record
from newsletter.editors.models import ChallengeKind
from newsletter.editors.passkeys import CopiedPasskeyError, question, sign_in_by
from newsletter.editors.signing_in import digest_of
from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.web.desk_access import refuse_other_sites, set_cookie
from newsletter.web.desk_browsers import browser_of, browser_or_new, remember_browser
from newsletter.web.forms import Posted
from newsletter.web.limiting import PASSKEY_BY_NETWORK, SIGN_IN_BY_NETWORK
from newsletter.web.parts import Parts, Web, network_of

router = APIRouter()


@router.post("/desk/sign-in/passkey/question", dependencies=[Depends(refuse_other_sites)])
def ask_for_a_passkey(request: Request, web: Web) -> Response:
    """The same for everybody: it names no key and no person."""
    site = site_of(web)
    if not web.limiter.allows(PASSKEY_BY_NETWORK, "passkey", network_of(request, web)):
        return refused("That was asked too often. Please sign in by mail, or try again in an hour.", 429)
    browser = browser_or_new(request)
    with web.service.db.writing() as session:
        options = question(session, site, digest_of(browser), web.service.clock.now())
    response = as_json(options)
    remember_browser(response, web, browser)
    return response


@router.post("/desk/sign-in/passkey/answer", dependencies=[Depends(refuse_other_sites)])
def sign_in_by_a_passkey(request: Request, web: Web, form: Posted) -> Response:
    site = site_of(web)
    if not web.limiter.allows(SIGN_IN_BY_NETWORK, "passkey answer", network_of(request, web)):
        return refused("That was tried too often. Please try again in an hour.", 429)
    try:
        cookie = _signed_in(web, site, form.one("answer"), browser_of(request), request.headers.get("User-Agent", ""))
    except NotAllowedError as error:
        return refused(str(error), 409)
    response = JSONResponse({"to": f"{web.pages.root}/desk"}, headers={"Cache-Control": "no-store"})
    set_cookie(response, web, cookie)
    return response


def _signed_in(web: Parts, site: Site, answer: str, browser: str | None, agent: str) -> str:
    """The session's secret. The challenge is used up whatever comes of it."""
    service, now = web.service, web.service.clock.now()
    touch = Touch.of(answer)
    with service.db.writing() as session:
        use(session, ChallengeKind.PASSKEY, touch.challenge, digest_of(browser or ""), now)
    try:
        with service.db.writing() as session:
            editor, passkey, cookie = sign_in_by(session, site, touch, touch.challenge, now, agent=agent)
            details = {"way": "passkey", "passkey": passkey.name}
            record(session, actor=editor.name, action="signed in", subject="desk", details=details, now=now)
    except CopiedPasskeyError as error:
        with service.db.writing() as session:
            details = {"passkey": error.passkey}
            record(session, actor=error.editor, action="passkey out of step", subject="desk", details=details, now=now)
        raise
    return cookie


def site_of(web: Parts) -> Site:
    """Raises NotFoundError where browsers make no passkeys for our address."""
    site = Site.of(web.service.settings)
    if site is None:
        raise NotFoundError("There are no passkeys at this address.")
    return site


def as_json(text: str) -> Response:
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def refused(sentence: str, status: int) -> Response:
    """A sentence for the script to show."""
    return JSONResponse({"error": sentence}, status_code=status, headers={"Cache-Control": "no-store"})
