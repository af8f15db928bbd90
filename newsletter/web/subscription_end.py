"""Leaving: one click in the mail program (RFC 8058), or the button on the page. Opening the page changes nothing."""

from fastapi import APIRouter, Response

from newsletter.errors import NotFoundError
from newsletter.sending.settling import settle
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.leaving import can_undo, leave, leave_region, undo
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.reasons import keep_reason
from newsletter.web.forms import Posted
from newsletter.web.limiting import MAIL_BY_SUBSCRIBER
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()


@router.get("/u/{token}")
def show_the_button(web: Web, token: str) -> Response:
    with web.service.db.reading() as session:
        subscriber = by_key(session, _key(web, token))
    template = "left.html" if subscriber.state is SubscriberState.LEFT else "leave.html"
    return _page(web, template, subscriber, token)


@router.post("/u/{token}")
def leave_now(web: Web, token: str, form: Posted) -> Response:
    """The mail program's POST needs no cookie, is not sent elsewhere, and may come as often as it likes.

    Only the page's own form can name one region; whatever else is posted here means all of it.
    """
    key = _key(web, token)
    one_click = form.one("List-Unsubscribe") == "One-Click"
    region_code = "" if one_click else form.one("region")
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        try:
            subscriber = by_key(session, key, for_change=True)
        except NotFoundError:  # erased since: nothing is sent to them, which is what they ask
            return private(web.pages.render("gone.html", web.service.settings.language))
        if region_code:
            leave_region(session, subscriber, region_code, Way.PAGE, now)
        else:
            leave(session, subscriber, Way.ONE_CLICK if one_click else Way.PAGE, now)
    settle(web.service.db, subscriber.id)
    template = "left.html" if subscriber.state is SubscriberState.LEFT else "left_region.html"
    return _page(web, template, subscriber, token, left_region=region_code)


@router.post("/u/{token}/undo")
def take_it_back(web: Web, token: str) -> Response:
    with web.service.db.writing() as session:
        subscriber = by_key(session, _key(web, token), for_change=True)
        undo(session, subscriber, Way.PAGE, web.service.clock.now())
    return _page(web, "returned.html", subscriber, token)


@router.post("/u/{token}/why")
def take_the_reason(web: Web, token: str, form: Posted) -> Response:
    """After leaving, never before. It is kept without a name."""
    with web.service.db.writing() as session:
        subscriber = by_key(session, _key(web, token))
        if web.limiter.allows(MAIL_BY_SUBSCRIBER, "why", str(subscriber.id)):
            keep_reason(session, form.one("reason"), form.one("words"), web.service.clock.now())
    return private(web.pages.render("thanks.html", subscriber.language))


def _key(web: Parts, token: str) -> str:
    return web.service.links.read(Purpose.UNSUBSCRIBE, token)


def _page(web: Parts, template: str, subscriber: Subscriber, token: str, left_region: str = "") -> Response:
    context = {
        "action": f"{web.pages.root}/u/{token}",
        "subscriber": subscriber,
        "left_region": left_region,
        "can_undo": can_undo(subscriber, web.service.clock.now()),
    }
    return private(web.pages.render(template, subscriber.language, **context))
