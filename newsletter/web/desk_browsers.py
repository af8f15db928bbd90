"""The cookie by which a browser that is not signed in yet is known again: what it was asked, nobody else answers."""

import secrets

from fastapi import Request, Response

from newsletter.editors.challenges import CHALLENGE_FOR
from newsletter.web.parts import Parts

_COOKIE = "desk-browser"


def browser_of(request: Request) -> str | None:
    """The secret that the browser was given, if any."""
    return request.cookies.get(_COOKIE)


def browser_or_new(request: Request) -> str:
    """The same for another tab, so that one does not undo what the other began."""
    return browser_of(request) or secrets.token_urlsafe(32)


def remember_browser(response: Response, web: Parts, secret: str) -> None:
    """Lax, because an answer from a single sign-on comes by a link from there."""
    response.set_cookie(
        _COOKIE,
        secret,
        max_age=int(CHALLENGE_FOR.total_seconds()),
        path=f"{web.pages.root}/desk/sign-in",
        secure=web.service.settings.base_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
