"""Stopping a round by itself and telling the editors why, so that a mistake costs a few letters and not the list.

A person resumes it (controlling.py); the errors before that are not counted again.
"""

from collections import Counter
from datetime import datetime

import structlog
from sqlalchemy import Select, exists, select, union_all
from sqlalchemy.orm import Session

from newsletter.editors.log import AUTOMATIC
from newsletter.sending.brakes import Errors, Limits, is_error
from newsletter.sending.controlling import pause
from newsletter.sending.models import Letter, LetterState, Round, RoundState, Wave
from newsletter.sending.states import OPEN
from newsletter.sending.telling import tell_paused

_OFFERED = (LetterState.ACCEPTED, LetterState.REFUSED, LetterState.UNKNOWN)

log = structlog.get_logger(__name__)


def stop(session: Session, round_id: int, reason: str, now: datetime) -> bool:
    """Pause a round that is sending and tell the editors; `reason` is a sentence. False: it is not sending any more."""
    query = select(Round).where(Round.id == round_id).with_for_update(key_share=True)
    round = session.scalars(query, execution_options={"populate_existing": True}).one()
    if round.state is not RoundState.SENDING:
        return False
    pause(session, round, by=AUTOMATIC, now=now, reason=reason)
    tell_paused(session, round, now)
    log.error("round paused by itself", round=round_id, reason=reason)
    return True


def brake(session: Session, round_id: int, limits: Limits, now: datetime) -> bool:
    """Stop the round if too many of its letters end badly and there is anything left to spare."""
    round = session.get_one(Round, round_id)
    errors = errors_lately(session, round, limits.letters)
    if not errors.are_too_many(limits) or not _is_anything_left(session, round):
        return False
    reason = f"{errors} were refused or are unknown, more than {limits.share:.0%}."
    return stop(session, round_id, reason, now)


def errors_lately(session: Session, round: Round, letters: int) -> Errors:
    """The errors among the last `letters` that were offered and ended, since a person last resumed the round."""
    lately = [_latest(round, state, letters).subquery() for state in _OFFERED]
    ended = union_all(*(select(one) for one in lately)).subquery()
    query = select(ended.c.state, ended.c.reply_code).order_by(ended.c.ended_at.desc(), ended.c.id.desc())
    counts = Counter(is_error(state, code) for state, code in session.execute(query.limit(letters)))
    return Errors(ended=counts.total(), errors=counts[True])


def _latest(round: Round, state: LetterState, letters: int) -> Select[int, LetterState, int | None, datetime | None]:
    """By an index each, because no index has letters of several states in the order of their ends."""
    query = select(Letter.id, Letter.state, Letter.reply_code, Letter.ended_at)
    query = query.where(Letter.round_id == round.id, Letter.state == state, Letter.ended_at.is_not(None))
    if round.resumed_at is not None:
        query = query.where(Letter.ended_at > round.resumed_at)
    return query.order_by(Letter.ended_at.desc(), Letter.id.desc()).limit(letters)


def _is_anything_left(session: Session, round: Round) -> bool:
    letter = exists().where(Letter.round_id == round.id, Letter.state.in_(OPEN))
    wave = exists().where(Wave.round_id == round.id, Wave.frozen_at.is_(None), Wave.held_at.is_(None))
    return bool(session.scalar(select(letter | wave)))
