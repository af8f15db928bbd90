"""What became of the letters of a batch, kept in the rows now and then while the batch is held for longer."""

import time
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from newsletter.sending.answers import Outcome
from newsletter.sending.brakes import is_error
from newsletter.sending.braking import brake
from newsletter.sending.checking import FitLetter
from newsletter.sending.claiming import Claim, renew
from newsletter.sending.desk import Desk
from newsletter.sending.recording import give_back, record, skip

KEEP_LETTERS = 200
KEEP_ERRORS = 50  # letters, once one of them is an error: whether to go on is asked of the rows
KEEP_SECONDS = 1.0


class TakenOverError(Exception):
    """The batch is another worker's now."""


class Book:
    """The letters of a claim; `remaining` are those of which nothing is known yet."""

    def __init__(self, desk: Desk, claim: Claim) -> None:
        self.remaining: dict[int, FitLetter] = {letter.id: letter for letter in claim.letters}
        self.ended = 0  # letters whose end is kept
        self._desk = desk
        self._lease = claim.lease
        self._round_id = claim.round_id
        self._outcomes: list[Outcome] = []
        self._has_errors = False  # since the rows were last asked about them
        self._reasons: dict[int, str] = {}  # of letters that are to be skipped
        self._kept_at = time.monotonic()
        self._renew_at = claim.leased_until - desk.lease * 2 / 3  # a third of it is gone

    def enter(self, outcome: Outcome) -> None:
        self.remaining.pop(outcome.letter_id, None)
        self._outcomes.append(outcome)
        self._has_errors = self._has_errors or is_error(outcome.state, outcome.reply_code)

    def skip(self, reasons: Mapping[int, str]) -> None:
        self._strike(reasons)
        self._reasons |= reasons

    @property
    def is_due(self) -> bool:
        return (
            len(self._outcomes) >= (KEEP_ERRORS if self._has_errors else KEEP_LETTERS)
            or time.monotonic() - self._kept_at >= KEEP_SECONDS
            or self._desk.wall.now() >= self._renew_at  # also after this machine has slept
        )

    def keep(self) -> None:
        """Write down what is known, and hold the batch for longer. Raises TakenOverError."""
        now = self._desk.wall.now()
        with self._desk.db.writing() as session:
            self._write(session)
            is_ours = renew(session, self._lease, now + self._desk.lease)
        self._kept_at = time.monotonic()
        self._renew_at = now + self._desk.lease / 3
        self._brake()
        if not is_ours:
            raise TakenOverError("The batch was taken over; was this machine asleep?")

    def close(self) -> None:
        """Write down what is known, and give back the rest."""
        with self._desk.db.writing() as session:
            self._write(session)
            give_back(session, self._lease, self._desk.clock.now())
        self._brake()

    def _write(self, session: Session) -> None:
        now = self._desk.clock.now()
        self.ended += record(session, self._lease, self._outcomes, now)
        skip(session, self._reasons, now)
        self._outcomes, self._reasons = [], {}

    def _brake(self) -> None:
        """Only after an error, and in a transaction of its own, which holds no letters while it waits for the round."""
        if self._has_errors:
            self._has_errors = False
            with self._desk.db.writing() as session:
                brake(session, self._round_id, self._desk.limits, self._desk.clock.now())

    def _strike(self, letter_ids: Iterable[int]) -> None:
        for letter_id in letter_ids:
            self.remaining.pop(letter_id, None)
