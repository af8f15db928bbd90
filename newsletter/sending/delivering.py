"""Delivering: claim and commit, send, record and commit, batch after batch on a kept connection.

A stage leaves commits to the edges; this one cannot, because nothing may be offered before its claim is committed. It
tidies up after whatever it expects. After a failure that it does not expect it leaves the batch as it is: recovering.py
is the one way by which a batch goes from worker to worker, and it is as exact.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import structlog

from newsletter.sending.braking import stop
from newsletter.sending.claiming import Claim, claim_batch, free_batches, free_connections
from newsletter.sending.delivery import Delivery, UnwelcomeError
from newsletter.sending.desk import Desk
from newsletter.sending.keeping import TakenOverError
from newsletter.sending.marks import Marker, Marks, MarksUnavailableError
from newsletter.sending.models import Round
from newsletter.sending.relay import Connection, Relay, RelayUnavailableError
from newsletter.sending.relays import Relays
from newsletter.sending.telling import tell_alarm
from newsletter.sending.wire.loop import Loop

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Deliverer:
    """Sends the letters that wait. Threads and processes may each run it as often as they like."""

    desk: Desk
    relays: Relays
    marks: Marks
    loop: Loop

    def deliver(self, *, seconds: float, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Send for so many seconds, or until nothing waits or `is_stopping`; the number of letters that were tried.

        A relay that does not answer leaves the batch to the others; if none answers, the next tick asks again.
        """
        until = time.monotonic() + seconds

        def must_stop() -> bool:
            return is_stopping() or time.monotonic() >= until

        if not self.waiting():
            return 0
        letters, is_well = 0, True
        with closing(_Turn(self.relays)) as turn:
            while is_well and not must_stop() and (claimed := self._claim(turn)):
                claim, marker = claimed
                delivery = Delivery(self.desk, claim, marker, must_stop)
                is_well = self._run(turn, claim, delivery)
                self.marks.forget(claim.lease)
                letters += delivery.book.ended
                log.info("batch sent", batch=claim.lease.batch_id, round=claim.round_id, letters=delivery.book.ended)
        return letters

    def waiting(self) -> int:
        """How many batches could be taken now; a connection is opened for none beyond that."""
        with self.desk.db.reading() as session:
            return min(free_batches(session), free_connections(session, self.relays.connections))

    def _claim(self, turn: "_Turn") -> tuple[Claim, Marker] | None:
        desk, relays = self.desk, turn.relays()
        if not relays:
            return None
        with desk.db.writing() as session:
            leased_until = desk.wall.now() + desk.lease
            slots = {relay.name: relay.connections for relay in relays}
            claim = claim_batch(session, desk.clock.now(), leased_until, slots=slots, keys=desk.keys)
            if claim is None:
                return None
            # Before the claim is committed: letters that are `attempting` without marks would be unknown.
            return claim, self.marks.begin(claim.lease)

    def _run(self, turn: "_Turn", claim: Claim, delivery: Delivery) -> bool:
        """False: better no other batch now."""
        is_well = True
        try:
            delivery.run(turn.connection(claim.relay), self.loop)
            self.relays.succeeded(claim.relay)
        except RelayUnavailableError as error:
            log.warning("relay unavailable", batch=claim.lease.batch_id, reason=str(error))
            self.relays.failed(claim.relay)
            turn.give_up(claim.relay)
        except UnwelcomeError as error:
            self.relays.refused(claim.relay)
            turn.give_up(claim.relay)
            self._answer_refusal(claim, str(error))
        except (MarksUnavailableError, TakenOverError) as error:
            log.warning("delivery stopped", batch=claim.lease.batch_id, reason=str(error))
            is_well = False
        delivery.book.close()
        return is_well

    def _answer_refusal(self, claim: Claim, reason: str) -> None:
        """The relay refuses us: leave the round to the others, or if there are none, to a person."""
        now = self.desk.clock.now()
        with self.desk.db.writing() as session:
            if self.relays.is_any_up(besides=claim.relay):
                log.error("relay refuses us", relay=claim.relay, round=claim.round_id, reason=reason)
                tell_alarm(session, session.get_one(Round, claim.round_id), f"relay {claim.relay}", reason, now)
            else:
                stop(session, claim.round_id, reason, now)


class _Turn:
    """The relays as one deliverer uses them: a connection to one of them at a time, kept from batch to batch."""

    def __init__(self, relays: Relays) -> None:
        self._relays = relays
        self._open: tuple[str, Connection] | None = None
        self._given_up: set[str] = set()

    def relays(self) -> list[Relay]:
        return self._relays.in_turn(besides=self._given_up)

    def connection(self, name: str) -> Connection:
        """Raises RelayUnavailableError."""
        if self._open is None or self._open[0] != name:
            self.close()
            self._open = name, self._relays.open(name)
        return self._open[1]

    def give_up(self, name: str) -> None:
        """Use it no more in this turn."""
        self._given_up.add(name)
        self.close()

    def close(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened[1].close()
