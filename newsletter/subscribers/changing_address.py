"""A reader moves to another address: asked for by their link, confirmed from the new address, nothing before that."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.models import AddressChange, Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppressed

# Shown on a page, in the reader's language.
TAKEN = "The letter already comes to this address."
USED = "This link has been used already, or something else was asked for after it."


def ask_for_change(
    session: Session, subscriber: Subscriber, address: str, keys: Sequence[str], now: datetime
) -> AddressChange | None:
    """Note where the reader wants their letter. A later wish takes the place of an earlier one.

    None where nothing may be sent there, because the address is suppressed or is theirs already. Raises
    InvalidInputError for what is no address.
    """
    found = normalise(address)
    if found.normalised == subscriber.normalised or suppressed(session, [found.normalised], keys):
        return None
    session.execute(delete(AddressChange).where(AddressChange.subscriber_id == subscriber.id))
    change = AddressChange(
        subscriber_id=subscriber.id,
        key=secrets.token_urlsafe(16),
        address=found.address,
        normalised=found.normalised,
        asked_at=now,
    )
    session.add(change)
    session.flush()
    return change


def change_by_key(session: Session, key: str) -> AddressChange:
    """Raises NotFoundError for a wish that was fulfilled or replaced."""
    change = session.scalar(select(AddressChange).where(AddressChange.key == key))
    if change is None:
        raise NotFoundError(USED)
    return change


def confirm_change(
    session: Session, change: AddressChange, keys: Sequence[str], now: datetime
) -> tuple[Subscriber, str]:
    """The word from the new address: the reader with it, and the address that they had.

    Whoever asked to join with the new address and has not confirmed, or has left, is the same person, as their word
    proves; that row goes. Raises NotAllowedError where the address is another reader's, or must not be mailed.
    """
    subscriber = session.scalars(
        select(Subscriber).where(Subscriber.id == change.subscriber_id).with_for_update()
    ).one()
    if suppressed(session, [change.normalised], keys):
        raise NotAllowedError(USED)
    other = session.scalar(select(Subscriber).where(Subscriber.normalised == change.normalised).with_for_update())
    if other is not None and other.state in (SubscriberState.PENDING, SubscriberState.LEFT):
        session.delete(other)
        session.flush()
    elif other is not None:
        raise NotAllowedError(TAKEN)
    old = subscriber.address
    subscriber.address, subscriber.normalised = change.address, change.normalised
    subscriber.suppressed_at = None
    session.delete(change)
    keep_consent(session, subscriber, Act.CHANGED, Way.PREFERENCES, now)
    return subscriber, old


def drop_old_wishes(session: Session, before: datetime) -> None:
    """Addresses from which no word came are not kept."""
    session.execute(delete(AddressChange).where(AddressChange.asked_at < before))
