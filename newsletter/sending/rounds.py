"""Rounds: planned when their week comes near, started with their first wave, done when every letter has ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session, contains_eager

from newsletter.errors import NotFoundError
from newsletter.happenings.models import Happening
from newsletter.issues.announcing import announce
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region, Schedule
from newsletter.regions.timing import Slot, comes_at, first_and_last_wave, upcoming_week, waves
from newsletter.regions.zones import world_zones
from newsletter.sending.correcting import reached
from newsletter.sending.domains import domains_of
from newsletter.sending.inserting import insert_new
from newsletter.sending.models import Letter, Round, RoundState, Wave
from newsletter.sending.states import OPEN, move
from newsletter.subscribers.models import OWN_TIMES, Subscriber

_UNDECIDED = (IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD)  # approved: and reached nobody yet


def window_of(schedule: Schedule) -> timedelta:
    return timedelta(hours=schedule.window_hours)


def plan_rounds(session: Session, now: datetime) -> list[Round]:
    """The rounds that `now` asks for, made where they are missing. Two planners at once make one.

    A schedule's round is due from its lead time on, and until its window closes: after downtime it is made late.
    """
    schedules = session.scalars(
        select(Schedule).where(exists().where(Region.schedule_id == Schedule.id, Region.active))
    )
    slots = own_slots(session)
    return [
        _planned(session, schedule, week, slots, now)
        for schedule in schedules.all()
        for week in _weeks_due(schedule, now)
    ]


def start_rounds(session: Session, now: datetime) -> list[Round]:
    """Start the planned rounds whose first wave has opened."""
    due = session.scalars(
        _locked(select(Round).where(Round.state == RoundState.PLANNED, Round.first_wave_at <= now))
    ).all()
    for round in due:
        move(round, RoundState.SENDING)
        round.started_at = now
        domains_of(session, round)
    return list(due)


def add_own_waves(session: Session, now: datetime) -> None:
    """Give each time that a reader has chosen since their round was planned its wave, if it is still to come.

    Whose time has passed without one is of the last wave, as those in unknown time zones are.
    """
    live = (Round.state.in_((RoundState.SENDING, RoundState.PAUSED)), Round.correction_id.is_(None))
    rounds = session.scalars(_locked(select(Round).where(*live))).all()
    slots = own_slots(session) if rounds else []
    for round in rounds:
        waves = {wave.opens_at: wave for wave in round.waves}
        known = {zone for wave in waves.values() for zone in wave.time_zones}
        schedule = round.schedule
        for slot in slots:
            opens_at = comes_at(round.week, schedule.weekday, schedule.hour, slot)
            if str(slot) not in known and opens_at > now:
                _take_in(session, round, waves, opens_at, slot)


def _take_in(session: Session, round: Round, waves: dict[datetime, Wave], opens_at: datetime, slot: Slot) -> None:
    if opens_at in waves:
        waves[opens_at].time_zones = [*waves[opens_at].time_zones, str(slot)]
        return
    waves[opens_at] = Wave(round_id=round.id, opens_at=opens_at, time_zones=[str(slot)], issue_ids=[], letters=0)
    session.add(waves[opens_at])
    round.last_wave_at = max(round.last_wave_at, opens_at)
    round.closes_at = max(round.closes_at, opens_at + window_of(round.schedule))


def own_slots(session: Session) -> list[Slot]:
    """The times that readers have chosen, few of them and by an index of their own."""
    query = select(Subscriber.time_zone, Subscriber.hour, Subscriber.quiet_days).where(OWN_TIMES).distinct()
    return sorted((Slot(*row) for row in session.execute(query)), key=str)


def closable_rounds(session: Session, now: datetime) -> list[Round]:
    """Rounds in which nothing is open: every wave was frozen or held, every letter has ended, every issue decided.

    An issue that nobody has decided keeps its round open until the last window closes, and letters of an issue that
    still leave keep that of its correction open.
    """
    open_wave = exists().where(Wave.round_id == Round.id, Wave.frozen_at.is_(None), Wave.held_at.is_(None))
    open_letter = exists().where(Letter.round_id == Round.id, Letter.state.in_(OPEN))
    rounds = session.scalars(select(Round).where(Round.state == RoundState.SENDING, ~open_wave, ~open_letter))
    return [round for round in rounds if _is_decided(session, round, now)]


def _is_decided(session: Session, round: Round, now: datetime) -> bool:
    if round.correction is not None:
        return reached(session, round.correction.issue).is_over
    return now > round.closes_at or not issues_of(session, round, *_UNDECIDED)


def close_round(session: Session, round_id: int, now: datetime) -> Round | None:
    """Call a round done, if it still can be. Issues that nobody approved in time are the caller's to hold."""
    round = session.scalar(_locked(select(Round).where(Round.id == round_id, Round.state == RoundState.SENDING)))
    if round is None or round.id not in {closable.id for closable in closable_rounds(session, now)}:
        return None
    move(round, RoundState.DONE)
    round.ended_at = now
    for issue in issues_of(session, round, IssueState.OUT):
        announce(session, Happening.SENT, issue, now, round=round.id)
    return round


def issues_of(session: Session, round: Round, *states: IssueState) -> Sequence[Issue]:
    """The issues of the round's week and schedule in these states, by id; the round of a correction decides none."""
    if round.correction_id is not None:
        return []
    query = select(Issue).join(Issue.region).options(contains_eager(Issue.region))
    query = query.where(Issue.week == round.week, Region.schedule_id == round.schedule_id)
    return session.scalars(query.where(Issue.state.in_(states)).order_by(Issue.id)).all()


def find_round(session: Session, ref: str) -> Round:
    """A round by its week ("2026-W20"), by schedule and week ("weekly/2026-W20") or by its number.

    "last" is the one that was planned last. That of a correction goes by its number. Raises NotFoundError.
    """
    schedule, _, week = ref.rpartition("/")
    query = select(Round).join(Schedule).order_by(Round.first_wave_at.desc(), Round.id.desc())
    if ref.isdecimal():
        query = query.where(Round.id == int(ref))
    else:
        query = query.where(Round.correction_id.is_(None))
    if ref != "last" and not ref.isdecimal():
        query = query.where(Round.week == week.upper())
    if schedule:
        query = query.where(Schedule.name == schedule)
    round = session.scalars(query.limit(1)).first()
    if round is None:
        raise NotFoundError(f"There is no round {ref}; `newsletter rounds list` shows those that there are.")
    return round


def _weeks_due(schedule: Schedule, now: datetime) -> list[str]:
    """The weeks whose lead time has come and whose last window is open; nearly always one or none."""
    lead, window = timedelta(hours=schedule.lead_hours), window_of(schedule)
    weeks = {upcoming_week(at, schedule.weekday, schedule.hour) for at in (now - window, now, now + lead)}
    first = {week: first_and_last_wave(week, schedule.weekday, schedule.hour)[0] for week in weeks}
    return sorted(week for week in weeks if first[week] - lead <= now)


@lru_cache(maxsize=16)
def _waves_of_the_world(week: str, weekday: int, hour: int) -> Mapping[datetime, Sequence[str]]:
    """Kept, because every tick asks, and reading six hundred time zones takes a while."""
    return waves(week, weekday, hour, world_zones())


def _planned(session: Session, schedule: Schedule, week: str, slots: Sequence[Slot], now: datetime) -> Round:
    opening = dict(_waves_of_the_world(week, schedule.weekday, schedule.hour))
    for slot in slots:
        instant = comes_at(week, schedule.weekday, schedule.hour, slot)
        opening[instant] = [*opening.get(instant, []), str(slot)]
    first, last = min(opening), max(opening)
    times = {"first_wave_at": first, "last_wave_at": last, "closes_at": last + window_of(schedule)}
    key = {"schedule_id": schedule.id, "week": week}
    query = select(Round).filter_by(**key, correction_id=None)
    found = session.scalars(query).first()
    if found is None:
        insert_new(session, Round, [{**key, **times, "state": RoundState.PLANNED, "planned_at": now}])
        found = session.scalars(query).one()
    if found.state is RoundState.PLANNED:
        _follow(session, found, times, opening)
    return found


def _follow(
    session: Session, round: Round, times: dict[str, datetime], opening: Mapping[datetime, Sequence[str]]
) -> None:
    """A round follows its schedule until its first wave opens."""
    for name, instant in times.items():
        if getattr(round, name) != instant:
            setattr(round, name, instant)
    known = dict(session.execute(select(Wave.opens_at, Wave.time_zones).where(Wave.round_id == round.id)).all())
    if known == opening:
        return
    changed = {instant for instant, zones in known.items() if zones != opening.get(instant)}
    session.execute(delete(Wave).where(Wave.round_id == round.id, Wave.opens_at.in_(changed)))
    missing = [
        {"round_id": round.id, "opens_at": opens_at, "time_zones": zones, "issue_ids": [], "letters": 0}
        for opens_at, zones in opening.items()
        if opens_at not in known or opens_at in changed
    ]
    insert_new(session, Wave, missing)


def _locked(query: Select[Round]) -> Select[Round]:
    """Rows that another process is changing now are left to it."""
    return query.with_for_update(key_share=True, skip_locked=True)
