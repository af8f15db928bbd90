"""A reader's letter moves to another address: asked for on their page, confirmed by a button behind a mail there."""

from fastapi import APIRouter, Response

from newsletter.errors import InvalidInputError
from newsletter.sending.confirming import ask_new_address, tell_old_address
from newsletter.subscribers.changing_address import ask_for_change, change_by_key, confirm_change
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.web.forms import Posted
from newsletter.web.limiting import MAIL_BY_SUBSCRIBER
from newsletter.web.links_reading import expired_page, has_expired, key_in
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private
from newsletter.web.subscription_ask import BAD_ADDRESS

router = APIRouter()


@router.post("/p/{token}/address")
def ask_for_another(web: Web, token: str, form: Posted) -> Response:
    """The same answer whatever the address: who else reads us is nobody's business."""
    if has_expired(web, Purpose.PREFERENCES, token):
        return expired_page(web, Purpose.PREFERENCES, token)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        subscriber = by_key(session, key_in(web, Purpose.PREFERENCES, token), for_change=True)
        if subscriber.state is not SubscriberState.CONFIRMED:
            return private(web.pages.render("no_reader.html", subscriber.language))
        if web.limiter.allows(MAIL_BY_SUBSCRIBER, "address", str(subscriber.id)):
            try:
                change = ask_for_change(session, subscriber, form.one("address"), web.service.secret_keys, now)
            except InvalidInputError as error:
                raise InvalidInputError(BAD_ADDRESS) from error
            if change is not None:
                ask_new_address(session, change, subscriber.language, now)
    web.bell.ring()
    return private(web.pages.render("address_asked.html", subscriber.language))


@router.get("/address/{token}")
def ask_for_the_word(web: Web, token: str) -> Response:
    key = key_in(web, Purpose.ADDRESS, token)
    with web.service.db.reading() as session:
        change = change_by_key(session, key)
        subscriber = session.get_one(Subscriber, change.subscriber_id)
    return _page(web, subscriber, token=token)


@router.post("/address/{token}")
def take_the_word(web: Web, token: str) -> Response:
    key = key_in(web, Purpose.ADDRESS, token)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        subscriber, old = confirm_change(session, change_by_key(session, key), web.service.secret_keys, now)
        tell_old_address(session, subscriber, old, now)
    web.bell.ring()
    return _page(web, subscriber, token="")


def _page(web: Parts, subscriber: Subscriber, *, token: str) -> Response:
    """With the button, or without a token what it has done."""
    action = f"{web.pages.root}/address/{token}" if token else ""
    return private(web.pages.render("address.html", subscriber.language, action=action))
