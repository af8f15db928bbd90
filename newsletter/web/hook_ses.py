"""POST /hooks/ses: bounces and complaints of Amazon SES, through a topic of SNS."""

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from newsletter.feedback.hooks.events import document, fields, take_in_hook, word
from newsletter.feedback.hooks.ses import events_in
from newsletter.feedback.hooks.sns import verify
from newsletter.feedback.letterbox import keep_note
from newsletter.web.hooks_reading import OFF, answered, circumstances
from newsletter.web.parts import Parts, Web

router = APIRouter()
log = structlog.get_logger(__name__)


@router.post("/hooks/ses")
async def take_ses(request: Request, web: Web) -> JSONResponse:
    """404 while no topic is set. A subscription is not confirmed by itself: a person opens the address that is kept."""
    if not web.service.settings.hook_ses_topics:
        return OFF
    return await answered(request, lambda body: _take(web, body), "ses")


def _take(web: Parts, body: bytes) -> int:
    message, service, now = fields(document(body)), web.service, web.service.clock.now()
    verify(message, service.sns_certificates, service.settings.hook_ses_topics, now)
    kind = word(message.get("Type"))
    with service.db.writing() as session:
        if kind == "Notification":
            events = events_in(word(message.get("Message")), now)
            return take_in_hook(session, "ses", events, body, **circumstances(web))
        if kind in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
            topic, url = word(message.get("TopicArn")), word(message.get("SubscribeURL"))
            subject = f"{kind} of {topic}"
            text = f"Amazon SNS asks about the topic {topic}. To have its messages come here, open:\n\n{url}\n"
            keep_note(session, body, subject, text, now)
            log.warning("an SNS subscription waits for a person: see newsletter inbound list", kind=kind)
    return 0
