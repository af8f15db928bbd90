"""For a reader who has no letter at hand: they write their address, and are mailed the link to their page."""

import structlog
from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.sending.confirming import offer_preferences
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.models import SubscriberState
from newsletter.web.forms import Posted
from newsletter.web.languages import accepted
from newsletter.web.limiting import JOIN_BY_ADDRESS, JOIN_BY_NETWORK
from newsletter.web.parts import Parts, Web, network_of
from newsletter.web.responses import private, public
from newsletter.web.subscription_ask import BAD_ADDRESS
from newsletter.web.wishes import mailbox_digest

router = APIRouter()
log = structlog.get_logger(__name__)


@router.get("/preferences")
def ask_for_the_address(request: Request, web: Web) -> Response:
    language = accepted(request.headers.get("Accept-Language", ""), web.service.settings.language)
    return public(request, web.pages.render("preferences_ask.html", language))


@router.post("/preferences")
def mail_the_link(request: Request, web: Web, form: Posted) -> Response:
    """The same answer, as quickly, for those who read us and those who don't."""
    language = accepted(request.headers.get("Accept-Language", ""), web.service.settings.language)
    address = form.one("address")
    try:
        normalise(address)
    except InvalidInputError as error:
        raise InvalidInputError(BAD_ADDRESS) from error
    answer = private(web.pages.render("link_sent.html", language))
    if web.limiter.allows(JOIN_BY_NETWORK, "preferences", network_of(request, web)) and web.limiter.allows(
        JOIN_BY_ADDRESS, "preferences", mailbox_digest(web, address)
    ):
        answer.background = BackgroundTask(_mail, web, address)
    return answer


def _mail(web: Parts, address: str) -> None:
    with web.service.db.writing() as session:
        try:
            subscriber = by_address(session, address)
        except NotFoundError:
            return
        if subscriber.state is SubscriberState.CONFIRMED:
            offer_preferences(session, subscriber, web.service.clock.now())
    web.bell.ring()
