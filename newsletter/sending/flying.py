"""A round's canary, as its rows say: begun with the round, looked at by the tick, and over by itself or by a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from newsletter.editors.log import AUTOMATIC, record
from newsletter.errors import NotAllowedError
from newsletter.regions.models import Region
from newsletter.sending.brakes import Limits
from newsletter.sending.braking import errors_lately, stop
from newsletter.sending.canaries import Canary, Phase, Size, Then
from newsletter.sending.models import Batch, Round, RoundState
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CanaryRule:
    """What the settings say of rounds that say nothing themselves."""

    size: str = "0"
    minutes: float = 15
    then: str = Then.GO_ON


def begin(session: Session, round: Round, rule: CanaryRule) -> None:
    """Fix the canary of a round that starts: its own if it has one, else that of the rule."""
    if round.canary is None:
        round.canary, round.canary_minutes, round.canary_then = rule.size, rule.minutes, rule.then
    size = Size.of(round.canary)
    round.canary_left = size.among(_readers(session, round) if size.percent else 0)


def plan(round: Round, rule: CanaryRule) -> None:
    """Give a round that has not started a canary of its own. Raises InvalidInputError, NotAllowedError."""
    Size.of(rule.size)
    if round.started_at is not None:
        raise NotAllowedError(f"The round of {round.week} has started; a canary is set before its first wave.")
    round.canary, round.canary_minutes, round.canary_then = rule.size, rule.minutes, rule.then


def canary_of(session: Session, round: Round, limits: Limits) -> Canary:
    return Canary(
        left=round.canary_left,
        ended_at=round.canary_ended_at,
        wait=timedelta(minutes=round.canary_minutes or 0),
        then=Then(round.canary_then or Then.GO_ON),
        errors=errors_lately(session, round, limits.letters),
    )


def advance(session: Session, round_id: int, limits: Limits, now: datetime) -> Phase:
    """Let the other letters of a round leave, or have a person decide, when its canary's time has come."""
    round = session.scalars(select(Round).where(Round.id == round_id).with_for_update(key_share=True)).one()
    if round.state is not RoundState.SENDING or round.canary_left is None:
        return Phase.OFF
    if round.canary_left == 0 and round.canary_ended_at is None and not _is_in_hand(session, round):
        round.canary_ended_at = now
    canary = canary_of(session, round, limits)
    phase = canary.phase(limits, now)
    if phase is Phase.OVER:
        round.canary_left = None
        subject = f"round {round.schedule.name} {round.week}"
        details = {"errors": canary.errors.errors, "letters": canary.errors.ended}
        record(session, actor=AUTOMATIC, action="canary over", subject=subject, details=details, now=now)
        log.info("canary over", round=round_id, errors=canary.errors.errors, letters=canary.errors.ended)
    elif phase is Phase.HELD:
        stop(session, round_id, _why_held(canary, limits), now)
    return phase


def _is_in_hand(session: Session, round: Round) -> bool:
    """Whether letters that were taken are with a worker, or were given back by one."""
    taken = exists().where(Batch.round_id == round.id, Batch.ended_at.is_(None), Batch.room.is_(None))
    return bool(session.scalar(select(taken)))


def _readers(session: Session, round: Round) -> int:
    """How many may get a letter of the round."""
    query = (
        select(func.count(Subscriber.id.distinct()))
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .join(Region, Region.id == Subscription.region_id)
        .where(Region.schedule_id == round.schedule_id, Region.active)
        .where(Subscriber.state == SubscriberState.CONFIRMED, Subscription.confirmed_at.is_not(None))
    )
    return session.scalar(query) or 0


def _why_held(canary: Canary, limits: Limits) -> str:
    if canary.errors.are_too_many(limits, least=1):
        return f"Of its canary, {canary.errors} were refused or are unknown, more than {limits.share:.0%}."
    return f"Its canary is through ({canary.errors} were refused or are unknown), and the others wait for your word."
