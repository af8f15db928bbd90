"""One batch on its way to the relay."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

from newsletter.errors import InvalidInputError, UnavailableError
from newsletter.sending.answers import Outcome, Tries, outcome_of, put_off
from newsletter.sending.brakes import Reception
from newsletter.sending.checking import FitLetter, look
from newsletter.sending.claiming import Claim
from newsletter.sending.connection import Connection, ConnectionLostError, Reply, Result
from newsletter.sending.desk import Desk, LetterOffer
from newsletter.sending.keeping import Book
from newsletter.sending.marks import Marker
from newsletter.sending.models import LetterState
from newsletter.sending.pacing import Queue
from newsletter.sending.patterns import UnrenderableError
from newsletter.sending.refusals import Refusal, refusal_of
from newsletter.sending.relay import RelayUnavailableError

MOST_LOSSES = 3  # connections lost in a row, after which the relay is left in peace for a while
_NAP_SECONDS = 0.1  # while nothing may leave

ANSWER_LOST = "The connection was lost before the relay answered."
CONNECTION_LOST = "The connection was lost before the letter was offered."
NOT_BUILT = "The letter could not be built; the log says why."


class UnwelcomeError(UnavailableError):
    message = "The relay refuses us."


class Delivery:
    """Sends the letters of a claim and enters what became of them in its book."""

    def __init__(self, desk: Desk, claim: Claim, marker: Marker, must_stop: Callable[[], bool]) -> None:
        self.book = Book(desk, claim)
        self._desk = desk
        self._claim = claim
        self._marker = marker
        self._must_stop = must_stop
        self._is_halted = False
        self._looked_at = time.monotonic()  # the claim was a look
        self._losses = 0
        self._reception = Reception()

    def run(self, connection: Connection) -> None:
        """Send until the batch is through, the round is not sending any more, or `must_stop` says so.

        Raises UnwelcomeError, RelayUnavailableError, MarksUnavailableError or TakenOverError where it ends before that.
        """
        with closing(connection.send_all(self._offers(), self._may_leave)) as results:
            for offer, result in results:
                self._take_down(offer.letter, result)
                if self._is_halted:
                    break

    def _offers(self) -> Iterator[LetterOffer | None]:
        """The letters in the order in which they may leave; None while none may."""
        pace = self._desk.pace
        queue = Queue(self._claim.letters, pace.wait_for_domain, time.monotonic)
        while not self._is_halted and (letter := queue.next()) is not None:
            if isinstance(letter, float):
                yield from self._wait(letter)
            elif letter.id in self.book.remaining and (offer := self._built(letter)):
                while not self._is_halted and (seconds := pace.wait_for_relay(self._claim.relay)):
                    yield from self._wait(seconds)
                yield offer

    def _wait(self, seconds: float) -> Iterator[None]:
        """Let the letter in hand end its way, then nap."""
        yield None
        time.sleep(min(seconds, _NAP_SECONDS))
        self._check()

    def _built(self, letter: FitLetter) -> LetterOffer | None:
        try:
            return self._desk.offer(self._claim.round_id, letter)
        except UnrenderableError:
            self.book.enter(put_off(letter.id, None, NOT_BUILT, self._tries(letter), self._desk.clock.now()))
        except InvalidInputError as error:  # no message can carry this
            self.book.enter(Outcome(letter.id, LetterState.REFUSED, reply_text=str(error)))
        return None

    def _may_leave(self, offer: LetterOffer) -> bool:
        """The last word before the first byte; True leaves a mark."""
        self._check()
        if self._is_halted or offer.letter.id not in self.book.remaining:
            return False
        self._marker.offering(offer.letter.id)
        return True

    def _check(self) -> None:
        """Is the batch ours, and are its letters still to leave? Pause, leaving and suppression come in time."""
        if self._must_stop():
            self._is_halted = True
            return
        if self.book.is_due:
            self.book.keep()
        if time.monotonic() - self._looked_at >= self._desk.look_seconds:
            self._look()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        remaining = list(self.book.remaining.values())
        with self._desk.db.reading() as session:
            seen = look(session, self._claim.round_id, remaining, self._desk.keys)
        if seen.is_sending:
            self.book.skip(seen.reasons)
        else:
            self._is_halted = True

    def _take_down(self, letter: FitLetter, result: Result) -> None:
        match result:
            case Reply():
                self._take_down_answer(letter, result)
            case ConnectionLostError():
                self._take_down_loss(letter, result)
            case InvalidInputError():  # no command can carry this, or none to this relay
                self.book.enter(Outcome(letter.id, LetterState.REFUSED, reply_text=str(result)))

    def _take_down_answer(self, letter: FitLetter, reply: Reply) -> None:
        self._losses = 0
        refusal = refusal_of(reply)
        self.book.enter(outcome_of(reply, letter.id, self._tries(letter), self._desk.clock.now()))
        if refusal is Refusal.US:  # it ends nothing, also for whoever finds this batch after our death
            self._marker.withdrawn(letter.id)
        else:
            self._marker.answered(letter.id, reply.code)
        self._reception.count(refusal)
        if self._reception.is_hostile(self._desk.limits):
            raise UnwelcomeError(f"The relay {self._claim.relay} refuses us: {reply}")

    def _take_down_loss(self, letter: FitLetter, lost: ConnectionLostError) -> None:
        if lost.data_offered:
            self.book.enter(Outcome(letter.id, LetterState.UNKNOWN, reply_text=ANSWER_LOST))
        else:
            self._marker.withdrawn(letter.id)
            self.book.enter(put_off(letter.id, None, CONNECTION_LOST, self._tries(letter), self._desk.clock.now()))
        self._losses += 1
        if self._losses >= MOST_LOSSES:
            raise RelayUnavailableError(f"The relay {self._claim.relay} ended {MOST_LOSSES} connections in a row.")

    def _tries(self, letter: FitLetter) -> Tries:
        return Tries(letter.attempts, letter.first_attempt_at, self._desk.retry_for)
