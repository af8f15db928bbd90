"""Two thousand sample readers: a third of them read two to four regions, and a few must get nothing."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from newsletter.regions.models import Region
from newsletter.subscribers.consenting import Act, Way
from newsletter.subscribers.models import Consent, Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suppression import suppress

READERS = 2000
JOINED = timedelta(days=30)  # before the two weeks begin
ASKED = timedelta(days=10)  # those who never confirm
REMINDED = timedelta(days=3)  # after they asked
ONE_IN_PENDING = 50  # asked and never confirmed
ONE_IN_LEFT = 80
ONE_IN_SUPPRESSED = 100  # confirmed, and must not be mailed all the same


@dataclass(frozen=True)
class Kind:
    """Readers who read the same regions in the same order; one in `weight` parts of all."""

    weight: int
    regions: tuple[str, ...]
    language: str
    time_zones: tuple[str, ...]


_MEXICANS = ("America/Mexico_City", "America/Mexico_City", "America/Mexico_City", "America/Tijuana", "America/Chicago")
_BRITONS = ("Europe/London", "Europe/London", "Europe/London", "Europe/Madrid", "Australia/Sydney")
_EGYPTIANS = ("Africa/Cairo", "Africa/Cairo", "Africa/Cairo", "Asia/Dubai", "Europe/London")
_AMERICANS = ("America/Bogota", "America/New_York", "America/Argentina/Buenos_Aires", "Europe/Madrid")

KINDS = (
    Kind(48, ("MX",), "es", _MEXICANS),
    Kind(34, ("GB",), "en", _BRITONS),
    Kind(26, ("EG",), "ar", _EGYPTIANS),
    Kind(20, ("latin-america",), "en", _AMERICANS),
    Kind(6, ("south-america",), "en", _AMERICANS),
    Kind(18, ("MX", "latin-america"), "es", _MEXICANS),
    Kind(12, ("GB", "EG"), "en", _BRITONS),
    Kind(9, ("EG", "GB"), "ar", _EGYPTIANS),
    Kind(9, ("latin-america", "south-america"), "en", _AMERICANS),
    Kind(8, ("latin-america", "MX", "GB"), "en", _AMERICANS),
    Kind(6, ("GB", "latin-america", "EG"), "en", _BRITONS),
    Kind(4, ("MX", "GB", "EG", "latin-america"), "es", _MEXICANS),
)


@dataclass(frozen=True)
class SampleReader:
    address: str
    regions: tuple[str, ...]
    language: str
    time_zone: str
    state: SubscriberState
    suppressed: bool


def sample_readers(count: int = READERS) -> list[SampleReader]:
    """The same readers each time. Pure."""
    dice = random.Random(2026)  # noqa: S311 - a sample, no secret
    kinds = dice.choices(KINDS, weights=[kind.weight for kind in KINDS], k=count)
    return [
        SampleReader(
            address=f"reader{number:04}@sample.example",
            regions=kind.regions,
            language=kind.language,
            time_zone=dice.choice(kind.time_zones),
            state=_state(number),
            suppressed=number % ONE_IN_SUPPRESSED == 0,
        )
        for number, kind in enumerate(kinds, start=1)
    ]


def _state(number: int) -> SubscriberState:
    if number % ONE_IN_PENDING == 1:
        return SubscriberState.PENDING
    return SubscriberState.LEFT if number % ONE_IN_LEFT == 2 else SubscriberState.CONFIRMED


def insert_readers(session: Session, readers: Sequence[SampleReader], keys: Sequence[str], now: datetime) -> None:
    """Add the readers with their subscriptions and consents, as an import from another service would.

    `keys` are the service's secret keys, newest first.
    """
    joined_at = now - JOINED
    session.execute(insert(Subscriber), [_subscriber(reader, joined_at) for reader in readers])
    addresses = select(Subscriber.normalised, Subscriber.id).where(Subscriber.normalised.endswith("@sample.example"))
    ids = dict(session.execute(addresses).all())
    regions = dict(session.execute(select(Region.code, Region.id)).all())
    session.execute(
        insert(Subscription),
        [
            {
                "subscriber_id": ids[reader.address],
                "region_id": regions[code],
                "position": position,
                "confirmed_at": None if reader.state is SubscriberState.PENDING else joined_at,
            }
            for reader in readers
            if reader.state is not SubscriberState.LEFT
            for position, code in enumerate(reader.regions, start=1)
        ],
    )
    session.execute(insert(Consent), [_consent(reader, ids[reader.address], joined_at) for reader in readers])
    for reader in readers:
        if reader.suppressed:
            suppress(session, reader.address, "sample", keys, now)


def _subscriber(reader: SampleReader, joined_at: datetime) -> dict[str, object]:
    confirmed = reader.state is not SubscriberState.PENDING
    at = joined_at if confirmed else joined_at + JOINED - ASKED  # lately, so that they stay for the two weeks
    return {
        "key": secrets.token_urlsafe(12),
        "address": reader.address,
        "normalised": reader.address,
        "language": reader.language,
        "time_zone": reader.time_zone,
        "state": reader.state,
        "asked_at": at,
        "reminded_at": None if confirmed else at + REMINDED,
        "confirmed_at": at if confirmed else None,
        "left_at": at if reader.state is SubscriberState.LEFT else None,
    }


def _consent(reader: SampleReader, subscriber_id: int, at: datetime) -> dict[str, object]:
    act = {
        SubscriberState.PENDING: Act.ASKED,
        SubscriberState.CONFIRMED: Act.CONFIRMED,
        SubscriberState.LEFT: Act.LEFT,
    }[reader.state]
    regions = [] if reader.state is SubscriberState.LEFT else list(reader.regions)
    return {"subscriber_id": subscriber_id, "at": at, "act": act, "way": Way.IMPORT, "regions": regions}
