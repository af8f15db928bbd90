"""How a round goes: a pure function of its counts, and the one query that counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.states import ENDED
from newsletter.sending.tallying import counts_of

LATELY = timedelta(seconds=30)  # what the rate is measured over


@dataclass(frozen=True)
class Progress:
    audience: int  # letters frozen so far
    accepted: int
    refused: int
    unknown: int
    skipped: int
    waiting: int  # queued, or in a worker's hands
    deferred: int
    rate_per_second: float
    seconds_left: float | None  # None: cannot be told

    @property
    def ended(self) -> int:
        return self.accepted + self.refused + self.unknown + self.skipped

    @property
    def share(self) -> float:
        """From 0 to 1; nothing to do is all done."""
        return self.ended / self.audience if self.audience else 1.0

    @property
    def is_through(self) -> bool:
        """True when every letter that was frozen so far has ended."""
        return self.ended == self.audience


def progress(counts: Mapping[LetterState, int], *, ended_lately: int = 0, seconds: float = 0) -> Progress:
    """What `counts` mean; `ended_lately` of the letters ended within the last `seconds`."""
    of = {state: counts.get(state, 0) for state in LetterState}
    waiting = of[LetterState.QUEUED] + of[LetterState.ATTEMPTING]
    rate = ended_lately / seconds if seconds > 0 else 0.0
    return Progress(
        audience=sum(of.values()),
        accepted=of[LetterState.ACCEPTED],
        refused=of[LetterState.REFUSED],
        unknown=of[LetterState.UNKNOWN],
        skipped=of[LetterState.SKIPPED],
        waiting=waiting,
        deferred=of[LetterState.DEFERRED],
        rate_per_second=rate,
        seconds_left=None if of[LetterState.DEFERRED] and not waiting else seconds_left(waiting, rate),
    )


def progress_of(session: Session, round: Round, now: datetime) -> Progress:
    """The progress of a round, with the rate of the last half minute."""
    lately = select(func.count()).where(
        Letter.round_id == round.id, Letter.state.in_(ENDED), Letter.ended_at > now - LATELY
    )
    found = counts_of(session, [round.id]).get(round.id, {})
    seconds = running_for(round, now).total_seconds()
    return progress(found, ended_lately=session.scalar(lately) or 0, seconds=seconds)


def running_for(round: Round, now: datetime) -> timedelta:
    """Over how long its rate can be taken: half a minute, or less where it started later."""
    return min(LATELY, max(timedelta(), now - round.started_at)) if round.started_at else timedelta()


def seconds_left(waiting: int, rate: float) -> float | None:
    """None: cannot be told."""
    if not waiting:
        return 0.0
    return waiting / rate if rate else None
