"""Delivering: claim and commit, send, record and commit, batch after batch on one kept connection.

A stage leaves commits to the edges; this one cannot, because nothing may be offered before its claim is committed. It
tidies up after whatever it expects. After a failure that it does not expect it leaves the batch as it is: recovering.py
is the one way by which a batch goes from worker to worker, and it is as exact.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from newsletter.sending.claiming import Claim, claim_batch, free_batches, free_connections
from newsletter.sending.delivery import Delivery, Desk
from newsletter.sending.marks import Marker, Marks
from newsletter.sending.relay import Connection, Relay, RelayUnavailableError

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Deliverer:
    """Sends the letters that wait. Threads and processes may each run it as often as they like."""

    desk: Desk
    relay: Relay
    marks: Marks
    most_connections: int  # batches that are in work at one time, in all processes together

    def deliver(self, *, seconds: float, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Send for so many seconds, or until nothing waits or `is_stopping`; the number of letters that were tried.

        A relay that does not answer ends it as well: the next tick asks again.
        """
        until = time.monotonic() + seconds

        def must_stop() -> bool:
            return is_stopping() or time.monotonic() >= until

        if not self.waiting():
            return 0
        try:
            with self.relay.connect() as connection:
                return self._deliver_batches(connection, must_stop)
        except RelayUnavailableError as error:
            log.warning("relay unavailable", reason=str(error))
            return 0

    def waiting(self) -> int:
        """How many batches could be taken now; a connection is opened for none beyond that."""
        with self.desk.db.reading() as session:
            return min(free_batches(session), free_connections(session, self.most_connections))

    def _deliver_batches(self, connection: Connection, must_stop: Callable[[], bool]) -> int:
        letters, is_well = 0, True
        while is_well and not must_stop() and (claimed := self._claim()):
            claim, marker = claimed
            delivery = Delivery(self.desk, claim, marker, connection)
            try:
                is_well = delivery.run(must_stop)
            finally:
                marker.close()
            self.marks.forget(claim.lease)
            letters += delivery.ended
            log.info("batch sent", batch=claim.lease.batch_id, round=claim.round_id, letters=delivery.ended)
        return letters

    def _claim(self) -> tuple[Claim, Marker] | None:
        desk = self.desk
        with desk.db.writing() as session:
            leased_until = desk.wall.now() + desk.lease
            claim = claim_batch(session, desk.clock.now(), leased_until, at_most=self.most_connections, keys=desk.keys)
            if claim is None:
                return None
            # Before the claim is committed: letters that are `attempting` without marks would be unknown.
            return claim, self.marks.begin(claim.lease)
