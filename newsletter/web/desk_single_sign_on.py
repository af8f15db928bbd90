"""Signing in by the newsroom's own accounts: over there, and back with an answer that counts once, in this browser."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from newsletter.editors.challenges import BadChallengeError, ask, use
from newsletter.editors.identities import Identity, editor_for
from newsletter.editors.log import record
from newsletter.editors.models import ChallengeKind, Role, Way
from newsletter.editors.provider import Attempt, NotVouchedError, Provider
from newsletter.editors.signing_in import digest_of, start_session
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError, UnavailableError
from newsletter.subscribers.addresses import normalise
from newsletter.web.desk_access import refuse_other_sites, set_cookie
from newsletter.web.desk_browsers import browser_of, browser_or_new, remember_browser
from newsletter.web.desk_language import desk_language
from newsletter.web.desk_sign_in_page import sign_in_page
from newsletter.web.limiting import SIGN_IN_BY_NETWORK
from newsletter.web.parts import Parts, Web, network_of
from newsletter.web.responses import private, see_other

router = APIRouter()

_TOO_OFTEN = "That was tried too often. Please try again in an hour."
Short = Annotated[str, Query(max_length=4000)]


@router.post("/desk/sign-in/single/start", dependencies=[Depends(refuse_other_sites)])
def start(request: Request, web: Web) -> Response:
    """A page that leads there by itself: browsers hold a redirect after a form to where our forms may lead, to us."""
    provider, now = _provider(web), web.service.clock.now()
    if not web.limiter.allows(SIGN_IN_BY_NETWORK, "single sign-on", network_of(request, web)):
        return sign_in_page(request, web, status=429, said=_TOO_OFTEN)
    browser = browser_or_new(request)
    with web.service.db.writing() as session:
        state = ask(session, ChallengeKind.SINGLE, digest_of(browser), now)
    try:
        to = provider.address(Attempt.of(state, browser), now)
    except UnavailableError as error:
        return sign_in_page(request, web, status=503, said=str(error))
    name = web.service.settings.oidc_name
    response = private(web.pages.render("desk/going_there.html", desk_language(request), to=to, single=name))
    remember_browser(response, web, browser)
    return response


@router.get("/desk/sign-in/single/answer")
def answer(request: Request, web: Web, code: Short = "", state: Short = "", iss: str | None = None) -> Response:
    """The one address that signs somebody in when it is opened: its state is known to this browser alone, once."""
    provider = _provider(web)
    if not web.limiter.allows(SIGN_IN_BY_NETWORK, "single sign-on answer", network_of(request, web)):
        return sign_in_page(request, web, status=429, said=_TOO_OFTEN)
    try:
        cookie = _signed_in(request, web, provider, code, state, iss)
    except NotAllowedError as error:
        return sign_in_page(request, web, status=409, said=str(error))
    except UnavailableError as error:
        return sign_in_page(request, web, status=503, said=str(error))
    response = see_other(f"{web.pages.root}/desk")
    response.headers["Referrer-Policy"] = "no-referrer"
    set_cookie(response, web, cookie)
    return response


def _signed_in(request: Request, web: Parts, provider: Provider, code: str, state: str, issuer: str | None) -> str:
    """The session's secret. The state is used up whatever comes of it."""
    service, now, browser = web.service, web.service.clock.now(), browser_of(request)
    if browser is None:
        raise BadChallengeError
    with service.db.writing() as session:
        use(session, ChallengeKind.SINGLE, state, digest_of(browser), now)
    if not code:  # they said no there, or something went wrong
        raise NotVouchedError
    identity = _normalised(provider.identity(Attempt.of(state, browser), code, issuer, now))
    role = Role(service.settings.oidc_new_editors) if service.settings.oidc_new_editors else None
    with service.db.writing() as session:
        editor, is_new = editor_for(session, identity, role, service.settings.oidc_domains)
        if is_new:
            details = {"before": None, "after": editor.role.value}
            subject = f"editor {editor.name}"
            record(session, actor="single sign-on", action="editor added", subject=subject, details=details, now=now)
        details = {"way": "single sign-on"}
        record(session, actor=editor.name, action="signed in", subject="desk", details=details, now=now)
        return start_session(session, editor, now, way=Way.SINGLE, agent=request.headers.get("User-Agent", ""))


def _normalised(identity: Identity) -> Identity:
    try:
        return Identity(normalise(identity.address).normalised, identity.name)
    except InvalidInputError as error:
        raise NotVouchedError from error


def _provider(web: Parts) -> Provider:
    provider = web.service.provider
    if provider is None:
        raise NotFoundError("There is no single sign-on here.")
    return provider
