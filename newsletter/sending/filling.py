"""Filling: a batch gets its letters when a worker takes it.

Frozen letters are in no batch. If they were put into one page by page, each page of a round with ten thousand editions
would bring all of them, and workers would build every message again and again. So a batch is filled with the letters
that are next by edition: a message is built once, and what `claim` writes to the rows anyway puts them into the batch.

The order goes round: it begins where the last batch ended, so that nobody searches through what has been taken, and
pages that are frozen later are found when it comes past them again.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam
from sqlalchemy.orm import Session

from newsletter.sending.batches import make_empty_batches
from newsletter.sending.checking import QUEUED
from newsletter.sending.models import Batch, Letter, Round


def letters_for(session: Session, batch: Batch) -> Sequence[Row[*tuple[Any, ...]]]:
    """The letters, by `QUEUED`, of a batch that has been claimed, which fills it where it is empty.

    The caller holds the lock on the row of the round, so that two claims find different letters.
    """
    if batch.room is None:
        return session.execute(QUEUED.where(Letter.batch_id == batch.id)).all()
    room, batch.room = batch.room, None
    round = session.get_one(Round, batch.round_id)
    if round.canary_left is not None and round.canary_left < room:  # what has no room here waits in a batch of its own
        make_empty_batches(session, round.id, rest := room - round.canary_left, rest)
        room = round.canary_left
    found = _next(session, _FROM_HERE, round, room)
    if len(found) < room:
        found = [*found, *_next(session, _FROM_THE_FIRST, round, room - len(found))]
    if found:
        round.next_edition_id = found[-1].edition_id
    if round.canary_left is not None:
        round.canary_left -= len(found)
    return found


_IN_NO_BATCH = (
    QUEUED.where(Letter.round_id == bindparam("round"), Letter.batch_id.is_(None), Letter.ended_at.is_(None))
    .order_by(Letter.edition_id, Letter.id)
    .limit(bindparam("room", type_=Integer))
)
_FROM_HERE = _IN_NO_BATCH.where(Letter.edition_id >= bindparam("edition"))
_FROM_THE_FIRST = _IN_NO_BATCH.where(Letter.edition_id < bindparam("edition"))


def _next(
    session: Session, query: Select[*tuple[Any, ...]], round: Round, room: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    asked = {"round": round.id, "edition": round.next_edition_id, "room": room}
    return session.connection().execute(query, asked).all()
