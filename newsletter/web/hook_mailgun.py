"""POST /hooks/mailgun: failures and complaints of Mailgun."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from newsletter.feedback.hooks.events import take_in_hook, use_token
from newsletter.feedback.hooks.mailgun import events_in, verify
from newsletter.web.hooks_reading import OFF, answered, circumstances
from newsletter.web.parts import Web

router = APIRouter()


@router.post("/hooks/mailgun")
async def take_mailgun(request: Request, web: Web) -> JSONResponse:
    """404 while no signing key is set. A token that was used before changes nothing, and is answered as if it had."""
    secret = web.service.settings.hook_mailgun_key
    if secret is None:
        return OFF

    def take(body: bytes) -> int:
        now = web.service.clock.now()
        token = verify(secret.get_secret_value(), body, now)
        with web.service.db.writing() as session:
            if not use_token(session, "mailgun", token, now):
                return 0
            return take_in_hook(session, "mailgun", events_in(body, now), body, **circumstances(web))

    return await answered(request, take, "mailgun")
