"""Who is due a letter of a round: the rows alone say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Exists, SQLColumnExpression, exists, func, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue
from newsletter.sending.editions import Wanted
from newsletter.sending.models import EditionIssue, Letter, Wave
from newsletter.sending.waves import Opening
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription


@dataclass(frozen=True)
class Reader:
    subscriber_id: int
    address: str
    language: str


@dataclass(frozen=True)
class Due:
    """The letter that a reader is due."""

    subscriber_id: int
    part: int
    edition: Wanted


def readers_due(
    session: Session, round_id: int, opening: Opening, issue_ids: Sequence[int], after: int, limit: int
) -> list[Reader]:
    """Readers of a wave, with ids above `after` and in their order, who lack one of these issues or more.

    Who joined, or added a region, after the wave had opened waits for next week.
    """
    lacking = exists().where(
        Subscription.subscriber_id == Subscriber.id,
        Subscription.confirmed_at <= opening.opens_at,
        Issue.region_id == Subscription.region_id,
        Issue.id.in_(issue_ids),
        ~_carried(round_id, Subscriber.id),
    )
    query = (
        select(Subscriber.id, Subscriber.address, Subscriber.language)
        .where(Subscriber.id > after, *in_wave(session, round_id, opening), lacking)
        .order_by(Subscriber.id)
        .limit(limit)
    )
    return [Reader(*row) for row in session.execute(query)]


def letters_due(
    session: Session, round_id: int, opening: Opening, readers: Sequence[Reader], issue_ids: Sequence[int]
) -> list[Due]:
    """What each of `readers` is due: the issues that they lack, in the order of their regions."""
    languages = {reader.subscriber_id: reader.language for reader in readers}
    query = (
        select(Subscription.subscriber_id, Issue.id)
        .join(Issue, Issue.region_id == Subscription.region_id)
        .where(
            Subscription.subscriber_id.in_(languages),
            Subscription.confirmed_at <= opening.opens_at,
            Issue.id.in_(issue_ids),
            ~_carried(round_id, Subscription.subscriber_id),
        )
        .order_by(Subscription.subscriber_id, Subscription.position, Subscription.id)
    )
    lacked: dict[int, list[int]] = {}
    for subscriber_id, issue_id in session.execute(query):
        lacked.setdefault(subscriber_id, []).append(issue_id)
    parts = _parts(session, round_id, list(lacked))
    return [
        Due(subscriber_id, parts.get(subscriber_id, 0) + 1, Wanted(languages[subscriber_id], tuple(ids)))
        for subscriber_id, ids in lacked.items()
    ]


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
    """The conditions on a subscriber to be of the wave's audience, suppressions aside."""
    return [
        Subscriber.state == SubscriberState.CONFIRMED,
        Subscriber.confirmed_at <= opening.opens_at,
        _zone_of(session, round_id, opening),
    ]


def _zone_of(session: Session, round_id: int, opening: Opening) -> ColumnElement[bool]:
    if not opening.is_last:
        return Subscriber.time_zone.in_(opening.time_zones)
    others = session.scalars(select(Wave.time_zones).where(Wave.round_id == round_id, Wave.id != opening.wave_id))
    return Subscriber.time_zone.not_in([zone for zones in others for zone in zones])


def _carried(round_id: int, subscriber_id: SQLColumnExpression[int]) -> Exists:
    """Whether one of the subscriber's letters in the round carries the issue of the query around it."""
    carries = exists().where(
        Letter.round_id == round_id,
        Letter.subscriber_id == subscriber_id,
        EditionIssue.edition_id == Letter.edition_id,
        EditionIssue.issue_id == Issue.id,
    )
    return carries.correlate(Subscriber, Subscription, Issue)  # by itself it would look no further than one query up


def _parts(session: Session, round_id: int, subscriber_ids: Sequence[int]) -> dict[int, int]:
    """The last part that each has had in the round."""
    query = select(Letter.subscriber_id, func.max(Letter.part)).where(
        Letter.round_id == round_id, Letter.subscriber_id.in_(subscriber_ids)
    )
    return dict(session.execute(query.group_by(Letter.subscriber_id)).all())
