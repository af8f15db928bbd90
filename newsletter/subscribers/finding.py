"""Look subscribers up: one by key or address, many by region and state."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from newsletter.errors import NotFoundError
from newsletter.regions.models import Region
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.models import Consent, Subscriber, SubscriberState, Subscription

_IN_ORDER = selectinload(Subscriber.subscriptions).joinedload(Subscription.region)
_PER_READ = 1000


def by_key(session: Session, key: str, *, for_change: bool = False) -> Subscriber:
    """The subscriber whom a link names. Raises NotFoundError where they have been erased.

    `for_change` locks the row, so that of two requests for one person the second sees what the first did.
    """
    query = select(Subscriber).where(Subscriber.key == key).options(_IN_ORDER)
    subscriber = session.scalar(query.with_for_update() if for_change else query)
    if subscriber is None:
        raise NotFoundError("Nobody with this link is known here any more.")
    return subscriber


def by_address(session: Session, address: str) -> Subscriber:
    """Raises InvalidInputError for what is no address, NotFoundError for an unknown one."""
    normalised = normalise(address).normalised
    query = select(Subscriber).where(Subscriber.normalised == normalised).options(_IN_ORDER)
    subscriber = session.scalar(query)
    if subscriber is None:
        raise NotFoundError("Nobody with this address is known here.")
    return subscriber


def listed(
    session: Session, *, region_code: str | None = None, state: SubscriberState | None = None
) -> Iterator[Subscriber]:
    """Subscribers by id, read piece by piece so that a million of them need little memory."""
    query = select(Subscriber).where(*_conditions(region_code, state)).options(_IN_ORDER).order_by(Subscriber.id)
    last = 0
    while page := session.scalars(query.where(Subscriber.id > last).limit(_PER_READ)).all():
        yield from page
        last = page[-1].id
        session.expunge_all()


def counted(session: Session, *, region_code: str | None = None) -> dict[SubscriberState, int]:
    """How many there are in each state, zeros included."""
    conditions = _conditions(region_code, None)
    rows = session.execute(select(Subscriber.state, func.count()).where(*conditions).group_by(Subscriber.state))
    return dict.fromkeys(SubscriberState, 0) | dict(rows.all())


def consents(session: Session, subscriber: Subscriber) -> Sequence[Consent]:
    """What the person agreed to and took back, oldest first."""
    return session.scalars(
        select(Consent).where(Consent.subscriber_id == subscriber.id).order_by(Consent.at, Consent.id)
    ).all()


def _conditions(region_code: str | None, state: SubscriberState | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if state is not None:
        conditions.append(Subscriber.state == state)
    if region_code is not None:
        theirs = select(Subscription.subscriber_id).join(Region).where(Region.code == region_code)
        conditions.append(Subscriber.id.in_(theirs))
    return conditions
