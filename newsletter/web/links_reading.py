"""The signed links that lead to pages for one person."""

from newsletter.subscribers.links import ExpiredLinkError, Purpose
from newsletter.web.parts import Parts

_FOR_EVER = 36_500  # days


def days_good(web: Parts, purpose: Purpose) -> int:
    settings = web.service.settings
    return settings.confirm_days if purpose is Purpose.CONFIRM else settings.preferences_days


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
