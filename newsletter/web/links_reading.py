"""The signed links that lead to pages for one person."""

from fastapi import Response

from newsletter.subscribers.finding import by_key
from newsletter.subscribers.links import DATA_DAYS, ExpiredLinkError, Purpose
from newsletter.web.parts import Parts
from newsletter.web.responses import private

_FOR_EVER = 36_500  # days
_FOLDERS = {Purpose.CONFIRM: "confirm", Purpose.PREFERENCES: "p"}


def days_good(web: Parts, purpose: Purpose) -> int:
    settings = web.service.settings
    days = {Purpose.PREFERENCES: settings.preferences_days, Purpose.DATA: DATA_DAYS}
    return days.get(purpose, settings.confirm_days)


def key_in(web: Parts, purpose: Purpose, token: str) -> str:
    """The subscriber's key. Raises ExpiredLinkError or BadLinkError."""
    return web.service.links.read(purpose, token, good_for_days=days_good(web, purpose))


def key_in_old(web: Parts, purpose: Purpose, token: str) -> str:
    """The key in a link that we made, however long ago: enough to mail a fresh one to its person, and no more."""
    return web.service.links.read(purpose, token, good_for_days=_FOR_EVER)


def has_expired(web: Parts, purpose: Purpose, token: str) -> bool:
    """Raises BadLinkError for a link that we never made."""
    try:
        key_in(web, purpose, token)
    except ExpiredLinkError:
        return True
    return False


def expired_page(web: Parts, purpose: Purpose, token: str) -> Response:
    """The offer to mail a fresh link."""
    with web.service.db.reading() as session:
        language = by_key(session, key_in_old(web, purpose, token)).language
    path = f"{web.pages.root}/{_FOLDERS[purpose]}/{token}/fresh"
    return private(web.pages.render("link_expired.html", language, action=path), status=410)
