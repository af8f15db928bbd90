"""In which language the desk speaks: an editor's own choice, else what their browser likes best. Pure."""

from starlette.requests import Request

from newsletter.rendering.translations import SOURCE_LANGUAGE, desk_languages
from newsletter.web.languages import accepted, chosen


def desk_language(request: Request, own: str | None = None) -> str:
    """`own`: what the editor chose, if they did. Public pages speak more languages than the desk does."""
    liked = accepted(request.headers.get("Accept-Language", ""), SOURCE_LANGUAGE, among=desk_languages())
    return chosen(own or "", liked, among=desk_languages())
