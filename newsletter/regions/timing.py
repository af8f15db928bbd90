"""When waves open: a week, a weekday and an hour, seen from the clocks of all time zones. Pure.

A week is named as in ISO 8601 ("2026-W20", Monday first). Where clocks are put forward over the hour, the wave opens
with the first moment after the gap; where they are put back and the hour comes twice, it opens at the first of the two.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from newsletter.errors import InvalidInputError
from newsletter.regions.zones import world_zones

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


MOST_QUIET_DAYS = 3  # so that a round ends, and its figures are whole, within the week


@dataclass(frozen=True, order=True)
class Slot:
    """When letters come to some readers: a time zone, and an hour and quiet days of their own where they chose any."""

    time_zone: str
    hour: int | None = None  # None: the schedule's
    quiet_days: str = ""  # weekdays without letters, Monday is 0: "56" is the weekend

    @classmethod
    def parse(cls, text: str) -> "Slot":
        """What `str` of a slot gave: "Europe/Madrid", "Europe/Madrid@9", "Europe/Madrid@9-56", "Europe/Madrid@-56"."""
        zone, _, own = text.partition("@")
        hour, _, quiet_days = own.partition("-")
        return cls(zone, int(hour) if hour else None, quiet_days)

    def __str__(self) -> str:
        hour = "" if self.hour is None else str(self.hour)
        quiet_days = f"-{self.quiet_days}" if self.quiet_days else ""
        return f"{self.time_zone}@{hour}{quiet_days}" if hour or quiet_days else self.time_zone

    @property
    def is_own(self) -> bool:
        return self.hour is not None or bool(self.quiet_days)


def week_of(day: date) -> str:
    """The ISO week that a day lies in; around New Year its year may differ from the day's."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def sending_day(week: str, weekday: int) -> date:
    """The date of a weekday (Monday is 0) in a week. Raises InvalidInputError."""
    match = _WEEK.fullmatch(week)
    try:
        if match is None:
            raise ValueError(week)
        return date.fromisocalendar(int(match[1]), int(match[2]), weekday + 1)
    except ValueError as error:
        raise InvalidInputError(f"{week!r} is no week of the calendar: write it like 2026-W20.") from error


def opens_at(week: str, weekday: int, hour: int, time_zone: str) -> datetime:
    """The instant, in UTC, when it is the schedule's hour in a time zone."""
    # fold=0 is what gives both rules of the module's docstring: before a gap and at the first of two equal hours
    # Python takes the offset that was in force until then.
    local = datetime.combine(sending_day(week, weekday), time(hour), tzinfo=ZoneInfo(time_zone))
    return local.astimezone(UTC)


def comes_at(week: str, weekday: int, hour: int, slot: Slot) -> datetime:
    """The instant, in UTC, when a slot's letters are due: its first own hour on a day that is not quiet.

    Never before the schedule's hour there: who approves has until then.
    """
    from_then = opens_at(week, weekday, hour, slot.time_zone)
    day = sending_day(week, weekday)
    own = hour if slot.hour is None else slot.hour
    while True:
        local = datetime.combine(day, time(own), tzinfo=ZoneInfo(slot.time_zone))
        if str(day.weekday()) not in slot.quiet_days and local.astimezone(UTC) >= from_then:
            return local.astimezone(UTC)
        day += timedelta(days=1)


def waves(week: str, weekday: int, hour: int, zones: Iterable[str]) -> dict[datetime, list[str]]:
    """The instants at which waves open, in order, each with its time zones."""
    opening: dict[datetime, list[str]] = {}
    for zone in sorted(set(zones)):
        opening.setdefault(opens_at(week, weekday, hour, zone), []).append(zone)
    return dict(sorted(opening.items()))


@lru_cache(maxsize=64)
def first_and_last_wave(week: str, weekday: int, hour: int) -> tuple[datetime, datetime]:
    """When the hour first comes anywhere in the world, and when it last does: up to 26 hours apart."""
    instants = list(waves(week, weekday, hour, world_zones()))
    return instants[0], instants[-1]


def upcoming_week(now: datetime, weekday: int, hour: int) -> str:
    """The week whose last wave in the world is not over: the one that drafts and rounds are now made for."""
    day = now.astimezone(UTC).date() - timedelta(weeks=1)
    while first_and_last_wave(week_of(day), weekday, hour)[1] < now:
        day += timedelta(weeks=1)
    return week_of(day)
