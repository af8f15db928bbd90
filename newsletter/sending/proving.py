"""The audit at the end of every send: whatever does not add up is said aloud, in the log and to the editors."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from newsletter.sending.auditing import Audit, audit
from newsletter.sending.models import Letter, Round, RoundState
from newsletter.sending.states import OPEN
from newsletter.sending.telling import tell_alarm

log = structlog.get_logger(__name__)


def audits_due(session: Session) -> Mapping[int, Audit]:
    """By id: the audits of rounds that have ended since they were last audited, and whose last letter has ended too."""
    is_open = exists().where(Letter.round_id == Round.id, Letter.state.in_(OPEN))
    query = select(Round).where(
        Round.state.in_((RoundState.DONE, RoundState.CANCELLED)),
        or_(Round.audited_at.is_(None), Round.audited_at < Round.ended_at),
        ~is_open,
    )
    return {round.id: audit(session, round, recount=True) for round in session.scalars(query.order_by(Round.id)).all()}


def keep_audit(session: Session, round_id: int, found: Audit, now: datetime) -> None:
    """Note that a round was audited, and tell the editors if its accounting is not sound."""
    round = session.get_one(Round, round_id)
    round.audited_at = now
    if found.is_sound:
        log.info("round audited", round=round_id, audience=found.audience, accepted=found.accepted)
        return
    missing = found.audience - found.total
    log.error("round does not add up", round=round_id, missing=missing, doubled=found.doubled)
    tell_alarm(session, round, "audit", _in_words(found, missing), now)


def _in_words(found: Audit, missing: int) -> str:
    return (
        f"The accounting of {found.week} does not add up: {missing:+,} letters are missing, {found.doubled:,} readers "
        f"have an issue twice, {found.miscounted or 0:,} letters are not in the state that the sums say. "
        "Please keep a copy of the database and report it."
    )
