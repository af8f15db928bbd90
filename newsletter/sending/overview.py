"""All that is shown of a round while it goes on: the same in the terminal, as JSON and on the desk."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.sending.brakes import Limits
from newsletter.sending.canaries import Phase
from newsletter.sending.flying import canary_of
from newsletter.sending.models import Round, RoundState
from newsletter.sending.progress import Progress, progress_of

_LIVE = frozenset({RoundState.PLANNED, RoundState.SENDING, RoundState.PAUSED})


@dataclass(frozen=True)
class Overview:
    week: str
    state: RoundState
    note: str | None
    progress: Progress
    canary: Phase
    waits_until: datetime | None  # the letters after the canary
    is_over: bool  # nothing of it will change by itself

    def as_data(self) -> dict[str, Any]:
        """Plain values, instants in ISO 8601."""
        going = asdict(self.progress)
        return {
            "week": self.week,
            "state": self.state.value,
            "note": self.note,
            "canary": self.canary.value,
            "waits_until": self.waits_until and self.waits_until.isoformat(),
            "is_over": self.is_over,
            **{name: round(value, 1) if isinstance(value, float) else value for name, value in going.items()},
            "ended": self.progress.ended,
        }


def overview_of(session: Session, round: Round, limits: Limits, now: datetime) -> Overview:
    canary = canary_of(session, round, limits)
    phase = canary.phase(limits, now)
    going = progress_of(session, round, now)
    return Overview(
        week=round.week,
        state=round.state,
        note=round.note,
        progress=going,
        canary=phase,
        waits_until=canary.waits_until if phase is Phase.WAITING else None,
        is_over=round.state not in _LIVE and going.is_through,
    )
