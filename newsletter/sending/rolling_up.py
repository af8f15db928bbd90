"""Rolling up: the letters of a round that ended long ago are deleted, and their sums stay.

The sums are in the tally already. A round is only rolled up if it agrees with the rows to the last letter, and can
never be sent again after that: the rows are what keeps a reader from getting an issue twice (states.py).
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from newsletter.sending.auditing import miscounted
from newsletter.sending.models import Batch, Letter, Round, RoundState
from newsletter.sending.tallying import fold

AT_ONCE = 20_000  # letters; the next call takes the rest

log = structlog.get_logger(__name__)


def roll_up(session: Session, now: datetime, keep_for: timedelta, *, at_once: int = AT_ONCE) -> int:
    """Delete some letters of a round that ended so long before `now`; how many. 0: there are none."""
    round = _begun(session) or _begin(session, now, keep_for)
    if round is None:
        return 0
    some = select(Letter.id).where(Letter.round_id == round.id).limit(at_once)
    gone = delete(Letter).where(Letter.id.in_(some)).returning(Letter.id)
    deleted = len(session.scalars(gone.execution_options(synchronize_session=False)).all())
    if deleted < at_once:
        session.execute(delete(Batch).where(Batch.round_id == round.id).execution_options(synchronize_session=False))
        fold(session, round.id)
        log.info("round rolled up", round=round.id, week=round.week)
    return deleted


def _begun(session: Session) -> Round | None:
    """A round that is being rolled up; another process that is at it is left alone."""
    query = select(Round).where(Round.rolled_up_at.is_not(None), exists().where(Letter.round_id == Round.id))
    return session.scalars(query.order_by(Round.id).limit(1).with_for_update(skip_locked=True, key_share=True)).first()


def _begin(session: Session, now: datetime, keep_for: timedelta) -> Round | None:
    query = select(Round).where(
        Round.state.in_((RoundState.DONE, RoundState.CANCELLED)),
        Round.rolled_up_at.is_(None),
        Round.ended_at <= now - keep_for,
    )
    for round in session.scalars(query.order_by(Round.id).with_for_update(skip_locked=True, key_share=True)).all():
        different = miscounted(session, round)
        if different:
            log.error("round not rolled up: its tally and its letters disagree", round=round.id, letters=different)
            continue
        round.rolled_up_at = now
        return round
    return None
