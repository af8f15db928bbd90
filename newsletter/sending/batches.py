"""Batches: letters in handy numbers, those of one edition side by side."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from newsletter.sending.models import Batch, Letter, LetterState, Round, RoundState
from newsletter.sending.states import may_become

_SENDING = select(Round.id).where(Round.state == RoundState.SENDING)
_PER_PASS = 5000  # letters that one call puts into batches; the next tick takes the rest


def make_batches(session: Session, round_id: int, letters: int, batch_size: int) -> list[int]:
    """The ids of new batches of a round, enough for so many letters."""
    rows = [{"round_id": round_id} for _ in range(-(-letters // batch_size))]
    return list(session.scalars(insert(Batch).returning(Batch.id), rows)) if rows else []


def make_empty_batches(session: Session, round_id: int, letters: int, batch_size: int) -> None:
    """Batches with room for so many letters, to be filled by whoever claims them."""
    rows = [{"round_id": round_id, "room": batch_size} for _ in range(-(-letters // batch_size))]
    if rows:
        session.execute(insert(Batch), rows)


def requeue_deferred(session: Session, now: datetime, batch_size: int) -> int:
    """Put deferred letters of rounds that are sending, and that are due, into batches of their own; how many."""
    query = (
        select(Letter.id, Letter.round_id)
        .where(Letter.state == LetterState.DEFERRED, Letter.due_at <= now, Letter.round_id.in_(_SENDING))
        .order_by(Letter.due_at, Letter.edition_id)
        .limit(_PER_PASS)
        .with_for_update(skip_locked=True)
    )
    by_round: dict[int, list[int]] = {}
    for letter_id, round_id in session.execute(query):
        by_round.setdefault(round_id, []).append(letter_id)
    for round_id, letter_ids in by_round.items():
        put_into_batches(session, round_id, letter_ids, batch_size)
    return sum(map(len, by_round.values()))


def put_into_batches(session: Session, round_id: int, letter_ids: Sequence[int], batch_size: int) -> None:
    """Queue letters that are in no open batch once more, in new ones."""
    batch_ids = make_batches(session, round_id, len(letter_ids), batch_size)
    for number, batch_id in enumerate(batch_ids):
        chosen = letter_ids[number * batch_size : (number + 1) * batch_size]
        session.execute(
            update(Letter)
            .where(Letter.id.in_(chosen), Letter.state.in_(may_become(LetterState.QUEUED)))
            .values(state=LetterState.QUEUED, batch_id=batch_id, due_at=None, ended_at=None)
        )
