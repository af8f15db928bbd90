"""What we know about a reader, for themselves: a copy, or the end of it, behind a link of its own that was mailed."""

import json
from datetime import datetime

from fastapi import APIRouter, Response

from newsletter.feedback.personal_data import data_copy, erase
from newsletter.sending.confirming import offer_data
from newsletter.sending.settling import settle
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import Purpose
from newsletter.web.limiting import MAIL_BY_SUBSCRIBER
from newsletter.web.links_reading import expired_page, has_expired, key_in
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()


@router.post("/p/{token}/data")
def mail_the_link(web: Web, token: str) -> Response:
    """The letter's own link is not enough: whoever was forwarded a letter has that too."""
    if has_expired(web, Purpose.PREFERENCES, token):
        return expired_page(web, Purpose.PREFERENCES, token)
    with web.service.db.writing() as session:
        subscriber = by_key(session, key_in(web, Purpose.PREFERENCES, token), for_change=True)
        if web.limiter.allows(MAIL_BY_SUBSCRIBER, "data", str(subscriber.id)):
            offer_data(session, subscriber, web.service.clock.now())
    web.bell.ring()
    return private(web.pages.render("link_sent.html", subscriber.language))


@router.get("/data/{token}")
def show(web: Web, token: str) -> Response:
    key = key_in(web, Purpose.DATA, token)
    with web.service.db.reading() as session:
        subscriber = by_key(session, key)
    return private(web.pages.render("data.html", subscriber.language, action=f"{web.pages.root}/data/{token}"))


@router.get("/data/{token}/copy")
def copy(web: Web, token: str) -> Response:
    key = key_in(web, Purpose.DATA, token)
    with web.service.db.reading() as session:
        data = data_copy(session, by_key(session, key))
    answer = private(json.dumps(data, default=datetime.isoformat, ensure_ascii=False, indent=2))
    answer.headers["Content-Type"] = "application/json"
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@router.post("/data/{token}/erase")
def erase_everything(web: Web, token: str) -> Response:
    key = key_in(web, Purpose.DATA, token)
    with web.service.db.writing() as session:
        subscriber = by_key(session, key, for_change=True)
        language, subscriber_id = subscriber.language, subscriber.id
        erase(session, subscriber, web.service.secret_keys, web.service.clock.now())
    settle(web.service.db, subscriber_id)
    return private(web.pages.render("erased.html", language))
