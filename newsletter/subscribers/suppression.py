"""Addresses that must not be mailed, whatever else is said about them. Only keyed digests are kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.subscribers.digests import address_digests
from newsletter.subscribers.models import Subscriber, Suppression

_PER_QUERY = 5000  # digests in one statement: far below what SQLite (32,766) and Postgres (65,535) bind


def suppress(session: Session, address: str, reason: str, keys: Sequence[str], now: datetime) -> bool:
    """Never mail `address` again. False where that was so before: the first reason and date stay.

    `keys` are the service's secret keys, newest first. A subscriber's row says it too, for those who ask about many.
    """
    session.execute(
        update(Subscriber)
        .where(Subscriber.normalised == address.lower(), Subscriber.suppressed_at.is_(None))
        .values(suppressed_at=now)
    )
    digests = address_digests(address.lower(), keys)
    if session.scalar(select(Suppression.id).where(Suppression.address_digest.in_(digests)).limit(1)):
        return False
    session.add(Suppression(address_digest=digests[0], reason=reason[:40], since=now))
    session.flush()
    return True


def suppressed(session: Session, addresses: Iterable[str], keys: Sequence[str]) -> set[str]:
    """Those of `addresses`, as they were given, that must not be mailed. Digests made with older keys count."""
    found: set[str] = set()
    remaining = iter(addresses)
    while part := list(islice(remaining, max(1, _PER_QUERY // len(keys)))):
        of: dict[str, list[str]] = {}
        for address in part:
            for digest in address_digests(address.lower(), keys):
                of.setdefault(digest, []).append(address)
        hits = session.scalars(select(Suppression.address_digest).where(among(session, Suppression.address_digest, of)))
        found.update(address for digest in hits for address in of[digest])
    return found
