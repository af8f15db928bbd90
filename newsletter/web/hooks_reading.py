"""What the endpoints of providers' hooks share: a body of bounded size, one transaction, an answer in JSON."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from newsletter.errors import InvalidInputError
from newsletter.feedback.hooks.events import ForgedError
from newsletter.web.bodies import API_BYTES
from newsletter.web.parts import Parts

log = structlog.get_logger(__name__)

OFF = JSONResponse({"error": "This hook is off; a setting switches it on."}, status_code=404)


async def answered(request: Request, take: Callable[[bytes], int], provider: str) -> JSONResponse:
    """What `take` makes of the body: 200 with how many events were new, 403 for a forged one, 422 for nonsense."""
    body = await _body(request)
    try:
        new = await run_in_threadpool(take, body)
    except ForgedError as error:
        log.warning("a hook was refused", provider=provider)
        return JSONResponse({"error": str(error)}, status_code=403)
    except InvalidInputError as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    if new:
        web: Parts = request.app.state.parts
        await run_in_threadpool(web.bell.ring)
    return JSONResponse({"new": new})


def circumstances(web: Parts) -> dict[str, Any]:
    """What `take_in_hook` needs to know of the service."""
    service = web.service
    keep_raw = timedelta(days=service.settings.keep_raw_days)
    return {"keys": service.secret_keys, "now": service.clock.now(), "keep_raw": keep_raw}


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > API_BYTES:
            break
    return bytes(body)
