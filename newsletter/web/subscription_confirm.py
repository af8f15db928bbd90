"""Confirming: the page that the mail leads to, and the button on it. Opening the page changes nothing."""

from fastapi import APIRouter, Request, Response

from newsletter.sending.confirming import ask_to_confirm, take_word
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.web.limiting import MAIL_BY_SUBSCRIBER
from newsletter.web.links_reading import expired_page, has_expired, key_in, key_in_old
from newsletter.web.parts import Web, network_of
from newsletter.web.responses import private
from newsletter.web.subscribe_form import WORDING

router = APIRouter()


@router.get("/confirm/{token}")
def ask_for_the_word(web: Web, token: str) -> Response:
    if has_expired(web, Purpose.CONFIRM, token):
        return expired_page(web, Purpose.CONFIRM, token)
    with web.service.db.reading() as session:
        subscriber = by_key(session, key_in(web, Purpose.CONFIRM, token))
    context = {"subscriber": subscriber, "waiting": _waiting(subscriber), "wording": WORDING, "token": token}
    return private(web.pages.render("confirm.html", subscriber.language, **context))


@router.post("/confirm/{token}")
def take_the_word(request: Request, web: Web, token: str) -> Response:
    if has_expired(web, Purpose.CONFIRM, token):
        return expired_page(web, Purpose.CONFIRM, token)
    network = network_of(request, web)
    with web.service.db.writing() as session:
        subscriber = by_key(session, key_in(web, Purpose.CONFIRM, token), for_change=True)
        wording = web.pages.text(WORDING, subscriber.language)
        if subscriber.state is not SubscriberState.LEFT:
            take_word(session, subscriber, web.service.clock.now(), wording=wording, network_digest=network)
    web.bell.ring()
    preferences_url = web.service.links.preferences(subscriber.key)
    context = {"subscriber": subscriber, "preferences_url": preferences_url}
    return private(web.pages.render("confirmed.html", subscriber.language, **context))


@router.post("/confirm/{token}/fresh")
def mail_a_fresh_link(web: Web, token: str) -> Response:
    """To the person's own address, and at most a few a day, so that an old link serves nobody else."""
    key = key_in_old(web, Purpose.CONFIRM, token)
    with web.service.db.writing() as session:
        subscriber = by_key(session, key, for_change=True)
        if _waiting(subscriber) and web.limiter.allows(MAIL_BY_SUBSCRIBER, "confirm", str(subscriber.id)):
            ask_to_confirm(session, subscriber, web.service.clock.now())
    web.bell.ring()
    return private(web.pages.render("link_sent.html", subscriber.language))


def _waiting(subscriber: Subscriber) -> list[str]:
    if subscriber.state is SubscriberState.LEFT:
        return []
    return [s.region.code for s in subscriber.subscriptions if s.confirmed_at is None]
