"""Claiming: a worker takes a batch for a while, and what it may not send any more is skipped.

The claim is committed before the first byte is offered: from then on the letters are `attempting`, and the lease says
by whom. Leases go by the system's clock even in a rehearsal, whose clock jumps: a living worker must not look dead.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from newsletter.db import is_among, is_sqlite, listing
from newsletter.sending.checking import FitLetter, fit_letters
from newsletter.sending.filling import letters_for
from newsletter.sending.marks import Lease
from newsletter.sending.models import Batch, Letter, LetterState, Round, RoundState
from newsletter.sending.states import may_become


@dataclass(frozen=True)
class Claim:
    """A batch in one worker's hands."""

    lease: Lease
    relay: str  # the name of the one that is to take it
    round_id: int
    leased_until: datetime
    letters: Sequence[FitLetter]  # those of an edition side by side
    read_at: float = 0.0  # time.monotonic(), before the rows were read


def claim_batch(
    session: Session, now: datetime, leased_until: datetime, *, slots: Mapping[str, int], keys: Sequence[str]
) -> Claim | None:
    """Take the oldest open batch of a round that is sending, for the first relay of `slots` that has one left.

    `slots` says how many batches may be on their way to each relay at one time. `now` is the service's time,
    `leased_until` the system's. Commit it, then offer the letters.
    """
    found = _open_batch(session, slots)
    if found is None:
        return None
    batch, relay = found
    read_at = time.monotonic()
    _go_by_keys(session)
    lease = Lease(batch.id, secrets.token_hex(16))
    batch.lease, batch.leased_until, batch.relay = lease.token, leased_until, relay
    letters = fit_letters(session, batch.round_id, letters_for(session, batch), now, keys)
    taken = {"of_batch": batch.id, "letters": [letter.id for letter in letters]}
    session.connection().execute(_taking(is_sqlite(session)), taken)
    return Claim(lease, relay, batch.round_id, leased_until, letters, read_at)


def _go_by_keys(session: Session) -> None:
    """A claim reads hundreds of rows among millions, all by their keys. Postgres must not read whole tables instead
    because its figures, or its plans, are from before the round was frozen, when the tables were small.
    """
    if not is_sqlite(session):
        session.connection().execute(_BY_KEYS)


@cache
def _taking(is_sqlite: bool) -> Update:
    # Not `state` as it is: Postgres would look through all that are queued instead of for these by their keys, as long
    # as its figures are older than the letters.
    state = func.coalesce(Letter.state, Letter.state)
    letters = bindparam("letters", type_=listing(Letter.id, is_sqlite=is_sqlite))
    return (
        update(Letter)
        .where(
            is_among(Letter.id, letters, is_sqlite=is_sqlite),
            state.in_(may_become(LetterState.ATTEMPTING)),
        )
        .values(state=LetterState.ATTEMPTING, batch_id=bindparam("of_batch"))
    )


def free_batches(session: Session) -> int:
    """How many batches wait for a worker."""
    return session.scalar(select(func.count()).select_from(Batch).where(*_FREE)) or 0


def free_connections(session: Session, at_most: int) -> int:
    """How many more batches may be taken while no more than `at_most` are."""
    return max(0, at_most - (session.scalar(select(func.count()).select_from(Batch).where(*_TAKEN)) or 0))


def renew(session: Session, lease: Lease, leased_until: datetime) -> bool:
    """Hold the batch for longer. False where another has taken it over: then it must be left alone at once."""
    held = {"of_batch": lease.batch_id, "of_lease": lease.token, "until": leased_until}
    return session.connection().execute(_RENEWING, held).rowcount > 0


_RENEWING = (
    update(Batch)
    .where(Batch.id == bindparam("of_batch"), Batch.lease == bindparam("of_lease"), Batch.ended_at.is_(None))
    .values(leased_until=bindparam("until"))
)
_SENDING = select(Round.id).where(Round.state == RoundState.SENDING)
_CANARY_IS_OUT = select(Round.id).where(Round.canary_left == 0)  # only what was taken before may leave
_FREE = (
    Batch.ended_at.is_(None),
    Batch.leased_until.is_(None),
    Batch.round_id.in_(_SENDING),
    or_(Batch.room.is_(None), Batch.round_id.not_in(_CANARY_IS_OUT)),
)
_TAKEN = (Batch.ended_at.is_(None), Batch.leased_until.is_not(None))

_BY_KEYS = select(
    func.set_config("enable_seqscan", "off", True), func.set_config("plan_cache_mode", "force_custom_plan", True)
)  # until the end of the transaction

# Made once, for to make a statement costs more than to send it.
_OLDEST = select(Batch.round_id).where(*_FREE).order_by(Batch.id).limit(1)
_LOCKING = select(Round).where(Round.id == bindparam("round")).with_for_update(key_share=True)
_NEXT = (
    select(Batch)
    .where(*_FREE, Batch.round_id == bindparam("round"))
    .order_by(Batch.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_IN_HAND = select(Batch.relay, func.count().label("batches")).where(*_TAKEN).group_by(Batch.relay)


def _open_batch(session: Session, slots: Mapping[str, int]) -> tuple[Batch, str] | None:
    """The next batch, and the relay that is to take it."""
    oldest = session.scalar(_OLDEST)
    if oldest is None:
        return None
    # The lock makes two claims count one after the other, and lets no claim slip past a pause.
    round = session.scalars(_LOCKING, {"round": oldest}).one()
    relay = _relay_with_a_slot(session, slots)
    if round.state is not RoundState.SENDING or relay is None:
        return None
    batch = session.scalar(_NEXT, {"round": round.id})
    return (batch, relay) if batch else None


def _relay_with_a_slot(session: Session, slots: Mapping[str, int]) -> str | None:
    taken = {row.relay: row.batches for row in session.execute(_IN_HAND)}
    return next((relay for relay, most in slots.items() if taken.get(relay, 0) < most), None)
