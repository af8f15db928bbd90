"""Add readers whose consent is on record elsewhere: by hand, for a rehearsal, from another service."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.errors import NotAllowedError
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.joining import add_regions, chosen_regions, find_or_add
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppressed
from newsletter.subscribers.time_zones import known_time_zone


def add_confirmed(
    session: Session,
    address: str,
    region_codes: Sequence[str],
    *,
    language: str | None = None,
    time_zone: str | None = None,
    way: Way,
    wording: str | None = None,
    keys: Sequence[str],
    now: datetime,
) -> Subscriber:
    """A confirmed subscriber of these regions, new or with them added; language and zone default to the first region's.

    Raises NotAllowedError for an address that is suppressed or whose owner has left: nobody else may bring them
    back. Raises InvalidInputError as `join` does. `keys` are the service's secret keys, newest first.
    """
    wanted = chosen_regions(session, region_codes)
    found = normalise(address)
    if suppressed(session, [found.normalised], keys):
        raise NotAllowedError("This address is suppressed; it must not be mailed.")
    zone = known_time_zone(time_zone or wanted[0].time_zone)
    subscriber, is_new = find_or_add(session, found, language or wanted[0].language, zone, now)
    if subscriber.state is SubscriberState.LEFT or subscriber.left_at is not None:
        raise NotAllowedError("This person has left; only they themselves can come back, on the subscribe page.")
    _set_what_was_given(subscriber, language, time_zone)
    if subscriber.state is SubscriberState.PENDING:
        subscriber.state, subscriber.confirmed_at = SubscriberState.CONFIRMED, now
    add_regions(subscriber, wanted, confirmed_at=now)
    for subscription in subscriber.subscriptions:
        if subscription.region in wanted:
            subscription.confirmed_at = subscription.confirmed_at or now
    keep_consent(session, subscriber, Act.CONFIRMED if is_new else Act.CHANGED, way, now, wording=wording)
    return subscriber


def _set_what_was_given(subscriber: Subscriber, language: str | None, time_zone: str | None) -> None:
    subscriber.language = language or subscriber.language
    subscriber.time_zone = time_zone or subscriber.time_zone
