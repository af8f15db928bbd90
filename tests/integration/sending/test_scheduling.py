"""What a change of hours means for the coming round, and which regions may change over."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.issues.models import IssueState
from newsletter.regions.models import Region, Schedule
from newsletter.regions.schedules import add_schedule, rename_schedule
from newsletter.regions.service import change_schedule
from newsletter.sending.models import Round, RoundState
from newsletter.sending.rounds import plan_rounds, start_rounds
from newsletter.sending.scheduling import Hours, check_move, coming, remove_schedule
from tests.support.world import NOW, make_issue, make_region, make_schedule

FRIDAY = Hours(weekday=4, hour=7, lead_hours=24, window_hours=12)  # NOW is Thursday, 14 May 2026, 12:00 UTC
FIRST = datetime(2026, 5, 14, 17, 0, tzinfo=UTC)  # Friday, 7:00 on Kiritimati


@pytest.fixture
def weekly(db):
    with db.writing() as session:
        return make_region(session).schedule


def told(db, schedule, hours, now=NOW):
    with db.reading() as session:
        return coming(session, schedule, hours, now)


def test_the_next_wave_is_told_with_its_time_zones(db, weekly):
    found = told(db, weekly, FRIDAY)
    assert (found.week, found.next_wave, found.first_wave) == ("2026-W20", FIRST, FIRST)
    assert "Pacific/Kiritimati" in found.zones
    assert found.drafts_due == FIRST - timedelta(hours=24)
    assert not found.has_begun
    later = told(db, weekly, FRIDAY, FIRST + timedelta(hours=3))
    assert later.has_begun
    assert later.next_wave > FIRST + timedelta(hours=3)


def test_hours_that_this_week_has_behind_it_count_from_the_next(db, weekly):
    assert told(db, weekly, Hours(0, 7, 24, 12)).week == "2026-W21"
    assert told(db, None, Hours(6, 7, 24, 12)).week == "2026-W20"


@pytest.mark.parametrize(("state", "week"), [(RoundState.PLANNED, "2026-W20"), (RoundState.DONE, "2026-W21")])
def test_a_round_that_has_begun_is_not_the_coming_one(db, weekly, state, week):
    with db.writing() as session:
        plan_rounds(session, NOW)[0].state = state
    assert told(db, weekly, FRIDAY).week == week


def test_what_is_planned_for_a_day_that_is_behind_leaves_as_it_was_planned_and_is_named(db, weekly):
    with db.writing() as session:
        plan_rounds(session, NOW)
    found = told(db, weekly, Hours(0, 7, 24, 12))
    assert (found.week, found.stays) == ("2026-W21", ["2026-W20"])
    with db.writing() as session:
        change_schedule(session, "weekly", weekday=0)
        plan_rounds(session, NOW)
        assert [round.week for round in start_rounds(session, FIRST)] == ["2026-W20"]
    assert told(db, weekly, Hours(0, 7, 24, 12), FIRST).stays == ["2026-W20"]


@pytest.fixture
def two(db):
    """Mexico by "weekly", which leaves on Friday, and "sunday" beside it, with another region of its own."""
    with db.writing() as session:
        mexico, sunday = make_region(session), make_schedule(session, "sunday", weekday=6)
        make_region(session, "ES", schedule=sunday)
        return mexico, sunday


def move(db, region, schedule, now=NOW):
    with db.writing() as session:
        check_move(session, session.get_one(Region, region.id), session.get_one(Schedule, schedule.id), now)


@pytest.mark.parametrize("state", [None, IssueState.DRAFT, IssueState.APPROVED])
def test_a_region_whose_issue_is_still_to_leave_by_both_may_go_over(db, two, state):
    with db.writing() as session:
        plan_rounds(session, NOW)
        if state is not None:
            make_issue(session, session.merge(two[0]), state=state)
    move(db, *two)


@pytest.mark.parametrize(
    ("round_state", "issue_state"),
    [
        (RoundState.SENDING, IssueState.OUT),
        (RoundState.SENDING, IssueState.APPROVED),
        (RoundState.DONE, IssueState.OUT),
    ],
)
def test_a_region_whose_issue_leaves_or_has_left_stays_while_the_other_could_mail_it_again(
    db, two, round_state, issue_state
):
    """Moved then, its readers would get the issue a second time on Sunday; held by seeing that round carry it."""
    mexico, sunday = two
    with db.writing() as session:
        planned = next(round for round in plan_rounds(session, NOW) if round.schedule_id == mexico.schedule_id)
        planned.state = round_state
        make_issue(session, session.merge(mexico), state=issue_state)
    with pytest.raises(NotAllowedError, match="MX/2026-W20 leaves by the schedule weekly now, or has left"):
        move(db, mexico, sunday)
    with db.writing() as session:
        for round in session.query(Round):
            round.state = RoundState.DONE
    move(db, mexico, sunday, NOW + timedelta(days=6))


def test_a_region_whose_issue_would_reach_nobody_stays(db, two):
    mexico, _ = two
    with db.writing() as session:
        plan_rounds(session, NOW)
        make_issue(session, session.merge(mexico))
        monday = make_schedule(session, "monday", weekday=0)
    with pytest.raises(NotAllowedError, match="it would reach nobody"):
        move(db, mexico, monday)


def round_of(session, schedule_id):
    """The schedule's round of this week, planned when the time of both has come."""
    plan_rounds(session, NOW + timedelta(hours=30))
    return session.query(Round).filter_by(schedule_id=schedule_id, week="2026-W20").one()


def test_a_region_that_has_no_issue_in_the_round_that_leaves_may_go_over(db, two):
    mexico, sunday = two
    with db.writing() as session:
        round_of(session, mexico.schedule_id).state = RoundState.SENDING
        make_issue(session, session.merge(mexico), state=IssueState.SKIPPED)
    move(db, mexico, sunday)


def test_a_region_whose_issue_has_left_stays_while_an_earlier_week_is_still_under_way_by_the_other(db, two):
    mexico, sunday = two
    with db.writing() as session:
        round_of(session, mexico.schedule_id).state = RoundState.DONE
        round_of(session, sunday.id).state = RoundState.PAUSED
        make_issue(session, session.merge(mexico), state=IssueState.OUT)
    with pytest.raises(NotAllowedError, match="MX/2026-W20 leaves by the schedule weekly now, or has left"):
        move(db, mexico, sunday, NOW + timedelta(days=5))


def test_a_region_whose_issue_is_still_to_leave_stays_where_the_other_has_given_that_round_up(db, two):
    mexico, sunday = two
    with db.writing() as session:
        round_of(session, sunday.id).state = RoundState.CANCELLED
        make_issue(session, session.merge(mexico))
    with pytest.raises(NotAllowedError, match="it would reach nobody"):
        move(db, mexico, sunday)


def test_a_region_may_go_over_to_a_round_that_leaves_as_it_was_planned_though_its_day_is_behind_now(db, two):
    mexico, sunday = two
    with db.writing() as session:
        assert round_of(session, sunday.id).state is RoundState.PLANNED
        change_schedule(session, "sunday", weekday=0)
        make_issue(session, session.merge(mexico))
    move(db, mexico, sunday)


def test_only_what_nothing_depends_on_is_removed(db, two):
    with db.writing() as session:
        sunday, spare = session.merge(two[1]), add_schedule(session, "Spare one", weekday=2)
        with pytest.raises(NotAllowedError, match="Regions belong to the schedule sunday: ES"):
            remove_schedule(session, sunday)
        with pytest.raises(NotAllowedError, match="so it keeps its name and stays"):
            remove_schedule(session, session.merge(two[0]).schedule)
        make_region(session, "PE", schedule=spare)
    with db.writing() as session:
        spare = session.merge(spare)
        plan_rounds(session, NOW + timedelta(days=6))
        session.delete(session.query(type(two[0])).filter_by(code="PE").one())
        session.flush()
        with pytest.raises(NotAllowedError, match="Rounds were planned by the schedule Spare one"):
            remove_schedule(session, spare)
        remove_schedule(session, add_schedule(session, "idle"))


@pytest.mark.parametrize("name", ["", "  ", "7", "a/b", "x" * 81, "-a", "a\0b", "<b>"])
def test_a_name_that_cannot_be_is_refused(db, two, name):
    with db.writing() as session:
        with pytest.raises(InvalidInputError):
            add_schedule(session, name)
        with pytest.raises(InvalidInputError):
            rename_schedule(session, "sunday", name)


def test_a_name_is_given_once_and_the_usual_one_stays(db, two):
    with db.writing() as session:
        with pytest.raises(NotAllowedError, match="There is a schedule SUNDAY already"):
            add_schedule(session, "SUNDAY")
        with pytest.raises(NotAllowedError):
            rename_schedule(session, "weekly", "friday")
        with pytest.raises(NotFoundError):
            rename_schedule(session, "none", "friday")
        assert rename_schedule(session, "sunday", " weekend  letter ").name == "weekend letter"
