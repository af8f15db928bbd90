"""In which language the desk speaks: an editor's own choice, else what their browser likes best. Pure."""

from functools import cache

from starlette.requests import Request

from newsletter.rendering.translations import SOURCE_LANGUAGE, languages, locale_folder
from newsletter.web.languages import accepted, chosen


@cache
def desk_languages() -> tuple[str, ...]:
    """Those of our languages that the desk is translated into, English first."""
    return tuple(tag for tag in languages() if tag == SOURCE_LANGUAGE or (locale_folder() / tag / "desk.po").is_file())


def desk_language(request: Request, own: str | None = None) -> str:
    """`own`: what the editor chose, if they did. Public pages speak more languages than the desk does."""
    liked = accepted(request.headers.get("Accept-Language", ""), SOURCE_LANGUAGE, among=desk_languages())
    return chosen(own or "", liked, among=desk_languages())
