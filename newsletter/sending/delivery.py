"""One batch on its way to the relay."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from newsletter.errors import InvalidInputError, UnavailableError
from newsletter.sending.answers import Outcome, Tries, outcome_of, put_off
from newsletter.sending.brakes import Reception
from newsletter.sending.checking import FitLetter, look
from newsletter.sending.claiming import Claim
from newsletter.sending.connection import Call, Connection, ConnectionLostError, Reply, Result, Sleep
from newsletter.sending.desk import TRUST_SECONDS, Desk, LetterOffer
from newsletter.sending.keeping import Book
from newsletter.sending.marks import Marker
from newsletter.sending.models import LetterState
from newsletter.sending.pacing import Queue
from newsletter.sending.patterns import BUILT_AT_ONCE, UnrenderableError
from newsletter.sending.refusals import Refusal, refusal_of
from newsletter.sending.relay import RelayUnavailableError
from newsletter.sending.wire.loop import Loop

MOST_LOSSES = 3  # connections lost in a row, after which the relay is left in peace for a while
_NAP_SECONDS = 0.1  # while nothing may leave

ANSWER_LOST = "The connection was lost before the relay answered."
CONNECTION_LOST = "The connection was lost before the letter was offered."
NOT_BUILT = "The letter could not be built; the log says why."


class UnwelcomeError(UnavailableError):
    message = "The relay refuses us."


class Delivery:
    """Sends the letters of a claim and enters what became of them in its book.

    Two threads share the work. In the loop's letters are made and leave, which must not wait; in the one that brought
    the claim, the rows are looked at and kept. No letter leaves on what is older than the desk allows: the loop has the
    other thread look first, and gets what that raised.
    """

    def __init__(self, desk: Desk, claim: Claim, marker: Marker, must_stop: Callable[[], bool]) -> None:
        self.book = Book(desk, claim)
        self._desk = desk
        self._claim = claim
        self._marker = marker
        self._must_stop = must_stop
        self._is_halted = False
        self._trouble: Exception | None = None  # met while nobody waited
        self._looked_at = claim.read_at  # the claim was a look
        self._attended_at = 0.0
        self._asked_at: float | None = None  # since when a letter waits for a look
        self._losses = 0
        self._reception = Reception()

    def run(self, connection: Connection, loop: Loop) -> None:
        """Send until the batch is through, the round is not sending any more, or `must_stop` says so.

        Raises UnwelcomeError, RelayUnavailableError, MarksUnavailableError or TakenOverError where it ends before that.
        """
        loop.run(connection.carry(self._offers(), self._may_leave, self._take_down), self._meanwhile)
        if self._trouble is not None:
            raise self._trouble

    # In the loop

    def _offers(self) -> Iterator[LetterOffer | Sleep | Call]:
        """The letters in the order in which they may leave."""
        pace = self._desk.pace
        wait_for_domain = pace.wait_for_domain if pace.limits_domains else None
        queue = Queue(self._claim.letters, wait_for_domain, time.monotonic)
        while not self._is_halted and (letter := queue.next()) is not None:
            if isinstance(letter, float):
                yield from self._wait(letter)
                continue
            while letter.id in self.book.remaining and not self._desk.patterns.has(letter.edition_id):
                yield Call(partial(self._build, letter))
            if (offer := self._built(letter)) is not None:
                while not self._is_halted and (seconds := pace.wait_for_relay(self._claim.relay)):
                    yield from self._wait(seconds)
                yield offer

    def _wait(self, seconds: float) -> Iterator[Sleep]:
        yield Sleep(min(seconds, _NAP_SECONDS))
        self._is_halted = self._is_halted or self._must_stop()

    def _built(self, letter: FitLetter) -> LetterOffer | None:
        """None: it is not to leave, or could not be built, which is entered."""
        if letter.id not in self.book.remaining:
            return None
        try:
            return self._desk.offer(self._claim.round_id, letter)
        except UnrenderableError:
            self._put_off_unbuilt(letter)
        except InvalidInputError as error:  # no message can carry this
            self._end(Outcome(letter.id, LetterState.REFUSED, reply_text=str(error)))
        return None

    def _build(self, letter: FitLetter) -> None:
        """What the letter needs, and those that come after it."""
        try:
            self._desk.patterns.build(self._editions_from(letter.edition_id))
        except UnrenderableError:
            self._put_off_unbuilt(letter)

    def _editions_from(self, edition_id: int) -> Sequence[int]:
        following = (letter.edition_id for letter in self._claim.letters if letter.edition_id > edition_id)
        return [edition_id, *islice(dict.fromkeys(following), BUILT_AT_ONCE - 1)]

    def _put_off_unbuilt(self, letter: FitLetter) -> None:
        self._end(put_off(letter.id, None, NOT_BUILT, self._tries(letter), self._desk.clock.now()))

    def _end(self, outcome: Outcome) -> None:
        """Of a letter that is not offered, unless it is to be skipped."""
        if self.book.take(outcome.letter_id):
            self.book.enter(outcome)

    def _may_leave(self, offer: LetterOffer) -> bool | Call:
        """The last word before the first byte; True leaves a mark. Pause, leaving and suppression come in time."""
        if self._must_stop():
            self._is_halted = True
        if self._is_halted:
            return False
        if not self._is_up_to_date():
            return Call(self._attend)
        if not self.book.take(offer.letter.id):
            return False
        self._marker.offering(offer.letter.id)
        return True

    def _is_up_to_date(self) -> bool:
        """Is the batch ours, and are its letters still to leave? By a look that is young, or that was asked for."""
        now = time.monotonic()
        if self._asked_at is not None:
            # Of a look that took long itself, the next is asked for: whoever left meanwhile has been told so.
            is_answered = self._attended_at >= self._asked_at and now - self._attended_at < TRUST_SECONDS
            self._asked_at = None if is_answered else self._asked_at
            return is_answered
        if not self.book.is_overdue and now - self._looked_at < self._desk.look_seconds:
            return True
        self._asked_at = now
        return False

    def _take_down(self, offer: LetterOffer, result: Result) -> None:
        letter = offer.letter
        if isinstance(result, Reply):
            self._take_down_answer(letter, result)
        elif isinstance(result, ConnectionLostError):
            self._take_down_loss(letter, result)
        elif isinstance(result, InvalidInputError):  # no command can carry this, or none to this relay
            self.book.enter(Outcome(letter.id, LetterState.REFUSED, reply_text=str(result)))

    def _take_down_answer(self, letter: FitLetter, reply: Reply) -> None:
        self._losses = 0
        if reply.is_accepted:
            self.book.enter(Outcome(letter.id, LetterState.ACCEPTED, reply.code, reply.text))
            self._marker.answered(letter.id, reply.code)
            self._reception.count(None)
            return
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

    # In the thread that brought the claim

    def _meanwhile(self) -> float:
        """Look and keep before a letter has to wait for it; in how many seconds to come again."""
        pause = max(self._desk.look_seconds / 2, _NAP_SECONDS / 2)
        if self._trouble is None and (self.book.is_due or time.monotonic() - self._looked_at >= pause):
            try:
                self._attend()
            except Exception as error:  # raised once the letter on its way has its answer
                self._trouble, self._is_halted = error, True
        return _NAP_SECONDS

    def _attend(self) -> None:
        began_at = time.monotonic()
        if self.book.is_due:
            self.book.keep()
        self._look()
        self._looked_at = self._attended_at = began_at

    def _look(self) -> None:
        remaining = list(self.book.remaining.values())
        with self._desk.db.reading() as session:
            seen = look(session, self._claim.round_id, remaining, self._desk.keys)
        if seen.is_sending:
            self.book.skip(seen.reasons)
        else:
            self._is_halted = True

    def _tries(self, letter: FitLetter) -> Tries:
        return Tries(letter.attempts, letter.first_attempt_at, self._desk.retry_for)
