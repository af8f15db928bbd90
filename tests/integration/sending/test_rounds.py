from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from newsletter.db import Database
from newsletter.editors.service import add_editor
from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.service import change_schedule
from newsletter.sending.controlling import cancel, pause, release, resume, send_unknown_again
from newsletter.sending.freezing import hold_late_waves
from newsletter.sending.models import LetterState, Notice, NoticeKind, Round, RoundState, Wave
from newsletter.sending.rounds import closable_rounds, find_round, plan_rounds, start_rounds
from tests.support.rounds import (
    HOUR,
    MEXICO,
    MINUTE,
    approve_now,
    carried,
    deliver,
    freeze_at,
    letters,
    mexico_with_readers,
    states,
    the_audit,
    the_round,
)
from tests.support.smtp import CLOSE
from tests.support.world import make_issue, make_region, make_schedule, make_subscriber

FIRST = datetime(2026, 5, 14, 17, 0, tzinfo=UTC)  # Friday 07:00 on Kiritimati
LAST = datetime(2026, 5, 15, 19, 0, tzinfo=UTC)  # Friday 07:00 at UTC-12


def plan(db: Database, now: datetime) -> list[str]:
    with db.writing() as session:
        return [round.week for round in plan_rounds(session, now)]


@pytest.fixture
def mexico(db):
    with db.writing() as session:
        return make_region(session)


# Planning


def test_a_round_is_planned_when_its_lead_time_comes(db, mexico):
    assert plan(db, FIRST - 24 * HOUR - MINUTE) == []
    assert plan(db, FIRST - 24 * HOUR) == ["2026-W20"]
    with db.reading() as session:
        round = session.scalars(select(Round)).one()
        waves = session.scalars(select(Wave).order_by(Wave.opens_at)).all()
    assert (round.first_wave_at, round.last_wave_at, round.closes_at) == (FIRST, LAST, LAST + 12 * HOUR)
    assert (waves[0].opens_at, waves[-1].opens_at) == (FIRST, LAST)
    assert 30 < len(waves) < 45
    assert sum(len(wave.time_zones) for wave in waves) > 500


def test_planning_twice_makes_one_round(db, mexico):
    assert plan(db, FIRST) == plan(db, FIRST) == ["2026-W20"]
    with db.reading() as session:
        assert session.scalar(select(func.count(Round.id))) == 1


def test_four_planners_at_once_make_one_round(db, mexico):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: plan(db, FIRST), range(4))) == [["2026-W20"]] * 4
    with db.reading() as session:
        assert session.scalar(select(func.count(Round.id))) == 1
        assert session.scalar(select(func.count(Wave.opens_at.distinct()))) == session.scalar(
            select(func.count(Wave.id))
        )


def test_without_an_active_region_there_is_no_round(db, mexico):
    with db.writing() as session:
        session.merge(mexico).active = False
    assert plan(db, FIRST) == []


def test_after_downtime_a_round_is_planned_until_its_window_closes(db, mexico):
    assert plan(db, LAST + 11 * HOUR) == ["2026-W20"]
    assert plan(db, LAST + 13 * HOUR) == []


def test_week_follows_week(db, mexico):
    for week in range(3):
        plan(db, FIRST + timedelta(weeks=week))
    with db.reading() as session:
        weeks = session.scalars(select(Round.week).order_by(Round.week)).all()
    assert weeks == ["2026-W20", "2026-W21", "2026-W22"]


def test_each_schedule_has_rounds_of_its_own(db, mexico):
    with db.writing() as session:
        make_region(session, "ES", schedule=make_schedule(session, "sundays", weekday=6))
    assert plan(db, FIRST) == ["2026-W20"]
    plan(db, FIRST + 48 * HOUR)
    with db.reading() as session:
        assert session.scalar(select(func.count(Round.id))) == 2


def test_a_planned_round_follows_its_schedule_and_a_started_one_does_not(db, mexico):
    plan(db, FIRST - HOUR)
    with db.writing() as session:
        change_schedule(session, hour=9)
    plan(db, FIRST - HOUR)
    with db.reading() as session:
        assert session.scalars(select(Round)).one().first_wave_at == FIRST + 2 * HOUR
        assert session.scalar(select(func.min(Wave.opens_at))) == FIRST + 2 * HOUR
    with db.writing() as session:
        start_rounds(session, FIRST + 2 * HOUR)
        change_schedule(session, hour=10)
    plan(db, FIRST + 2 * HOUR)
    with db.reading() as session:
        assert session.scalars(select(Round)).one().first_wave_at == FIRST + 2 * HOUR


@pytest.mark.parametrize(
    ("week", "zone", "opens_at"),
    [
        ("2026-W13", "Europe/Madrid", datetime(2026, 3, 27, 6, 0, tzinfo=UTC)),  # before summer time
        ("2026-W14", "Europe/Madrid", datetime(2026, 4, 3, 5, 0, tzinfo=UTC)),  # in it
        ("2026-W43", "Europe/Madrid", datetime(2026, 10, 23, 5, 0, tzinfo=UTC)),
        ("2026-W44", "Europe/Madrid", datetime(2026, 10, 30, 6, 0, tzinfo=UTC)),  # and out again
    ],
)
def test_a_zone_opens_at_its_own_seven_oclock_on_both_sides_of_summer_time(db, mexico, week, zone, opens_at):
    plan(db, opens_at - 12 * HOUR)
    with db.reading() as session:
        round = find_round(session, week)
        assert [wave.opens_at for wave in round.waves if zone in wave.time_zones] == [opens_at]


# Starting and closing


def test_a_round_starts_with_its_first_wave(db, mexico):
    plan(db, FIRST - MINUTE)
    with db.writing() as session:
        assert start_rounds(session, FIRST - MINUTE) == []
        (round,) = start_rounds(session, FIRST)
    assert (round.state, round.started_at) == (RoundState.SENDING, FIRST)


def test_a_round_is_done_when_every_wave_was_frozen_and_every_letter_has_ended(service, sink):
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    deliver(service)
    assert tick_at(service, MEXICO) is RoundState.SENDING  # waves are still to come
    assert tick_at(service, LAST) is RoundState.DONE
    assert the_round(service).ended_at == LAST


def test_an_open_letter_keeps_its_round_open(service):
    mexico_with_readers(service, 3)
    freeze_at(service, LAST)
    assert tick_at(service, LAST) is RoundState.SENDING
    assert tick_at(service, LAST + 24 * HOUR) is RoundState.SENDING


def test_an_undecided_issue_keeps_its_round_open_until_the_last_window_closes_and_is_held_then(service):
    mexico_with_readers(service, 1)
    with service.db.writing() as session:
        make_issue(session, make_region(session, "ES"))
        add_editor(session, "ada@newsroom.example", name="Ada")
    freeze_at(service, LAST)
    deliver(service)
    assert tick_at(service, LAST + 12 * HOUR) is RoundState.SENDING
    assert tick_at(service, LAST + 12 * HOUR + MINUTE) is RoundState.DONE
    with service.db.reading() as session:
        assert find_issue(session, "ES").state is IssueState.HELD
        kinds = session.scalars(select(Notice.kind)).all()
    assert kinds.count(NoticeKind.HELD) == 1


def test_a_reader_who_moved_at_the_last_moment_is_found_before_the_round_closes(service):
    mexico_with_readers(service, 1)
    freeze_at(service, LAST)
    deliver(service)
    with service.db.writing() as session:
        make_subscriber(session, find_issue(session, "MX").region)  # as if the freeze had not seen them
    assert tick_at(service, LAST) is RoundState.SENDING
    deliver(service)
    assert tick_at(service, LAST) is RoundState.DONE
    assert the_audit(service).accepted == 2


# A person's hand


def test_a_round_that_was_paused_before_it_began_goes_back_to_being_planned(service):
    mexico_with_readers(service, 1)
    freeze_at(service, FIRST - MINUTE)
    assert act(service, pause) is RoundState.PAUSED
    assert act(service, resume) is RoundState.PLANNED


def test_what_cannot_be_is_refused_in_a_sentence(service):
    mexico_with_readers(service, 1)
    freeze_at(service, FIRST)
    with pytest.raises(NotAllowedError, match="sending, not paused"):
        act(service, resume)
    assert act(service, cancel) is RoundState.CANCELLED
    with pytest.raises(NotAllowedError, match="is cancelled; it cannot become paused"):
        act(service, pause)


def test_waves_that_grew_late_in_a_pause_are_held_and_sent_when_they_are_released(service, sink):
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO - MINUTE)
    act(service, pause)
    service.clock.set(MEXICO + 48 * HOUR)
    act(service, resume)
    assert tick_at(service, MEXICO + 48 * HOUR) is RoundState.DONE
    assert letters(service) == []
    act(service, release)
    service.freezer.freeze_round(the_round(service).id, service.clock.now())
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: 3}
    assert tick_at(service, MEXICO + 48 * HOUR) is RoundState.DONE


def test_an_issue_that_was_held_is_sent_by_releasing_the_round_after_its_end(service):
    mexico_with_readers(service, 2)
    with service.db.writing() as session:
        spain = make_region(session, "ES")
        make_issue(session, spain)
        make_subscriber(session, find_issue(session, "MX").region, spain, address="both@readers.example")
    freeze_at(service, LAST)
    deliver(service)
    assert tick_at(service, LAST + 13 * HOUR) is RoundState.DONE
    approve_now(service, "ES")
    assert tick_at(service, LAST + 13 * HOUR) is RoundState.DONE  # not by itself
    assert act(service, release) is RoundState.SENDING
    assert service.freezer.freeze_round(the_round(service).id, service.clock.now()) == 1
    deliver(service)
    assert carried(service)["both@readers.example"] == [["MX"], ["ES"]]
    assert tick_at(service, LAST + 13 * HOUR) is RoundState.DONE


def test_nothing_left_behind_is_nothing_to_release(service):
    mexico_with_readers(service, 1)
    for hours in range(0, 27, 2):
        freeze_at(service, FIRST + hours * HOUR)
    with pytest.raises(NotAllowedError, match="left nothing behind"):
        act(service, release)


def test_unknown_letters_are_sent_again_on_a_persons_word_with_the_same_message_id(service, sink):
    mexico_with_readers(service, 3)
    freeze_at(service, LAST)
    sink.rule("ANSWER", CLOSE, times=1)
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: 2, LetterState.UNKNOWN: 1}
    assert tick_at(service, LAST) is RoundState.DONE
    with service.db.writing() as session:
        round = find_round(session, "last")
        assert send_unknown_again(session, round, 10, by="Ada", now=LAST) == 1
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: 3}
    ids = [mail.message_id for mail in sink.received]
    assert (len(ids), len(set(ids))) == (4, 3)
    assert tick_at(service, LAST) is RoundState.DONE


# Finding


def test_a_round_is_found_by_week_schedule_number_and_as_the_last(db, mexico):
    plan(db, FIRST)
    with db.reading() as session:
        found = {find_round(session, ref).id for ref in ("2026-W20", "2026-w20", "weekly/2026-W20", "last", "1")}
    assert found == {1}


@pytest.mark.parametrize("ref", ["2026-W19", "sundays/2026-W20", "7", "nonsense"])
def test_a_round_that_is_not_there_is_told_with_what_to_do(db, mexico, ref):
    plan(db, FIRST)
    with db.reading() as session, pytest.raises(NotFoundError, match="rounds list"):
        find_round(session, ref)


def test_a_round_that_can_close_is_closed_by_one_of_two(service):
    mexico_with_readers(service, 1)
    freeze_at(service, LAST)
    deliver(service)
    with service.db.writing() as session:
        hold_late_waves(session, LAST)
        assert len(closable_rounds(session, LAST)) == 1
    with ThreadPoolExecutor(2) as pool:
        ticks = list(pool.map(lambda _: service.ticker.tick(), range(2)))
    assert [tick.errors for tick in ticks] == [[], []]
    assert the_round(service).state is RoundState.DONE


def test_running_the_week_again_sends_nothing(service, sink):
    mexico_with_readers(service, 5)
    for _ in range(3):
        tick_at(service, LAST)
        deliver(service)
    assert len(sink.received) == 5
    with service.db.reading() as session:
        assert session.scalar(select(func.count(Round.id))) == 1
        assert session.scalars(select(Issue)).one().state is IssueState.OUT


def tick_at(service, instant):
    """A tick without an error; the state of the round after it."""
    service.clock.set(instant)
    assert service.ticker.tick().errors == []
    return the_round(service).state


def act(service, deed):
    with service.db.writing() as session:
        round = find_round(session, "last")
        deed(session, round, by="Ada", now=service.clock.now())
        return round.state
