"""Who may see and do what on the desk: the session's cookie, roles, and the mark that a form is our own."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from newsletter.editors.models import Editor, Role
from newsletter.editors.permissions import is_everywhere, may
from newsletter.editors.signing_in import SESSION_FOR, signed_in
from newsletter.errors import NotAllowedError
from newsletter.regions.models import Region
from newsletter.web.desk_language import desk_language
from newsletter.web.forms import Form
from newsletter.web.parts import Parts, Web

COOKIE = "desk"


class SignInNeededError(NotAllowedError):
    message = "Please sign in first."


class ForbiddenError(NotAllowedError):
    message = "Your role does not allow this."


class OneRegionError(ForbiddenError):
    message = "This concerns all regions, and you edit some of them."


@dataclass(frozen=True)
class Seat:
    """A signed-in editor at the desk."""

    editor: Editor
    csrf: str  # stands in every form; bound to the session and to our key
    language: str  # that the desk speaks to them

    def may(self, role: str, region: Region | None = None) -> bool:
        return may(self.editor, Role(role), region)

    @property
    def time_zone(self) -> str:
        return self.editor.time_zone or "UTC"

    @property
    def is_everywhere(self) -> bool:
        """Whether no region is closed to the editor."""
        return is_everywhere(self.editor)

    def check_region(self, region: Region) -> None:
        """Raises ForbiddenError for a region that the editor has no part in."""
        if not may(self.editor, self.editor.role, region):
            raise ForbiddenError("You edit other regions than this one.")

    def check(self, form: Form) -> None:
        """Raises ForbiddenError for a form that another site made up."""
        if not hmac.compare_digest(form.one("csrf").encode(), self.csrf.encode()):
            raise ForbiddenError("This form is from an older session. Please go back, reload the page and try again.")


def seat_for(role: Role, *, everywhere: bool = False) -> Callable[[Request, Parts], Seat]:
    """A dependency: the editor's seat. Raises SignInNeededError, or ForbiddenError below `role`.

    `everywhere`: for what concerns all regions at once; those who are limited to some are refused as well.
    """

    def seat(request: Request, web: Web) -> Seat:
        cookie = request.cookies.get(COOKIE, "")
        with web.service.db.reading() as session:
            editor = signed_in(session, cookie, web.service.clock.now()) if cookie else None
        if editor is None:
            raise SignInNeededError
        request.state.desk_language = language = desk_language(request, editor.language)  # for pages of errors too
        if not may(editor, role):
            raise ForbiddenError
        if everywhere and not is_everywhere(editor):
            raise OneRegionError
        return Seat(editor, csrf_token(cookie, web.service.secret_keys[0]), language)

    return seat


ReporterSeat = Annotated[Seat, Depends(seat_for(Role.REPORTER))]
EditorSeat = Annotated[Seat, Depends(seat_for(Role.EDITOR))]
AdminSeat = Annotated[Seat, Depends(seat_for(Role.ADMIN))]
PublisherSeat = Annotated[Seat, Depends(seat_for(Role.PUBLISHER))]
PublisherSeatEverywhere = Annotated[Seat, Depends(seat_for(Role.PUBLISHER, everywhere=True))]
AdminSeatEverywhere = Annotated[Seat, Depends(seat_for(Role.ADMIN, everywhere=True))]


def csrf_token(cookie: str, key: str) -> str:
    return hmac.new(key.encode(), b"csrf:" + cookie.encode(), hashlib.sha256).hexdigest()


def refuse_other_sites(request: Request) -> None:
    """For forms without a session: nobody can sign a browser in from another site. Raises ForbiddenError.

    Browsers that do not say from where a form comes (before 2023) say the page's origin.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_ours = origin in (None, origin_of(request.app.state.parts)) if site is None else site in ("same-origin", "none")
    if not is_ours:
        raise ForbiddenError("This form was sent from another site.")


def origin_of(web: Parts) -> str:
    """Of our pages, as browsers write it (RFC 6454, section 6.2)."""
    parts = urlsplit(web.service.settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"


def set_cookie(response: Response, web: Parts, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_FOR.total_seconds()),
        path=f"{web.pages.root}/desk",
        secure=web.service.settings.base_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, web: Parts) -> None:
    response.delete_cookie(COOKIE, path=f"{web.pages.root}/desk")
