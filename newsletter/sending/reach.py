"""Whom an issue would reach, and when: its readers as they are now, by the moments at which their waves open."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue
from newsletter.regions.timing import opens_at
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription


@dataclass(frozen=True)
class Reach:
    """Readers of an issue by the instants (UTC) at which their waves open, the first wave first."""

    waves: tuple[tuple[datetime, int], ...]

    @property
    def readers(self) -> int:
        return sum(readers for _, readers in self.waves)


def reach_of(session: Session, issue: Issue) -> Reach:
    """One query over the region's subscriptions; nothing is frozen by it."""
    schedule = issue.region.schedule
    query = (
        select(Subscriber.time_zone, func.count())
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(
            Subscription.region_id == issue.region_id,
            Subscription.confirmed_at.is_not(None),
            Subscriber.state == SubscriberState.CONFIRMED,
            Subscriber.suppressed_at.is_(None),
        )
        .group_by(Subscriber.time_zone)
    )
    waves: Counter[datetime] = Counter()
    for time_zone, readers in session.execute(query):
        waves[opens_at(issue.week, schedule.weekday, schedule.hour, time_zone)] += readers
    return Reach(tuple(sorted(waves.items())))
