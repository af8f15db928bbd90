"""A leaving takes effect before its answer: while letters leave, a look at the rows is trusted for a moment.

Whoever answers a person that they get nothing more lets that moment pass first. Then every letter that leaves goes by
a look that has seen them leave.
"""

import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.db import Database
from newsletter.sending.desk import TRUST_SECONDS
from newsletter.sending.models import Letter, Round, RoundState
from newsletter.sending.states import OPEN


def settle(db: Database, subscriber_id: int) -> None:
    """Call after the commit. Returns at once unless a letter to this reader may be on its way just now."""
    with db.reading() as session:
        is_open = _has_open_letter(session, subscriber_id)
    if is_open:
        time.sleep(TRUST_SECONDS)


def _has_open_letter(session: Session, subscriber_id: int) -> bool:
    rounds = session.scalars(select(Round.id).where(Round.state == RoundState.SENDING)).all()
    letter = select(Letter.id).where(
        Letter.round_id.in_(rounds), Letter.subscriber_id == subscriber_id, Letter.state.in_(OPEN)
    )
    return bool(rounds) and session.scalar(letter.limit(1)) is not None
