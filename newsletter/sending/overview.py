"""All that is shown of a round while it goes on: the same in the terminal, as JSON and on the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.sending.brakes import Limits
from newsletter.sending.canaries import Phase
from newsletter.sending.flying import canary_of
from newsletter.sending.models import Round, RoundState
from newsletter.sending.progress import Progress, progress_of
from newsletter.sending.routes import Routes, Way, routes_of

_LIVE = frozenset({RoundState.PLANNED, RoundState.SENDING, RoundState.PAUSED})


@dataclass(frozen=True)
class Overview:
    week: str
    state: RoundState
    note: str | None
    progress: Progress
    routes: Routes
    canary: Phase
    waits_until: datetime | None  # the letters after the canary
    is_over: bool  # nothing of it will change by itself

    def as_data(self) -> dict[str, Any]:
        """Plain values, instants in ISO 8601."""
        return {
            "week": self.week,
            "state": self.state.value,
            "note": self.note,
            "canary": self.canary.value,
            "waits_until": self.waits_until and self.waits_until.isoformat(),
            "is_over": self.is_over,
            **_rounded_off(asdict(self.progress)),
            "ended": self.progress.ended,
            "relays": _as_rows(self.routes.relays),
            "domains": _as_rows(self.routes.domains),
        }


def _as_rows(ways: Sequence[Way]) -> list[dict[str, Any]]:
    return [_rounded_off(asdict(way)) for way in ways]


def _rounded_off(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in values.items()}


def overview_of(session: Session, round: Round, limits: Limits, now: datetime) -> Overview:
    canary = canary_of(session, round, limits)
    phase = canary.phase(limits, now)
    going = progress_of(session, round, now)
    return Overview(
        week=round.week,
        state=round.state,
        note=round.note,
        progress=going,
        routes=routes_of(session, round, now),
        canary=phase,
        waits_until=canary.waits_until if phase is Phase.WAITING else None,
        is_over=round.state not in _LIVE and going.is_through,
    )
