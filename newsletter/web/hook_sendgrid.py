"""POST /hooks/sendgrid: the signed event webhook of SendGrid."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from newsletter.feedback.hooks.events import take_in_hook
from newsletter.feedback.hooks.sendgrid import events_in, verify
from newsletter.web.hooks_reading import OFF, answered, circumstances
from newsletter.web.parts import Web

router = APIRouter()

_SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
_TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


@router.post("/hooks/sendgrid")
async def take_sendgrid(request: Request, web: Web) -> JSONResponse:
    """404 while no verification key is set."""
    key = web.service.settings.hook_sendgrid_key
    if not key:
        return OFF
    signature, timestamp = request.headers.get(_SIGNATURE, ""), request.headers.get(_TIMESTAMP, "")

    def take(body: bytes) -> int:
        now = web.service.clock.now()
        verify(key, body, signature, timestamp, now)
        with web.service.db.writing() as session:
            return take_in_hook(session, "sendgrid", events_in(body, now), body, **circumstances(web))

    return await answered(request, take, "sendgrid")
