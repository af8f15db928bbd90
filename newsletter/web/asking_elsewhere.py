"""Requests of scripts on other sites: only sites in the settings may read the answer (CORS, the Fetch standard)."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from newsletter.web.parts import Parts


def wants_json(request: Request) -> bool:
    return request.headers.get("Accept", "").partition(",")[0].strip() == "application/json"


def is_allowed_site(request: Request, web: Parts) -> bool:
    """A browser names the site of the script that asks; what comes without a name is no script on a page."""
    origin = request.headers.get("Origin")
    settings = web.service.settings
    return origin is None or origin in settings.box_sites or origin == _origin_of(settings.base_url)


def allow_reading(request: Request, response: Response) -> Response:
    """For an allowed site. No credentials are: the box has no use for cookies."""
    response.headers["Vary"] = "Origin"
    response.headers["Cache-Control"] = "no-store"
    origin = request.headers.get("Origin")
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
