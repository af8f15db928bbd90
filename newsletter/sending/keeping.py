"""What became of the letters of a batch, kept in the rows now and then while the batch is held for longer."""

import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.sending.answers import Outcome
from newsletter.sending.brakes import is_error
from newsletter.sending.braking import brake
from newsletter.sending.checking import FitLetter
from newsletter.sending.claiming import Claim, renew
from newsletter.sending.desk import Desk
from newsletter.sending.recording import give_back, record, skip

KEEP_LETTERS = 500
KEEP_ERRORS = 50  # letters, once one of them is an error: whether to go on is asked of the rows
KEEP_SECONDS = 2.0
MOST_LETTERS = 2 * KEEP_LETTERS  # that may have left and are not kept yet


class TakenOverError(Exception):
    """The batch is another worker's now."""


class Book:
    """The letters of a claim. One thread enters what becomes of them while another keeps it.

    `remaining` are the letters that were neither offered nor are to be skipped. Whoever takes a letter out of it, which
    only one can, decides on it.
    """

    def __init__(self, desk: Desk, claim: Claim) -> None:
        self.remaining: dict[int, FitLetter] = {letter.id: letter for letter in claim.letters}
        self.ended = 0  # letters whose end is kept
        self._desk = desk
        self._lease = claim.lease
        self._round_id = claim.round_id
        self._outcomes: deque[Outcome] = deque()  # not kept yet
        self._has_errors = False  # since the rows were last asked about them
        self._reasons: dict[int, str] = {}  # of letters that are to be skipped
        self._kept_at = time.monotonic()
        self._hold_until(claim.leased_until)

    # In the thread that sends

    def take(self, letter_id: int) -> bool:
        """The letter is about to be offered. False: it must not be."""
        return self.remaining.pop(letter_id, None) is not None

    def enter(self, outcome: Outcome) -> None:
        self.remaining.pop(outcome.letter_id, None)
        self._outcomes.append(outcome)
        if is_error(outcome.state, outcome.reply_code):
            self._has_errors = True

    @property
    def is_overdue(self) -> bool:
        """Nothing may leave before it is kept."""
        kept_by = KEEP_ERRORS if self._has_errors else MOST_LETTERS
        return len(self._outcomes) >= kept_by or self._desk.wall.now() >= self._stop_at  # also after a sleep

    # In the thread that keeps

    def skip(self, reasons: Mapping[int, str]) -> None:
        self._reasons |= {letter_id: reason for letter_id, reason in reasons.items() if self.take(letter_id)}

    @property
    def is_due(self) -> bool:
        return (
            len(self._outcomes) >= (KEEP_ERRORS if self._has_errors else KEEP_LETTERS)
            or time.monotonic() - self._kept_at >= KEEP_SECONDS
            or self._desk.wall.now() >= self._renew_at
        )

    def keep(self) -> None:
        """Write down what is known, and hold the batch for longer. Raises TakenOverError."""
        has_errors, self._has_errors = self._has_errors, False
        leased_until = self._desk.wall.now() + self._desk.lease
        with self._desk.db.writing() as session:
            self._write(session)
            is_ours = renew(session, self._lease, leased_until)
        self._kept_at = time.monotonic()
        self._hold_until(leased_until)
        self._brake(has_errors)
        if not is_ours:
            raise TakenOverError("The batch was taken over; was this machine asleep?")

    def close(self) -> None:
        """Write down what is known, and give back the rest."""
        with self._desk.db.writing() as session:
            self._write(session)
            give_back(session, self._lease, self._desk.clock.now())
        self._brake(self._has_errors)

    def _write(self, session: Session) -> None:
        now = self._desk.clock.now()
        outcomes = [self._outcomes.popleft() for _ in range(len(self._outcomes))]
        self.ended += record(session, self._lease, outcomes, now)
        skip(session, self._reasons, now)
        self._reasons = {}

    def _brake(self, has_errors: bool) -> None:
        """Only after an error, and in a transaction of its own, which holds no letters while it waits for the round."""
        if has_errors:
            with self._desk.db.writing() as session:
                brake(session, self._round_id, self._desk.limits, self._desk.clock.now())

    def _hold_until(self, leased_until: datetime) -> None:
        self._renew_at = leased_until - self._desk.lease * 2 / 3
        self._stop_at = leased_until - self._desk.lease / 3
