"""A reader's preferences, by the signed link of their letters: regions and their order, language, time zone."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from newsletter.errors import InvalidInputError
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.rendering.translations import languages, spoken
from newsletter.sending.confirming import offer_preferences
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.preferences import set_preferences
from newsletter.subscribers.time_zones import zones_to_choose
from newsletter.web.forms import Form, Posted
from newsletter.web.limiting import MAIL_BY_SUBSCRIBER
from newsletter.web.links_reading import expired_page, has_expired, key_in, key_in_old
from newsletter.web.pages import by_name, language_names
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

_LAST = 10_000  # the place of a region without a number


@router.get("/p/{token}")
def preferences(web: Web, token: str) -> Response:
    if has_expired(web, Purpose.PREFERENCES, token):
        return expired_page(web, Purpose.PREFERENCES, token)
    with web.service.db.reading() as session:
        subscriber = by_key(session, key_in(web, Purpose.PREFERENCES, token))
        if subscriber.state is not SubscriberState.CONFIRMED:
            return private(web.pages.render("no_reader.html", subscriber.language))
        return _page(web, token, subscriber, active_regions(session))


@router.post("/p/{token}")
def change(web: Web, token: str, form: Posted) -> Response:
    if has_expired(web, Purpose.PREFERENCES, token):
        return expired_page(web, Purpose.PREFERENCES, token)
    key = key_in(web, Purpose.PREFERENCES, token)
    problem = ""
    try:
        with web.service.db.writing() as session:
            set_preferences(
                session,
                by_key(session, key, for_change=True),
                region_codes=codes_in_order(form),
                language=form.one("language"),
                time_zone=form.one("time_zone"),
                languages=languages(),
                now=web.service.clock.now(),
            )
    except InvalidInputError as error:
        problem = str(error)
    with web.service.db.reading() as session:
        subscriber = by_key(session, key)
        return _page(web, token, subscriber, active_regions(session), problem=problem, saved=not problem)


@router.post("/p/{token}/fresh")
def mail_a_fresh_link(web: Web, token: str) -> Response:
    """To the person's own address, and at most a few a day, so that an old link serves nobody else."""
    key = key_in_old(web, Purpose.PREFERENCES, token)
    with web.service.db.writing() as session:
        subscriber = by_key(session, key, for_change=True)
        is_reader = subscriber.state is SubscriberState.CONFIRMED
        if is_reader and web.limiter.allows(MAIL_BY_SUBSCRIBER, "preferences", str(subscriber.id)):
            offer_preferences(session, subscriber, web.service.clock.now())
    web.bell.ring()
    return private(web.pages.render("link_sent.html", subscriber.language))


def codes_in_order(form: Form) -> list[str]:
    """The ticked regions by the numbers beside them; those with the same number, or none, as they stood."""
    return sorted(form.many("region"), key=lambda code: _place(form.one(f"place-{code}")))


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else _LAST


def _page(
    web: Parts,
    token: str,
    subscriber: Subscriber,
    active: Sequence[Region],
    *,
    problem: str = "",
    saved: bool = False,
) -> Response:
    mine = [subscription.region for subscription in subscriber.subscriptions]
    others = [region for region in active if region not in mine]
    context = {
        "subscriber": subscriber,
        "mine": mine,
        "others": by_name(others, subscriber.language),
        "languages": language_names(),
        "letter_language": spoken(subscriber.language),
        "zones": zones_to_choose(),
        "action": f"{web.pages.root}/p/{token}",
        "leave_url": web.service.links.unsubscribe(subscriber.key),
        "problem": web.pages.text(problem, subscriber.language) if problem else "",
        "saved": saved,
    }
    page = web.pages.render("preferences.html", subscriber.language, **context)
    return private(page, status=422 if problem else 200)
