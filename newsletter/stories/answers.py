"""What came of asking a source: the latest answers are kept, for whoever wonders how it does."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from newsletter.stories.models import SourceAnswer

KEPT = 96  # of each source: a day of asking every quarter of an hour


def keep_answer(session: Session, answer: SourceAnswer, *, kept: int = KEPT) -> None:
    """Add it, and let go of what is older than the latest `kept` of its source."""
    session.add(answer)
    session.flush()
    older = (
        select(SourceAnswer.id)
        .where(SourceAnswer.source_id == answer.source_id)
        .order_by(SourceAnswer.id.desc())
        .offset(kept)
    )
    session.execute(delete(SourceAnswer).where(SourceAnswer.id.in_(older)).execution_options(synchronize_session=False))


def latest_answers(session: Session, source_id: int, limit: int) -> Sequence[SourceAnswer]:
    """The newest first."""
    query = select(SourceAnswer).where(SourceAnswer.source_id == source_id)
    return session.scalars(query.order_by(SourceAnswer.id.desc()).limit(limit)).all()
