"""Which waves have come, and which issues their readers are due. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.regions.timing import Slot
from newsletter.sending.models import Wave


@dataclass(frozen=True)
class Opening:
    """A wave whose hour has come, with the issues that its readers are due."""

    wave_id: int
    opens_at: datetime
    time_zones: tuple[str, ...]  # slots, as text
    is_last: bool  # it also takes readers in zones that no wave knows: nobody is left out for a zone's name
    due: frozenset[int]  # ids of issues
    is_fresh: bool  # never frozen before, or not yet for all that is due, or a pass through it was broken off
    is_stale: bool = False  # nobody has looked for a while whether readers have come to it from other zones


LOOK_AGAIN = timedelta(minutes=30)


def is_late(wave: Wave, now: datetime, window: timedelta) -> bool:
    """True for a wave that was not frozen in its time: it is left to a person."""
    return wave.frozen_at is None and wave.held_at is None and now > wave.opens_at + window


def openings(waves: Iterable[Wave], live: Iterable[int], now: datetime, window: timedelta) -> list[Opening]:
    """The waves that have opened, in order.

    `live` are the issues that may go out now. Within the window a wave's readers are due all of them, after it only
    those that the wave was frozen for: such a reader may have moved here from a zone whose hour had not come.
    """
    ordered = sorted(waves, key=lambda wave: wave.opens_at)
    last = last_of_all(ordered)
    return [
        _opening(wave, frozenset(live), now, window, is_last=wave is last)
        for wave in ordered
        if wave.opens_at <= now and wave.held_at is None and not is_late(wave, now, window)
    ]


def late_opening(wave: Wave, waves: Collection[Wave]) -> Opening:
    """A wave that was held: its readers are due nothing."""
    is_last = wave.opens_at == last_of_all(waves).opens_at
    return Opening(wave.id, wave.opens_at, tuple(wave.time_zones), is_last, due=frozenset(), is_fresh=False)


def last_of_all(waves: Iterable[Wave]) -> Wave:
    """The last wave at the schedule's own hour: those after it are for readers who chose a later time."""
    by_zone = [wave for wave in waves if not all(Slot.parse(zone).is_own for zone in wave.time_zones)]
    return max(by_zone, key=lambda wave: wave.opens_at)


def _opening(wave: Wave, live: frozenset[int], now: datetime, window: timedelta, *, is_last: bool) -> Opening:
    frozen = frozenset(wave.issue_ids)
    due = frozen | live if now <= wave.opens_at + window else frozen
    return Opening(
        wave_id=wave.id,
        opens_at=wave.opens_at,
        time_zones=tuple(wave.time_zones),
        is_last=is_last,
        due=due,
        is_fresh=wave.frozen_at is None or due != frozen or wave.pass_issue_ids is not None,
        is_stale=bool(due) and (wave.looked_at is None or now - wave.looked_at >= LOOK_AGAIN),
    )
