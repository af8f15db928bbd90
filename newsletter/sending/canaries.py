"""The canary: a few letters leave first, and the others wait until it is known how those fared. Pure.

A round's row says how many letters of its canary are still to be taken (`canary_left`): None where there is no canary,
or none any more; 0 while the others wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.config import CANARY
from newsletter.errors import InvalidInputError
from newsletter.sending.brakes import Errors, Limits


class Then(StrEnum):
    """What follows a canary that fared well."""

    GO_ON = "go-on"
    HOLD = "hold"  # a person looks and resumes


@dataclass(frozen=True)
class Size:
    """So many letters, or such a share of the readers."""

    letters: int = 0
    percent: float = 0.0

    @classmethod
    def of(cls, text: str) -> "Size":
        """The size that "200" or "5%" says. Raises InvalidInputError."""
        found = CANARY.fullmatch(text.strip())
        if found is None:
            raise InvalidInputError("A canary is a number of letters, such as 200, or a share of readers, such as 5%.")
        return cls(percent=float(found[2])) if found[2] else cls(letters=int(found[1]))

    def among(self, readers: int) -> int | None:
        """How many letters that are; None: no canary."""
        letters = -(-int(readers * self.percent * 1000) // 100_000) if self.percent else self.letters
        return letters or None


class Phase(StrEnum):
    OFF = "off"  # every letter may leave
    SENDING = "sending"  # the canary's letters leave
    WAITING = "waiting"  # they have ended; the others wait for the set time to be over
    OVER = "over"  # they fared well: the others may leave
    HELD = "held"  # they did not, or a person is to look


@dataclass(frozen=True)
class Canary:
    left: int | None  # letters that are still to be taken for it
    ended_at: datetime | None  # when all that were taken had ended, or were put off; None: they have not
    wait: timedelta
    then: Then
    errors: Errors

    @property
    def waits_until(self) -> datetime | None:
        return None if self.ended_at is None else self.ended_at + self.wait

    def phase(self, limits: Limits, now: datetime) -> Phase:
        if self.left is None:
            return Phase.OFF
        if self.left or self.waits_until is None:
            return Phase.SENDING
        if now < self.waits_until:
            return Phase.WAITING
        fared_well = not self.errors.are_too_many(limits, least=1)
        return Phase.OVER if fared_well and self.then is Then.GO_ON else Phase.HELD
