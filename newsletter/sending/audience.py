"""Who is due a letter of a round: the rows alone say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Exists,
    SQLColumnExpression,
    String,
    Subquery,
    and_,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from newsletter.db import is_sqlite
from newsletter.issues.models import Issue
from newsletter.regions.timing import Slot
from newsletter.sending.models import EditionIssue, Letter, Wave
from newsletter.sending.waves import Opening
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription


@dataclass(frozen=True)
class Page:
    """Readers of a wave in the order of their ids: how many, and the last of them (None where there is nobody)."""

    readers: int
    last_id: int | None


def page_of(session: Session, round_id: int, opening: Opening, after: int, limit: int) -> Page:
    """The next `limit` readers of a wave with ids above `after`, whether they lack anything or not."""
    ids = select(Subscriber.id).where(Subscriber.id > after, *in_wave(session, round_id, opening))
    page = ids.order_by(Subscriber.id).limit(limit).subquery()
    return Page(*session.execute(select(func.count(), func.max(page.c.id))).one())


def due_on_page(
    session: Session,
    round_id: int,
    opening: Opening,
    issue_ids: Sequence[int],
    place: ColumnElement[int],
    after: int,
    last_id: int,
) -> Subquery:
    """`subscriber_id`, `key` (of the edition) and `domain` (`place`, an expression on the subscriber) of those with
    ids above `after` and up to `last_id` who lack issues.

    They are due the issues that they lack, in the order of their regions. Who joined, or added a region, after the
    wave had opened waits for next week. All of it is one query, so that letters are made of it without a row of it
    passing through here.
    """
    # SQLite would take them before the reader's own id, and read the letters of the whole page for each reader.
    of_page = () if is_sqlite(session) else _between(Letter.subscriber_id, after, last_id)
    lacked = (
        select(Subscriber.id.label("subscriber_id"), Subscriber.language, Issue.id.label("issue_id"))
        .add_columns(Subscription.position, Subscription.id.label("subscription_id"), place.label("domain"))
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .join(Issue, Issue.region_id == Subscription.region_id)
        .where(
            # Said of every table, because Postgres does not see that it follows, and would read all of each.
            *_between(Subscriber.id, after, last_id),
            *_between(Subscription.subscriber_id, after, last_id),
            *in_wave(session, round_id, opening),
            Subscription.confirmed_at <= opening.opens_at,
            Issue.id.in_(issue_ids),
            ~_carries(round_id).where(*of_page, EditionIssue.issue_id.in_(issue_ids)),
        )
        .order_by(Subscriber.id, Subscription.position, Subscription.id)
        .subquery()
    )
    ids: ColumnElement[str] = func.aggregate_strings(cast(lacked.c.issue_id, String), ",")
    if not is_sqlite(session):  # which keeps the order of a subquery, and before 3.44 knows no other way
        ids = func.string_agg(
            cast(lacked.c.issue_id, String),
            aggregate_order_by(literal_column("','"), lacked.c.position, lacked.c.subscription_id),
        )
    return (
        select(lacked.c.subscriber_id, (lacked.c.language + ":" + ids).label("key"))
        .add_columns(func.min(lacked.c.domain).label("domain"))  # that of one reader is always the same
        .group_by(lacked.c.subscriber_id, lacked.c.language)
        .subquery()
    )


def last_parts(round_id: int, after: int, last_id: int) -> Subquery:
    """`subscriber_id` and `part`: the last letter in the round of those between these ids who have one."""
    return (
        select(Letter.subscriber_id, func.max(Letter.part).label("part"))
        .where(Letter.round_id == round_id, *_between(Letter.subscriber_id, after, last_id))
        .group_by(Letter.subscriber_id)
        .subquery()
    )


def readers_by_issue(session: Session, round_id: int, opening: Opening, issue_ids: Sequence[int]) -> dict[int, int]:
    """How many readers of a wave subscribe to the region of each of these issues; none of them: not in it."""
    query = (
        select(Issue.id, func.count())
        .join(Subscription, Subscription.region_id == Issue.region_id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(
            Issue.id.in_(issue_ids),
            Subscription.confirmed_at <= opening.opens_at,
            *in_wave(session, round_id, opening),
        )
        .group_by(Issue.id)
    )
    return dict(session.execute(query).all())


def in_wave(session: Session, round_id: int, opening: Opening) -> list[ColumnElement[bool]]:
    """The conditions on a subscriber to be of the wave's audience."""
    return [
        Subscriber.state == SubscriberState.CONFIRMED,
        Subscriber.suppressed_at.is_(None),
        Subscriber.confirmed_at <= opening.opens_at,
        or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= opening.opens_at),
        _zone_of(session, round_id, opening),
    ]


def _zone_of(session: Session, round_id: int, opening: Opening) -> ColumnElement[bool]:
    if not opening.is_last:
        return _in_slots(opening.time_zones)
    others = session.scalars(select(Wave.time_zones).where(Wave.round_id == round_id, Wave.id != opening.wave_id))
    return not_(_in_slots([zone for zones in others for zone in zones]))


def _in_slots(texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a subscriber's time zone, hour and quiet days are one of these slots. Never NULL."""
    zones: dict[tuple[int | None, str], list[str]] = {}
    for slot in map(Slot.parse, texts):
        zones.setdefault((slot.hour, slot.quiet_days), []).append(slot.time_zone)
    return or_(
        false(),
        *(
            and_(
                func.coalesce(Subscriber.hour, -1) == (-1 if hour is None else hour),
                Subscriber.quiet_days == quiet_days,
                Subscriber.time_zone.in_(names),
            )
            for (hour, quiet_days), names in zones.items()
        ),
    )


def _carries(round_id: int) -> Exists:
    """Whether one of the subscriber's letters in the round carries the issue of the query around it."""
    carries = exists().where(
        Letter.round_id == round_id,
        Letter.subscriber_id == Subscriber.id,
        EditionIssue.edition_id == Letter.edition_id,
        EditionIssue.issue_id == Issue.id,
    )
    return carries.correlate(Subscriber, Issue)  # by itself it would look no further than one query up


def _between(column: SQLColumnExpression[int], after: int, last_id: int) -> tuple[ColumnElement[bool], ...]:
    return column > after, column <= last_id
