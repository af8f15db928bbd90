"""What went wrong, as a page a person can use, or as JSON for a program."""

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from newsletter.errors import InvalidInputError, NewsletterError, NotAllowedError, NotFoundError, UnavailableError
from newsletter.subscribers.links import BadLinkError
from newsletter.web.desk_access import ForbiddenError, SignInNeededError
from newsletter.web.desk_language import desk_language
from newsletter.web.desk_sign_in_page import sign_in_page
from newsletter.web.languages import accepted
from newsletter.web.parts import Parts
from newsletter.web.responses import private
from newsletter.web.security import secure

log = structlog.get_logger(__name__)

_STATUS: dict[type[NewsletterError], int] = {
    BadLinkError: 400,
    SignInNeededError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    NotAllowedError: 409,
    InvalidInputError: 422,
    UnavailableError: 503,
}
_KNOWN_PAGES = (400, 403, 404, 409, 422, 500, 503)  # each has its words in error.html
_KIND = {405: 404}  # where only a button leads, a browser that comes back by the address finds no page


def install(app: FastAPI) -> None:
    app.add_exception_handler(NewsletterError, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _no_such_address)
    app.add_exception_handler(Exception, _bug)


def status_of(error: Exception) -> int:
    """The HTTP status that says what kind of failure an error of ours is; 500 for what is none of them."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)


def _expected(request: Request, error: Exception) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error("a page could not be shown", error=str(error))
    said = str(error) if isinstance(error, NotAllowedError | InvalidInputError) else ""
    return _answer(request, status, said, str(error))


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = _answer(request, status, "", str(getattr(error, "detail", "")))
    for name, value in (getattr(error, "headers", None) or {}).items():
        answer.headers[name] = value
    return answer


def _no_such_address(request: Request, _error: Exception) -> Response:
    """Our forms are read field by field, so that only an address of ours can fail its check: /issues/abc."""
    return _answer(request, 404, "", "There is no such thing.")


def _bug(request: Request, _error: Exception) -> Response:
    """Starlette logs the traceback; the reader sees none of it. This answer passes no middleware."""
    answer = _answer(request, 500, "", "Something went wrong on our side.")
    secure(answer.headers)
    return answer


def _answer(request: Request, status: int, said: str, detail: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": detail}, status_code=status)
    parts: Parts = request.app.state.parts
    if status == 401:  # only the desk asks for it
        return sign_in_page(request, parts, status=401)
    language = _language_of(request, parts)
    kind = _KIND.get(status, status if status in _KNOWN_PAGES else 500 if status >= 500 else 400)
    return private(parts.pages.render("error.html", language, kind=kind, said=said), status=status)


def _language_of(request: Request, parts: Parts) -> str:
    """At the desk the editor's; elsewhere the one that the browser likes best."""
    if request.url.path.startswith("/desk"):
        return getattr(request.state, "desk_language", None) or desk_language(request)
    return accepted(request.headers.get("Accept-Language", ""), parts.service.settings.language)
