"""Is it alive, for a load balancer."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from newsletter.errors import UnavailableError
from newsletter.web.parts import Web

router = APIRouter()


@router.get("/health")
def health(web: Web) -> Response:
    """200 while the database answers; without it no page can be shown."""
    try:
        web.service.db.check()
    except UnavailableError:
        return JSONResponse({"status": "the database does not answer"}, status_code=503)
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
