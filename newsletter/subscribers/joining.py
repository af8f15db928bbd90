"""Joining: a person asks, we mail, the person confirms. Nobody becomes a reader on someone else's word."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.regions.models import Region
from newsletter.subscribers.addresses import Address, normalise
from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suspending import return_from_suspension
from newsletter.subscribers.time_zones import known_time_zone


class Outcome(StrEnum):
    """What a wish to join came to. The page says the same for each, so that it tells nobody who is on the list."""

    NEW = "new"  # unknown until now, or had left: ask for confirmation
    ASKED_AGAIN = "asked again"  # has not confirmed yet: ask again
    ADDED = "added"  # reads already, and these regions wait for a word by mail
    KNOWN = "known"  # reads all of it already: nothing to confirm


@dataclass(frozen=True)
class Joined:
    subscriber: Subscriber
    outcome: Outcome


def join(
    session: Session,
    address: str,
    region_codes: Sequence[str],
    *,
    language: str,
    time_zone: str,
    way: Way,
    now: datetime,
    wording: str | None = None,
    network_digest: str | None = None,
) -> Joined:
    """Note that someone asked for regions. It changes nothing that a confirmed reader gets until they confirm.

    Raises InvalidInputError for what is no address, for no region, or for one that is not switched on.
    """
    wanted = chosen_regions(session, region_codes)
    subscriber, is_new = find_or_add(session, normalise(address), language, known_time_zone(time_zone), now)
    outcome = _outcome(subscriber, is_new, wanted)
    if outcome is Outcome.KNOWN:
        return Joined(subscriber, outcome)
    if subscriber.state is SubscriberState.LEFT:
        start_again(subscriber)
        session.flush()  # the old rows go before new ones for the same regions come
    if subscriber.state is SubscriberState.PENDING:
        subscriber.asked_at, subscriber.reminded_at = now, None
        subscriber.language, subscriber.time_zone = language, time_zone
    add_regions(subscriber, wanted, confirmed_at=None)
    keep_consent(session, subscriber, Act.ASKED, way, now, wording=wording, network_digest=network_digest)
    return Joined(subscriber, outcome)


def confirm(
    session: Session,
    subscriber: Subscriber,
    now: datetime,
    *,
    way: Way = Way.PAGE,
    wording: str | None = None,
    network_digest: str | None = None,
) -> list[Region]:
    """The person's word, on the page that the mail led to or in answer to it: all that waits becomes theirs.

    Returns what waited.

    Raises NotAllowedError for one who has left since: an old mail must not bring them back.
    """
    if subscriber.state is SubscriberState.LEFT:
        raise NotAllowedError("You have left since this mail was sent. To come back, please subscribe again.")
    waiting = [subscription for subscription in subscriber.subscriptions if subscription.confirmed_at is None]
    if subscriber.state is SubscriberState.CONFIRMED and not waiting:
        return []
    for subscription in waiting:
        subscription.confirmed_at = now
    if subscriber.state is SubscriberState.PENDING:
        subscriber.state, subscriber.confirmed_at, subscriber.left_at = SubscriberState.CONFIRMED, now, None
    if subscriber.state is SubscriberState.SUSPENDED:  # the mail arrived
        return_from_suspension(session, subscriber, way, now)
    keep_consent(session, subscriber, Act.CONFIRMED, way, now, wording=wording, network_digest=network_digest)
    return [subscription.region for subscription in waiting]


def chosen_regions(session: Session, codes: Sequence[str]) -> list[Region]:
    """The regions with these codes, in this order, each once. Raises InvalidInputError."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        raise InvalidInputError("Choose at least one region.")
    found = {
        region.code: region for region in session.scalars(select(Region).where(Region.code.in_(wanted), Region.active))
    }
    missing = [code for code in wanted if code not in found]
    if missing:
        raise InvalidInputError(f"There is no letter for {missing[0][:40]!r}; choose from the regions on the page.")
    return [found[code] for code in wanted]


def find_or_add(
    session: Session, address: Address, language: str, time_zone: str, now: datetime
) -> tuple[Subscriber, bool]:
    """The subscriber with this address, locked, and whether they are new. Two requests at once make one person."""
    query = select(Subscriber).where(Subscriber.normalised == address.normalised).with_for_update()
    subscriber = session.scalar(query)
    if subscriber is not None:
        return subscriber, False
    subscriber = Subscriber(
        key=secrets.token_urlsafe(12),
        address=address.address,
        normalised=address.normalised,
        language=language,
        time_zone=time_zone,
        state=SubscriberState.PENDING,
        asked_at=now,
        subscriptions=[],
    )
    try:
        with session.begin_nested():
            session.add(subscriber)
    except IntegrityError:  # another request was faster
        return session.scalars(query).one(), False
    return subscriber, True


def add_regions(subscriber: Subscriber, regions: Sequence[Region], *, confirmed_at: datetime | None) -> None:
    """Put those that the subscriber lacks after those they have."""
    has = {subscription.region_id for subscription in subscriber.subscriptions}
    position = max((subscription.position for subscription in subscriber.subscriptions), default=0)
    for region in regions:
        if region.id not in has:
            position += 1
            subscriber.subscriptions.append(
                Subscription(region_id=region.id, region=region, position=position, confirmed_at=confirmed_at)
            )


def start_again(subscriber: Subscriber) -> None:
    """One who had left asks anew, or somebody does in their name: nothing of before comes back by itself.

    `left_at` stays until they confirm. Whoever does not has still left: no import may bring them back.
    """
    subscriber.subscriptions.clear()
    subscriber.state = SubscriberState.PENDING
    subscriber.confirmed_at = subscriber.reminded_at = None


def _outcome(subscriber: Subscriber, is_new: bool, wanted: Sequence[Region]) -> Outcome:
    if is_new or subscriber.state is SubscriberState.LEFT:
        return Outcome.NEW
    if subscriber.state is SubscriberState.PENDING:
        return Outcome.ASKED_AGAIN
    confirmed = {s.region_id for s in subscriber.subscriptions if s.confirmed_at is not None}
    return Outcome.KNOWN if all(region.id in confirmed for region in wanted) else Outcome.ADDED
