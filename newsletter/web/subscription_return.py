"""A suspended reader returns: their mail came back too often, and they say that it arrives again."""

from fastapi import APIRouter, Response

from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.suspending import return_from_suspension
from newsletter.web.links_reading import expired_page, has_expired, key_in
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other

router = APIRouter()


@router.post("/p/{token}/return")
def return_now(web: Web, token: str) -> Response:
    """On to their preferences; whoever was not suspended finds them unchanged."""
    if has_expired(web, Purpose.PREFERENCES, token):
        return expired_page(web, Purpose.PREFERENCES, token)
    with web.service.db.writing() as session:
        subscriber = by_key(session, key_in(web, Purpose.PREFERENCES, token), for_change=True)
        return_from_suspension(session, subscriber, Way.PREFERENCES, web.service.clock.now())
    return see_other(f"{web.pages.root}/p/{token}")


def suspended_page(web: Web, token: str, language: str) -> Response:
    return private(web.pages.render("suspended.html", language, action=f"{web.pages.root}/p/{token}/return"))
