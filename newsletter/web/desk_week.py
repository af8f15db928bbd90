"""What the desk's first page says: this week's issues and what each waits for. Pure, but for the one who reads."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from newsletter.issues.models import Issue, IssueState
from newsletter.issues.second_word import first_word
from newsletter.regions.models import Region
from newsletter.regions.timing import first_and_last_wave, opens_at, upcoming_week
from newsletter.sending.models import Wave
from newsletter.stories.models import Source

HOURS_BETWEEN = 6  # those that are written below the time line
FLAG_WIDTH = 30.0
SILENT_AFTER = timedelta(days=2)  # a source that has answered nothing for so long is worth a look


@dataclass(frozen=True)
class Card:
    """A region's week. Instants are UTC."""

    region: Region
    week: str
    draft_due: datetime
    approve_by: (
        datetime  # the first wave in the world; who was to have it earlier gets a later approval as a second part
    )
    own_wave: datetime  # in its own time zone
    issue: Issue | None
    items: int = 0
    hand: str | None = None  # who changed it last
    waits_for: Sequence[str] = field(default_factory=list)  # sentences; empty: nothing

    @property
    def state(self) -> str:
        return self.issue.state.value if self.issue else "to come"

    @property
    def is_thin(self) -> bool:
        """It has less than half of the items that the region's issues may have."""
        is_made = self.issue is not None and self.issue.state is not IssueState.SKIPPED
        return is_made and self.items * 2 < self.region.item_count


@dataclass(frozen=True)
class Mark:
    """A wave on the time line of the round, `x` from 0 to 1000."""

    x: float
    radius: float
    opens_at: datetime
    letters: int
    state: str  # frozen, held, late or coming


@dataclass(frozen=True)
class Flag:
    """A region on the time line, at the wave of its own time zone; `row` counts from the line downwards."""

    x: float
    row: int
    card: Card


@dataclass(frozen=True)
class TimeLine:
    marks: Sequence[Mark]
    here: float | None  # this moment; None outside of it
    hours: Sequence[tuple[float, datetime]]  # that are written below it
    flags: Sequence[Flag]

    @property
    def rows(self) -> int:
        return max((flag.row + 1 for flag in self.flags), default=0)


def card(region: Region, issue: Issue | None, items: int, hand: str | None, differing: int, now: datetime) -> Card:
    """`differing` facts, on which reports differ, have been looked at by nobody."""
    schedule = region.schedule
    week = issue.week if issue else upcoming_week(now, schedule.weekday, schedule.hour)
    first, _ = first_and_last_wave(week, schedule.weekday, schedule.hour)
    due = first - timedelta(hours=schedule.lead_hours)
    own = opens_at(week, schedule.weekday, schedule.hour, region.time_zone)
    return Card(region, week, due, first, own, issue, items, hand, _waits_for(issue, differing, first, now))


def _waits_for(issue: Issue | None, differing: int, first: datetime, now: datetime) -> list[str]:
    if issue is None:
        return []
    sentences = []
    if issue.state is IssueState.DRAFT:
        late = " Its first waves have opened without it." if now >= first else ""
        said = first_word(issue)
        waiting = f"{said} has approved it; a second word is asked." if said else "A publisher is to approve it."
        sentences.append(waiting + late)
    if issue.state in (IssueState.HELD, IssueState.SKIPPED):
        sentences.append(issue.note or "A person's decision.")
    elif issue.note:
        sentences.append(issue.note)
    if differing and issue.state in (IssueState.DRAFT, IssueState.HELD):
        sentences.append(f"Reports differ on {differing} fact{'s' if differing > 1 else ''} that nobody has looked at.")
    return sentences


def time_line(
    waves: Sequence[Wave], now: datetime, cards: Sequence[Card] = (), time_zone: str = "UTC"
) -> TimeLine | None:
    """The waves of a round from left to right, with those of `cards` whose week it is, and the hours of a time zone."""
    if not waves:
        return None
    ordered = sorted(waves, key=lambda wave: wave.opens_at)
    start, end = ordered[0].opens_at, ordered[-1].opens_at
    span = max((end - start).total_seconds(), 1.0)
    most = max(1, *(wave.letters for wave in ordered))

    def place(at: datetime) -> float:
        return round(20 + 960 * (at - start).total_seconds() / span, 1)

    marks = [
        Mark(place(wave.opens_at), _radius(wave.letters / most), wave.opens_at, wave.letters, _state(wave, now))
        for wave in ordered
    ]
    hours = [(place(at), at) for at in _hours(start, end, ZoneInfo(time_zone))]
    flags = _flags([(place(card.own_wave), card) for card in cards if start <= card.own_wave <= end])
    return TimeLine(marks, place(now) if start <= now <= end else None, hours, flags)


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Midnight, six, noon and six, by the clocks of a zone, from start to end."""
    first = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=None)
    all_hours = [
        (first + timedelta(hours=hours)).replace(tzinfo=zone).astimezone(UTC)
        for hours in range(0, int((end - start) / timedelta(hours=1)) + 31, HOURS_BETWEEN)
    ]
    return [at for at in all_hours if start <= at <= end]


def _flags(placed: Sequence[tuple[float, Card]]) -> list[Flag]:
    """Below one another where they would hide each other."""
    flags: list[Flag] = []
    for x, card in sorted(placed, key=lambda pair: (pair[0], pair[1].region.code)):
        taken = {flag.row for flag in flags if x - flag.x < FLAG_WIDTH}
        flags.append(Flag(x, next(row for row in count() if row not in taken), card))
    return flags


def _radius(share: float) -> float:
    """The area of a mark, not its width, grows with its letters."""
    return round(4 + 12 * math.sqrt(share), 1)


def _state(wave: Wave, now: datetime) -> str:
    if wave.held_at is not None:
        return "held"
    if wave.frozen_at is not None:
        return "open"
    return "late" if wave.opens_at <= now else "coming"


def silent(sources: Sequence[Source], now: datetime) -> list[Source]:
    """Feeds that are on and have not answered well for a while."""
    return [source for source in sources if source.active and source.url and _says_nothing(source, now)]


def _says_nothing(source: Source, now: datetime) -> bool:
    return bool(source.trouble) or (source.succeeded_at or source.added_at) < now - SILENT_AFTER
