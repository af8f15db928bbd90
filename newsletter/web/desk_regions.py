"""What the desk shows of regions: their readers, and when they are next due."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.regions.models import Region
from newsletter.regions.timing import first_and_last_wave, opens_at, upcoming_week
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription

COUNTED_FOR = timedelta(minutes=10)  # counting a million subscriptions takes longer than a page may
_KEY = "desk:readers"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RegionRow:
    """A region with what comes next. Instants are UTC."""

    region: Region
    readers: int
    week: str
    draft_due: datetime
    first_wave: datetime  # anywhere in the world
    own_wave: datetime  # in its own time zone


def region_row(region: Region, readers: int, now: datetime) -> RegionRow:
    schedule = region.schedule
    week = upcoming_week(now, schedule.weekday, schedule.hour)
    first, _ = first_and_last_wave(week, schedule.weekday, schedule.hour)
    due = first - timedelta(hours=schedule.lead_hours)
    own = opens_at(week, schedule.weekday, schedule.hour, region.time_zone)
    return RegionRow(region, readers, week, due, first, own)


def all_regions(session: Session) -> Sequence[Region]:
    """Also those that were switched off, which come last."""
    return session.scalars(select(Region).order_by(Region.active.desc(), Region.code)).all()


def readers_of(session: Session, client: redis.Redis) -> Mapping[int, int]:
    """Region id to its confirmed readers, kept in Redis for some minutes."""
    try:
        if kept := client.get(_KEY):
            return {int(region): count for region, count in json.loads(kept).items()}
    except redis.RedisError:
        log.warning("readers are counted anew: Redis does not answer")
        return _count(session)
    found = _count(session)
    client.set(_KEY, json.dumps(found), ex=COUNTED_FOR)
    return found


def _count(session: Session) -> dict[int, int]:
    query = (
        select(Subscription.region_id, func.count())
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(Subscription.confirmed_at.is_not(None), Subscriber.state == SubscriberState.CONFIRMED)
        .group_by(Subscription.region_id)
    )
    return dict(session.execute(query).all())
