"""A reader's preferences, by the signed link of their letters: regions and their order, language, times, pause."""

from collections.abc import Sequence

from babel.dates import get_day_names
from fastapi import APIRouter, Response

from newsletter.errors import InvalidInputError
from newsletter.regions.catalogue import locale_of
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.rendering.translations import languages, spoken
from newsletter.sending.confirming import offer_preferences
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.preferences import PAUSES, Times, set_preferences
from newsletter.subscribers.time_zones import zones_to_choose
from newsletter.web.forms import Form, Posted
from newsletter.web.limiting import MAIL_BY_SUBSCRIBER
from newsletter.web.links_reading import expired_page, has_expired, key_in, key_in_old
from newsletter.web.pages import by_name, language_names
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private
from newsletter.web.subscription_return import suspended_page

router = APIRouter()

_LAST = 10_000  # the place of a region without a number
_NO_SUCH_NUMBER = -1  # fails the checks of the stage


@router.get("/p/{token}")
def preferences(web: Web, token: str) -> Response:
    if has_expired(web, Purpose.PREFERENCES, token):
        return expired_page(web, Purpose.PREFERENCES, token)
    with web.service.db.reading() as session:
        subscriber = by_key(session, key_in(web, Purpose.PREFERENCES, token))
        if subscriber.state is SubscriberState.SUSPENDED:
            return suspended_page(web, token, subscriber.language)
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
                times=times_in(form),
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
        is_reader = subscriber.state in (SubscriberState.CONFIRMED, SubscriberState.SUSPENDED)
        if is_reader and web.limiter.allows(MAIL_BY_SUBSCRIBER, "preferences", str(subscriber.id)):
            offer_preferences(session, subscriber, web.service.clock.now())
    web.bell.ring()
    return private(web.pages.render("link_sent.html", subscriber.language))


def codes_in_order(form: Form) -> list[str]:
    """The ticked regions by the numbers beside them; those with the same number, or none, as they stood."""
    return sorted(form.many("region"), key=lambda code: _number(form.one(f"place-{code}"), otherwise=_LAST))


def times_in(form: Form) -> Times:
    """What is empty, or was not sent, is the schedule's hour, no quiet day, and a pause as it is."""
    return Times(
        time_zone=form.one("time_zone"),
        hour=_number(form.one("hour")) if form.one("hour") else None,
        quiet_days=frozenset(_number(day) for day in form.many("quiet")),
        pause_weeks=_number(form.one("pause")) if form.one("pause") else None,
    )


def _number(text: str, *, otherwise: int = _NO_SUCH_NUMBER) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise


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
    now = web.service.clock.now()
    paused_until = subscriber.paused_until
    context = {
        "subscriber": subscriber,
        "mine": mine,
        "others": by_name(others, subscriber.language),
        "languages": language_names(),
        "letter_language": spoken(subscriber.language),
        "zones": zones_to_choose(locale_of(spoken(subscriber.language))),
        "weekdays": get_day_names("wide", locale=locale_of(spoken(subscriber.language))),
        "pauses": PAUSES,
        "paused_until": paused_until if paused_until and paused_until > now else None,
        "action": f"{web.pages.root}/p/{token}",
        "leave_url": web.service.links.unsubscribe(subscriber.key),
        "problem": web.pages.text(problem, subscriber.language) if problem else "",
        "saved": saved,
    }
    page = web.pages.render("preferences.html", subscriber.language, **context)
    return private(page, status=422 if problem else 200)
