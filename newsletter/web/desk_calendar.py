"""The calendar: weeks by their schedules, with what was sent in them and what is to come. Instants are UTC."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region, Schedule
from newsletter.regions.timing import first_and_last_wave, sending_day, week_of
from newsletter.sending.models import Round, Wave
from newsletter.sending.progress import Progress, progress
from newsletter.sending.tallying import counts_of

BEFORE, AFTER = 4, 3  # weeks around the one that is asked for


@dataclass(frozen=True)
class Dates:
    """When a schedule's week is made and sent, and how that went as far as it has come."""

    schedule: str
    drafts_due: datetime
    first_wave: datetime
    last_wave: datetime
    round: Round | None = None
    going: Progress | None = None
    held: int = 0  # waves that were too late to be sent


@dataclass(frozen=True)
class CalendarWeek:
    week: str
    monday: date
    is_now: bool
    dates: Sequence[Dates] = field(default_factory=list)
    issues: Sequence[Issue] = field(default_factory=list)  # by region, as many as the editor may see
    corrections: Sequence[Round] = field(default_factory=list)  # that were mailed about this week's issues

    @property
    def states(self) -> dict[str, int]:
        """How many issues are in each state, in the order in which an issue goes through them."""
        found = [issue.state for issue in self.issues]
        return {state.value: found.count(state) for state in IssueState if state in found}


def weeks_around(week: str, before: int = BEFORE, after: int = AFTER) -> list[str]:
    """The weeks from so many before to so many after one, the last first. Raises InvalidInputError for what is none."""
    monday = sending_day(week, 0)
    return [
        week_of(monday + timedelta(weeks=number)) for number in range(after, -before - 1, -1) if _exists(monday, number)
    ]


def _exists(monday: date, weeks: int) -> bool:
    """Python's calendar ends, and so does ours."""
    return date.min.year + 1 < monday.year + weeks / 52 < date.max.year - 1


def calendar(session: Session, week: str, now: datetime, regions: Sequence[Region]) -> list[CalendarWeek]:
    """The weeks around one, for an editor of these regions."""
    weeks = weeks_around(week)
    schedules = {region.schedule_id: region.schedule for region in regions}
    rounds, corrections = _rounds(session, weeks)
    counts = counts_of(session, [round.id for round in rounds.values()])
    held = _held(session, [round.id for round in rounds.values()])
    issues = _issues(session, weeks, {region.id for region in regions})

    def dates_of(name: str, schedule: Schedule) -> Dates:
        round = rounds.get((schedule.id, name))
        first, last = (
            (round.first_wave_at, round.last_wave_at)
            if round
            else first_and_last_wave(name, schedule.weekday, schedule.hour)
        )
        going = progress(counts.get(round.id, {})) if round else None
        due = first - timedelta(hours=schedule.lead_hours)
        return Dates(schedule.name, due, first, last, round, going, held.get(round.id, 0) if round else 0)

    return [
        CalendarWeek(
            week=name,
            monday=sending_day(name, 0),
            is_now=name == week_of(now.date()),
            dates=[dates_of(name, schedule) for schedule in schedules.values()],
            issues=issues[name],
            corrections=[round for round in corrections if round.week == name and _is_theirs(round, regions)],
        )
        for name in weeks
    ]


def _is_theirs(round: Round, regions: Sequence[Region]) -> bool:
    return round.correction is not None and round.correction.issue.region_id in {region.id for region in regions}


def _rounds(session: Session, weeks: Sequence[str]) -> tuple[dict[tuple[int, str], Round], list[Round]]:
    query = select(Round).options(joinedload(Round.correction)).where(Round.week.in_(weeks)).order_by(Round.id)
    found = session.scalars(query).all()
    of_weeks = {(round.schedule_id, round.week): round for round in found if round.correction_id is None}
    return of_weeks, [round for round in found if round.correction_id is not None]


def _held(session: Session, round_ids: Sequence[int]) -> dict[int, int]:
    held: dict[int, int] = defaultdict(int)
    for round_id in session.scalars(
        select(Wave.round_id).where(Wave.round_id.in_(round_ids), Wave.held_at.is_not(None))
    ):
        held[round_id] += 1
    return held


def _issues(session: Session, weeks: Sequence[str], region_ids: set[int]) -> dict[str, list[Issue]]:
    query = select(Issue).join(Issue.region).options(contains_eager(Issue.region)).where(Issue.week.in_(weeks))
    found: dict[str, list[Issue]] = defaultdict(list)
    for issue in session.scalars(query.order_by(Region.code)):
        if issue.region_id in region_ids:
            found[issue.week].append(issue)
    return found
