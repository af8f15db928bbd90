"""POST /hooks/postmark: bounces and complaints of Postmark."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from newsletter.feedback.hooks.events import take_in_hook
from newsletter.feedback.hooks.postmark import events_in, verify
from newsletter.web.hooks_reading import OFF, answered, circumstances
from newsletter.web.parts import Parts, Web

router = APIRouter()


@router.post("/hooks/postmark")
async def take_postmark(request: Request, web: Web) -> JSONResponse:
    """404 while no user and password are set."""
    secret = web.service.settings.hook_postmark
    if secret is None:
        return OFF
    authorization = request.headers.get("Authorization", "")

    def take(body: bytes) -> int:
        verify(authorization, secret.get_secret_value())
        return _take(web, body)

    return await answered(request, take, "postmark")


def _take(web: Parts, body: bytes) -> int:
    with web.service.db.writing() as session:
        events = events_in(body, web.service.clock.now())
        return take_in_hook(session, "postmark", events, body, **circumstances(web))
