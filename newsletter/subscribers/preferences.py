"""What a confirmed reader sets by the link in their letters, which proves that the mailbox is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.regions.models import Region
from newsletter.regions.timing import MOST_QUIET_DAYS
from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.joining import add_regions, chosen_regions
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.time_zones import known_time_zone

# Shown on a page, in the reader's language.
NO_READER = "Only someone who reads the letter can change what is in it. Please subscribe first."
NO_LANGUAGE = "There is no letter in this language yet."
NO_REGION = "Choose at least one region, or leave altogether."
TOO_QUIET = "At most three days can be without a letter."

PAUSES = (1, 2, 4, 8, 12)  # weeks


@dataclass(frozen=True)
class Times:
    """When a reader wants their letters. `quiet_days`: weekdays, Monday is 0."""

    time_zone: str
    hour: int | None = None  # None: the schedule's
    quiet_days: frozenset[int] = frozenset()
    pause_weeks: int | None = None  # from now; 0 ends a pause, None leaves it as it is


def set_preferences(
    session: Session,
    subscriber: Subscriber,
    *,
    region_codes: Sequence[str],
    language: str,
    times: Times,
    languages: Sequence[str],
    now: datetime,
) -> bool:
    """Make `region_codes` the reader's regions, in that order, all confirmed, and set language and times.

    False where that changes nothing. `languages` are those that letters are written in. Raises InvalidInputError
    for a region, language or time that there is not, NotAllowedError for one who is no reader now.
    """
    if subscriber.state is not SubscriberState.CONFIRMED:
        raise NotAllowedError(NO_READER)
    if language not in languages:
        raise InvalidInputError(NO_LANGUAGE)
    before = _current(subscriber)
    _order(session, subscriber, _chosen(session, subscriber, region_codes), now)
    subscriber.language = language
    _set_times(subscriber, times, now)
    if _current(subscriber) == before:
        return False
    keep_consent(session, subscriber, Act.CHANGED, Way.PREFERENCES, now)
    return True


def _set_times(subscriber: Subscriber, times: Times, now: datetime) -> None:
    if len(times.quiet_days) > MOST_QUIET_DAYS:
        raise InvalidInputError(TOO_QUIET)
    if times.hour not in (None, *range(24)) or not times.quiet_days <= set(range(7)):
        raise InvalidInputError("There is no such hour or day.")
    if times.pause_weeks not in (None, 0, *PAUSES):
        raise InvalidInputError("A pause of this length cannot be chosen.")
    subscriber.time_zone, subscriber.hour = known_time_zone(times.time_zone), times.hour
    subscriber.quiet_days = "".join(str(day) for day in sorted(times.quiet_days))
    if times.pause_weeks is not None:
        subscriber.paused_until = now + timedelta(weeks=times.pause_weeks) if times.pause_weeks else None


def _chosen(session: Session, subscriber: Subscriber, codes: Sequence[str]) -> list[Region]:
    """As `chosen_regions`, but a region that was switched off may stay with those who have it."""
    has = {subscription.region.code: subscription.region for subscription in subscriber.subscriptions}
    new = [code for code in codes if code not in has]
    found = has | {region.code: region for region in (chosen_regions(session, new) if new else [])}
    if not codes:
        raise InvalidInputError(NO_REGION)
    return [found[code] for code in dict.fromkeys(codes)]


def _order(session: Session, subscriber: Subscriber, regions: Sequence[Region], now: datetime) -> None:
    wanted = {region.id: position for position, region in enumerate(regions, start=1)}
    for subscription in list(subscriber.subscriptions):
        if subscription.region_id not in wanted:
            subscriber.subscriptions.remove(subscription)
    add_regions(subscriber, regions, confirmed_at=now)
    for subscription in subscriber.subscriptions:
        subscription.position = wanted[subscription.region_id]
        subscription.confirmed_at = subscription.confirmed_at or now
    session.flush()
    subscriber.subscriptions.sort(key=lambda subscription: subscription.position)


def _current(subscriber: Subscriber) -> tuple[object, ...]:
    regions = tuple((s.region_id, s.position, s.confirmed_at is None) for s in subscriber.subscriptions)
    times = (subscriber.time_zone, subscriber.hour, subscriber.quiet_days, subscriber.paused_until)
    return subscriber.language, *times, regions
