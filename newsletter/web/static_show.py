"""The style sheet, the desk's script and the icon.

Their addresses change with their content, so that browsers keep them for a year.
"""

from fastapi import APIRouter, Request, Response

from newsletter.errors import NotFoundError
from newsletter.web.parts import Web
from newsletter.web.responses import squeezed

router = APIRouter()

_TYPES = {
    "site.css": "text/css; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "issue.js": "text/javascript; charset=utf-8",
    "join.js": "text/javascript; charset=utf-8",
    "opinion.js": "text/javascript; charset=utf-8",
    "passkey.js": "text/javascript; charset=utf-8",
    "settings.js": "text/javascript; charset=utf-8",
    "step.js": "text/javascript; charset=utf-8",
    "round.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@router.get("/static/{name}")
def static(request: Request, web: Web, name: str) -> Response:
    if name not in _TYPES:
        raise NotFoundError("There is no such file.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return squeezed(request, Response(web.pages.static(name), media_type=_TYPES[name], headers=headers))
