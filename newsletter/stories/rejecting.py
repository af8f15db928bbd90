"""What a source gave that could not be used is kept for another look: the latest of each source, each once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from newsletter.stories.models import Rejection
from newsletter.stories.parsed import RejectedEntry

KEPT = 50  # of one source
_RAW_BYTES = 8000


def keep(session: Session, source_id: int, entries: Sequence[RejectedEntry], now: datetime) -> None:
    """Store new rejections of a source and forget its oldest. Takes a session and never commits."""
    if not entries:
        return
    rows = session.execute(select(Rejection.reason, Rejection.raw).where(Rejection.source_id == source_id))
    seen = {(reason, bytes(raw)) for reason, raw in rows}
    for entry in entries[:KEPT]:
        kept = (entry.reason, entry.raw.encode("utf-8", "replace")[:_RAW_BYTES])
        if kept not in seen:
            seen.add(kept)
            session.add(Rejection(source_id=source_id, at=now, reason=kept[0], raw=kept[1]))
    session.flush()
    newest = select(Rejection.id).where(Rejection.source_id == source_id).order_by(Rejection.id.desc()).limit(KEPT)
    keep_ids = session.scalars(newest).all()
    session.execute(delete(Rejection).where(Rejection.source_id == source_id, Rejection.id.not_in(keep_ids)))
