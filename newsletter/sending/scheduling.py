"""What a schedule's hours mean for the coming round, which regions may move to it, and whether it can go.

A round goes by its schedule until its first wave opens. From then on it stays as it is, and so does one that is planned
for a week which the schedule's new day has behind it: its issues have no other way to their readers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from newsletter.errors import NotAllowedError
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.catalogue import find
from newsletter.regions.models import Region, Schedule
from newsletter.regions.schedules import check_own, regions_of
from newsletter.regions.service import schedule as schedule_named
from newsletter.regions.timing import sending_day, upcoming_week, waves, week_of
from newsletter.regions.zones import world_zones
from newsletter.sending.models import Round, RoundState

_BEGUN = (RoundState.SENDING, RoundState.PAUSED)
_OVER = (RoundState.DONE, RoundState.CANCELLED)
_TO_LEAVE = (IssueState.DRAFT, IssueState.APPROVED)


@dataclass(frozen=True)
class Hours:
    """When a schedule's letters leave, or would."""

    weekday: int  # Monday is 0
    hour: int
    lead_hours: int
    window_hours: int

    @classmethod
    def of(cls, schedule: Schedule) -> "Hours":
        return cls(schedule.weekday, schedule.hour, schedule.lead_hours, schedule.window_hours)


@dataclass(frozen=True)
class Coming:
    """The next round by some hours, as far as it is still to come. Instants are UTC."""

    week: str
    drafts_due: datetime
    first_wave: datetime
    next_wave: datetime  # that opens after now
    zones: Sequence[str]  # in which it opens
    last_wave: datetime
    stays: Sequence[str] = ()  # weeks whose rounds leave as they were planned, whatever the hours are now

    @property
    def has_begun(self) -> bool:
        """Waves have opened by these hours already: who is in them gets letters at once, within the window."""
        return self.first_wave < self.next_wave


def coming(session: Session, schedule: Schedule | None, hours: Hours, now: datetime) -> Coming:
    """What would leave next. `schedule`: None for one that is not made yet."""
    rounds = _rounds(session, schedule) if schedule is not None else []
    begun = {round.week for round in rounds if round.state is not RoundState.PLANNED}
    first = week = upcoming_week(now, hours.weekday, hours.hour)
    while week in begun:
        week = _after(week)
    opening = waves(week, hours.weekday, hours.hour, world_zones())
    instants = list(opening)
    following = next(instant for instant in instants if instant > now) if instants[-1] > now else instants[-1]
    return Coming(
        week=week,
        drafts_due=instants[0] - timedelta(hours=hours.lead_hours),
        first_wave=instants[0],
        next_wave=following,
        zones=sorted(opening[following], key=lambda zone: (zone.startswith("Etc/"), zone)),  # where people live first
        last_wave=instants[-1],
        stays=[
            round.week for round in rounds if round.state not in _OVER and (round.week in begun or round.week < first)
        ],
    )


def check_move(session: Session, region: Region, schedule: Schedule, now: datetime) -> None:
    """Whether a region may go over to another schedule now.

    Raises NotAllowedError while a week's issue leaves, or has left, by the one and could leave by the other as well,
    and where one that is still to leave would leave by neither.
    """
    if region.schedule_id == schedule.id:
        return
    here, there = _rounds(session, region.schedule), _rounds(session, schedule)
    still_there = {round.week for round in there if round.state not in _OVER}
    over_there = {round.week for round in there if round.state in _OVER}
    coming_week = upcoming_week(now, schedule.weekday, schedule.hour)
    leaving = {round.week for round in here if round.state in _BEGUN}
    for week, state in _issues(session, region):
        has_left = state is IssueState.OUT and (week >= coming_week or week in still_there)
        if has_left or (week in leaving and state is not IssueState.SKIPPED):
            raise NotAllowedError(
                f"The issue {region.code}/{week} leaves by the schedule {region.schedule.name} now, or has left. "
                f"Readers could get it twice by {schedule.name}, or not at all: move the region when that week is over "
                "for both."
            )
        is_past = week in over_there or (week < coming_week and week not in still_there)
        if state in _TO_LEAVE and is_past and any(round.week == week and round.state not in _OVER for round in here):
            raise NotAllowedError(
                f"The issue {region.code}/{week} is still to leave, and by the schedule {schedule.name} that week is "
                "over: it would reach nobody. Move the region when it has left."
            )


def check_move_to(session: Session, code: str, name: str | None, now: datetime) -> None:
    """The same by a region's code and a schedule's name, for a region that may not be there yet, and perhaps no name.

    Raises NotFoundError for what is in no catalogue, and for a schedule that is not there.
    """
    region = session.scalar(select(Region).where(Region.code == find(code).code)) if name is not None else None
    if region is not None and name is not None:
        check_move(session, region, schedule_named(session, name), now)


def remove_schedule(session: Session, schedule: Schedule) -> None:
    """Raises NotAllowedError where something depends on it."""
    check_removal(session, schedule)
    session.delete(schedule)
    session.flush()


def check_removal(session: Session, schedule: Schedule) -> None:
    """Raises NotAllowedError where something depends on a schedule."""
    check_own(schedule)
    if regions := regions_of(session, schedule):
        codes = ", ".join(region.code for region in regions)
        raise NotAllowedError(f"Regions belong to the schedule {schedule.name}: {codes}. Move them to another first.")
    if session.scalar(select(exists().where(Round.schedule_id == schedule.id))):
        raise NotAllowedError(
            f"Rounds were planned by the schedule {schedule.name}, and what was sent is kept under it. It does nothing "
            "while no region belongs to it."
        )


def _rounds(session: Session, schedule: Schedule) -> Sequence[Round]:
    query = select(Round).where(Round.schedule_id == schedule.id, Round.correction_id.is_(None))
    return session.scalars(query.order_by(Round.week.desc()).limit(20)).all()


def _issues(session: Session, region: Region) -> Sequence[tuple[str, IssueState]]:
    """Weeks and states of the region's latest issues."""
    query = select(Issue.week, Issue.state).where(Issue.region_id == region.id)
    return [(week, state) for week, state in session.execute(query.order_by(Issue.week.desc()).limit(8))]


def _after(week: str) -> str:
    return week_of(sending_day(week, 0) + timedelta(weeks=1))
