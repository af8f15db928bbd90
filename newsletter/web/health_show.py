"""Is it alive, for a load balancer; and what search engines are asked to leave alone."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from newsletter.errors import UnavailableError
from newsletter.web.parts import Web

router = APIRouter()

_ROBOTS = "User-agent: *\nDisallow: /u/\nDisallow: /p/\nDisallow: /confirm/\nDisallow: /desk\nDisallow: /api/\n"


@router.get("/health")
def health(web: Web) -> Response:
    """200 while the database answers; without it no page can be shown."""
    try:
        web.service.db.check()
    except UnavailableError:
        return JSONResponse({"status": "the database does not answer"}, status_code=503)
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@router.get("/robots.txt")
def robots() -> Response:
    return Response(_ROBOTS, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "max-age=86400"})
