"""When a round is to be stopped by itself: two rules, and what they count. Pure.

A relay that refuses *us* is seen within a few letters of one batch (`Reception`): going on would make it worse, and
none of these letters is lost yet. A list that is bad, or a relay that breaks off, is seen in the share of errors among
the letters that ended last (`Errors`).
"""

from dataclasses import dataclass

from newsletter.sending.models import LetterState
from newsletter.sending.refusals import Refusal

LEAST_LETTERS = 50  # before a share says anything
IN_A_ROW = 5  # refusals of us without anything else between them
LEAST_OF_US = 10  # refusals of us among others, before their share says anything


@dataclass(frozen=True)
class Limits:
    share: float = 0.1  # of errors; above it a round is paused. 1 and more: never
    letters: int = 200  # the last so many are looked at


@dataclass(frozen=True)
class Errors:
    """Of the letters that were offered, `ended` were the last to end: `errors` of them by a 5xx, or as unknown."""

    ended: int
    errors: int

    @property
    def share(self) -> float:
        return self.errors / self.ended if self.ended else 0.0

    def are_too_many(self, limits: Limits, *, least: int = LEAST_LETTERS) -> bool:
        return self.ended >= least and self.share > limits.share

    def __str__(self) -> str:
        return f"{self.errors:,} of the last {self.ended:,} letters ({self.share:.0%})"


def is_error(state: LetterState, code: int | None) -> bool:
    """Letters that were put off for too long, or that no command can carry, say nothing of the others."""
    return state is LetterState.UNKNOWN or (state is LetterState.REFUSED and code is not None and code >= 500)


class Reception:
    """How one relay receives the letters of one batch."""

    def __init__(self) -> None:
        self.answers = 0
        self.of_us = 0
        self._in_a_row = 0

    def count(self, refusal: Refusal | None) -> None:
        """One more answer; None: it was not a refusal."""
        self.answers += 1
        self.of_us += refusal is Refusal.US
        self._in_a_row = self._in_a_row + 1 if refusal is Refusal.US else 0

    def is_hostile(self, limits: Limits) -> bool:
        """Whether the relay refuses us, and not one odd letter."""
        is_share_high = self.of_us >= LEAST_OF_US and self.of_us > limits.share * self.answers
        return self._in_a_row >= IN_A_ROW or is_share_high
