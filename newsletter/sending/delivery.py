"""One batch on its way to the relay."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from newsletter.clock import Clock, SystemClock
from newsletter.db import Database
from newsletter.errors import InvalidInputError
from newsletter.sending.answers import Outcome, Tries, outcome_of, put_off
from newsletter.sending.checking import FitLetter, look
from newsletter.sending.claiming import Claim, renew
from newsletter.sending.connection import Connection, ConnectionLostError
from newsletter.sending.marks import Marker, MarksUnavailableError
from newsletter.sending.message import Personal
from newsletter.sending.message_ids import MessageIds
from newsletter.sending.models import LetterState
from newsletter.sending.patterns import Patterns, UnrenderableError
from newsletter.sending.recording import give_back, record, skip
from newsletter.sending.relay import RelayUnavailableError
from newsletter.sending.return_paths import ReturnPaths
from newsletter.subscribers.links import Links

FLUSH_LETTERS = 50
FLUSH_SECONDS = 1.0
MOST_LOSSES = 3  # connections lost in a row, after which the relay is left in peace until the next tick

ANSWER_LOST = "The connection was lost before the relay answered."
CONNECTION_LOST = "The connection was lost before the letter was offered."
NOT_BUILT = "The letter could not be built; the log says why."

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Desk:
    """What deliveries share: where letters are built, and the rules that they are sent by."""

    db: Database
    patterns: Patterns
    links: Links
    message_ids: MessageIds
    return_paths: ReturnPaths
    keys: Sequence[str]  # the service's secret keys, by which suppressed addresses are known
    retry_for: timedelta
    lease: timedelta
    clock: Clock
    wall: Clock = field(default_factory=SystemClock)  # what leases go by


class _StopError(Exception):
    """The rest of the batch goes back."""


class Delivery:
    """Sends the letters of a claim and keeps what became of them."""

    def __init__(self, desk: Desk, claim: Claim, marker: Marker, connection: Connection) -> None:
        self._desk = desk
        self._claim = claim
        self._marker = marker
        self._connection = connection
        self._outcomes: list[Outcome] = []
        self._reasons: dict[int, str] = {}  # of letters that are to be skipped
        self._flushed_at = time.monotonic()
        self._renew_at = claim.leased_until - desk.lease * 2 / 3  # a third of it is gone
        self._losses = 0
        self.ended = 0  # letters that had an outcome

    def run(self, must_stop: Callable[[], bool]) -> bool:
        """Send until the batch is through or `must_stop`; what is left goes back. False: better no other batch now."""
        is_well = True
        try:
            for letter in self._claim.letters:
                if must_stop() or not self._is_to_go_on(letter):
                    break
                self._deliver(letter)
        except (_StopError, RelayUnavailableError, MarksUnavailableError) as error:
            log.warning("delivery stopped", batch=self._claim.lease.batch_id, reason=str(error))
            is_well = False
        self._finish()
        return is_well

    def _is_to_go_on(self, letter: FitLetter) -> bool:
        """Look at the rows once more before the next message leaves: pause, leaving and suppression come in time."""
        if self._is_flush_due():
            self._flush()
        with self._desk.db.reading() as session:
            seen = look(session, self._claim.round_id, letter, self._desk.keys)
        if seen.is_sending and seen.reason:
            self._reasons[letter.id] = seen.reason
        return seen.is_sending

    def _is_flush_due(self) -> bool:
        return (
            len(self._outcomes) >= FLUSH_LETTERS
            or time.monotonic() - self._flushed_at >= FLUSH_SECONDS
            or self._desk.wall.now() >= self._renew_at  # also after this machine has slept
        )

    def _deliver(self, letter: FitLetter) -> None:
        if letter.id in self._reasons:
            return
        tries = Tries(letter.attempts, letter.first_attempt_at, self._desk.retry_for)
        try:
            message = self._filled(letter)
            self._offer(letter, message, tries)
        except UnrenderableError:
            self._keep(put_off(letter.id, None, NOT_BUILT, tries, self._desk.clock.now()))
        except InvalidInputError as error:  # no message can carry this, or no command
            self._keep(Outcome(letter.id, LetterState.REFUSED, reply_text=str(error)))

    def _filled(self, letter: FitLetter) -> bytes:
        desk = self._desk
        return desk.patterns.of(letter.edition_id).fill(
            Personal(
                recipient=letter.address,
                message_id=desk.message_ids.letter(self._claim.round_id, letter.subscriber_id, letter.part),
                date=desk.clock.now(),
                unsubscribe_url=desk.links.unsubscribe(letter.subscriber_key),
                preferences_url=desk.links.preferences(letter.subscriber_key),
            )
        )

    def _offer(self, letter: FitLetter, message: bytes, tries: Tries) -> None:
        return_path = self._desk.return_paths.letter(self._claim.round_id, letter.subscriber_id, letter.part)
        self._marker.offering(letter.id)
        try:
            reply = self._connection.send(return_path, letter.address, message)
        except ConnectionLostError as error:
            if error.data_offered:
                self._keep(Outcome(letter.id, LetterState.UNKNOWN, reply_text=ANSWER_LOST))
            else:
                self._marker.withdrawn(letter.id)
                if isinstance(error, RelayUnavailableError):
                    raise
                self._keep(put_off(letter.id, None, CONNECTION_LOST, tries, self._desk.clock.now()))
            self._count_loss()
            return
        self._losses = 0
        self._keep(outcome_of(reply, letter.id, tries, self._desk.clock.now()))
        self._marker.answered(letter.id, reply.code)

    def _keep(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)

    def _count_loss(self) -> None:
        self._losses += 1
        if self._losses >= MOST_LOSSES:
            raise _StopError(f"The relay ended {MOST_LOSSES} connections in a row.")

    def _flush(self) -> None:
        """Keep what is known, and hold the batch for longer."""
        now = self._desk.wall.now()
        with self._desk.db.writing() as session:
            self._record(session)
            is_ours = renew(session, self._claim.lease, now + self._desk.lease)
        self._flushed_at = time.monotonic()
        self._renew_at = now + self._desk.lease / 3
        if not is_ours:
            raise _StopError("The batch was taken over; was this machine asleep?")

    def _finish(self) -> None:
        with self._desk.db.writing() as session:
            self._record(session)
            give_back(session, self._claim.lease, self._desk.clock.now())

    def _record(self, session: Session) -> None:
        now = self._desk.clock.now()
        self.ended += record(session, self._claim.lease, self._outcomes, now)
        skip(session, self._reasons, now)
        self._outcomes, self._reasons = [], {}
