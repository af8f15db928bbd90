"""A round that pauses by itself, and its canary, with a real SMTP server on both databases."""

import pytest
from sqlalchemy import select, update

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor
from newsletter.sending.brakes import IN_A_ROW
from newsletter.sending.canaries import Phase
from newsletter.sending.controlling import resume, send_unknown_again
from newsletter.sending.flying import CanaryRule, plan
from newsletter.sending.models import Letter, LetterState, Notice, NoticeKind, RoundState, Wave
from newsletter.sending.overview import overview_of
from newsletter.sending.rounds import find_round, plan_rounds
from tests.conftest import KEY
from tests.support.rounds import (
    HOUR,
    MEXICO,
    MINUTE,
    deliver,
    letters,
    mexico_with_readers,
    states,
    the_audit,
    the_round,
)
from tests.support.smtp import CLOSE, SmtpSink
from tests.support.world import NOW

ACCEPTED, REFUSED, DEFERRED, UNKNOWN, QUEUED = (
    LetterState.ACCEPTED,
    LetterState.REFUSED,
    LetterState.DEFERRED,
    LetterState.UNKNOWN,
    LetterState.QUEUED,
)
BLOCKED = "550 5.7.1 Blocked for its reputation"


def frozen(service, readers=25):
    """A round of so many letters, frozen by the tick; an editor is there to be told."""
    with service.db.writing() as session:
        add_editor(session, "ada@newsroom.example", name="Ada", role=Role.PUBLISHER)
    mexico_with_readers(service, readers)
    tick(service, MEXICO)
    return service


def tick(service, instant):
    service.clock.set(instant)
    service.ticker.tick().raise_errors()
    service.freezer.freeze_due_waves(instant)  # what the tick leaves to a task of its own when it takes too long


def told(service, kind=NoticeKind.PAUSED):
    with service.db.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)).all()
        return [notice.arguments["reason"] for notice in notices]


def go_on(service, instant):
    with service.db.writing() as session:
        resume(session, find_round(session, "last"), by="Ada", now=instant)
    tick(service, instant)


def with_settings(service, **settings):
    changed = Settings(**service.settings.model_dump() | settings)
    return Service(settings=changed, clock=service.clock, db=service.db, secret_keys=[KEY])


# Refusals of us


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "BODY"])
def test_a_relay_that_refuses_us_pauses_the_round_and_costs_no_letter(service, sink, command):
    frozen(service)
    sink.rule(command, BLOCKED)
    deliver(service)
    assert states(service) == {DEFERRED: IN_A_ROW, QUEUED: 25 - IN_A_ROW}
    assert the_round(service).state is RoundState.PAUSED
    [reason] = told(service)
    assert reason == the_round(service).note
    assert BLOCKED in reason
    assert deliver(service) == 0
    assert len(told(service)) == 1


def test_after_a_persons_word_every_letter_leaves_once(service, sink):
    frozen(service)
    sink.rule("RCPT", BLOCKED)
    deliver(service)
    sink.rules.clear()
    go_on(service, MEXICO + 30 * HOUR)  # longer than a letter is tried
    deliver(service)
    assert states(service) == {ACCEPTED: 25}
    assert len(set(sink.recipients)) == len(sink.recipients) == 25
    assert the_audit(service).is_sound


def test_letters_of_a_paused_round_stay_put_off(service, sink):
    frozen(service)
    sink.rule("RCPT", BLOCKED)
    deliver(service)
    tick(service, MEXICO + HOUR)
    assert states(service) == {DEFERRED: IN_A_ROW, QUEUED: 25 - IN_A_ROW}


def test_one_odd_refusal_of_us_puts_off_one_letter(service, sink):
    frozen(service)
    sink.rule("RCPT", BLOCKED, times=1, after=3)
    deliver(service)
    assert states(service) == {ACCEPTED: 24, DEFERRED: 1}
    assert the_round(service).state is RoundState.SENDING
    assert told(service) == []


def test_refusals_of_addresses_end_only_their_letters(service, sink):
    frozen(service, readers=30)
    sink.rule("RCPT", "550 5.1.1 No such user", times=10)
    deliver(service)
    assert states(service) == {ACCEPTED: 20, REFUSED: 10}
    assert the_round(service).state is RoundState.SENDING


def test_of_several_relays_only_the_one_that_refuses_us_is_taken_out(service, sink):
    with SmtpSink() as other:
        urls = f"smtp://127.0.0.1:{sink.port}?weight=999999, smtp://localhost:{other.port}?weight=0.001"
        both = frozen(with_settings(service, relay_url=urls))
        sink.rule("RCPT", BLOCKED)
        deliver(both)
        assert states(both) == {DEFERRED: IN_A_ROW, ACCEPTED: 25 - IN_A_ROW}
        assert the_round(both).state is RoundState.SENDING
        assert told(both) == []
        [reason] = told(both, NoticeKind.ALARM)
        assert str(sink.port) in reason
        tick(both, MEXICO + 6 * MINUTE)
        deliver(both)
        assert states(both) == {ACCEPTED: 25}
        assert len(set(other.recipients)) == 25


def test_other_workers_need_not_find_out_by_themselves_that_a_relay_refuses_us(service, sink):
    with SmtpSink() as other:
        urls = f"smtp://127.0.0.1:{sink.port}?weight=999999, smtp://localhost:{other.port}?weight=0.001"
        both, another = (with_settings(service, relay_url=urls) for _ in range(2))
        frozen(both)
        assert another.relays.in_turn()[0].port == sink.port
        sink.rule("RCPT", BLOCKED)
        deliver(both)
        assert [relay.port for relay in another.relays.in_turn()] == [other.port]
        assert not another.relays.is_any_up(besides=f"localhost:{other.port}")


# A share of errors


def test_too_many_errors_pause_the_round_and_the_editors_are_told_once(service, sink):
    frozen(service, readers=80)
    sink.rule("RCPT", "550 5.1.1 No such user", match="[05]@")
    deliver(service)
    count = states(service)
    assert count[ACCEPTED] + count[REFUSED] >= 50
    assert count[QUEUED] > 0
    assert the_round(service).state is RoundState.PAUSED
    [reason] = told(service)
    assert "more than 10%" in reason
    assert the_audit(service).is_sound


def test_after_a_persons_word_the_errors_before_it_do_not_count(service, sink):
    frozen(service, readers=80)
    rule = sink.rule("RCPT", "550 5.1.1 No such user", match="[05]@")
    deliver(service)
    go_on(service, MEXICO + MINUTE)
    sink.rules.remove(rule)
    with service.db.reading() as session:
        waiting = session.scalars(select(Letter).where(Letter.state == QUEUED)).all()
    sink.rule("RCPT", "550 5.1.1 No such user", times=5)  # again, but of too few letters to say anything
    service.clock.set(MEXICO + 2 * MINUTE)
    deliver(service)
    assert states(service)[QUEUED] == 0
    assert len(waiting) < 50
    assert the_round(service).state is RoundState.SENDING
    assert len(told(service)) == 1


def test_a_relay_that_hangs_up_before_its_answers_is_stopped_too(service, sink):
    frozen(service, readers=80)
    sink.rule("ANSWER", CLOSE, match="[0246]@")  # never three in a row
    for _ in range(30):
        if not deliver(service):
            break
    assert the_round(service).state is RoundState.PAUSED
    assert states(service)[UNKNOWN] > 5
    assert states(service)[QUEUED] > 0


def test_a_share_of_one_lets_everything_through(service, sink):
    patient = frozen(with_settings(service, pause_at_error_share=1), readers=80)
    sink.rule("RCPT", "550 5.1.1 No such user")
    deliver(patient)
    assert states(patient) == {REFUSED: 80}


def test_a_round_without_anything_left_is_not_paused_for_its_last_letters(service, sink):
    frozen(service, readers=60)
    with service.db.writing() as session:
        session.execute(update(Wave).values(frozen_at=MEXICO))
    sink.rule("RCPT", "550 5.1.1 No such user", after=50)
    deliver(service)
    assert states(service) == {ACCEPTED: 50, REFUSED: 10}
    assert the_round(service).state is RoundState.SENDING


# The canary


@pytest.fixture
def flying(service):
    return frozen(with_settings(service, canary="12", canary_minutes=15))


def phase(service):
    with service.db.reading() as session:
        return overview_of(session, find_round(session, "last"), service.limits, service.clock.now()).canary


def test_so_many_letters_leave_first_and_the_others_after_the_wait(flying, sink):
    assert phase(flying) is Phase.SENDING
    assert deliver(flying) == 12
    assert deliver(flying) == 0
    assert flying.deliverer.waiting() == 0
    tick(flying, MEXICO + MINUTE)
    assert phase(flying) is Phase.WAITING
    tick(flying, MEXICO + 15 * MINUTE)
    assert deliver(flying) == 0
    tick(flying, MEXICO + 16 * MINUTE)
    assert phase(flying) is Phase.OFF
    assert deliver(flying) == 13
    assert len(set(sink.recipients)) == len(sink.recipients) == 25
    assert the_audit(flying).is_sound


def test_a_canary_that_fares_badly_holds_the_others(flying, sink):
    sink.rule("RCPT", "550 5.1.1 No such user", times=3)
    deliver(flying)
    tick(flying, MEXICO)
    tick(flying, MEXICO + 15 * MINUTE)
    assert the_round(flying).state is RoundState.PAUSED
    [reason] = told(flying)
    assert "3 of the last 12 letters (25%)" in reason
    go_on(flying, MEXICO + HOUR)
    assert deliver(flying) == 13


def test_a_canary_may_hold_the_others_for_a_person_in_any_case(service, sink):
    held = frozen(with_settings(service, canary="20%", canary_then="hold"))
    assert deliver(held) == 5
    tick(held, MEXICO)
    tick(held, MEXICO + 15 * MINUTE)
    assert the_round(held).state is RoundState.PAUSED
    assert "wait for your word" in told(held)[0]
    go_on(held, MEXICO + 20 * MINUTE)
    assert deliver(held) == 20


def test_letters_of_a_canary_that_are_put_off_are_tried_again_while_the_others_wait(flying, sink):
    sink.rule("RCPT", "451 4.7.1 Greylisted", times=2)
    deliver(flying)
    assert states(flying) == {ACCEPTED: 10, DEFERRED: 2, QUEUED: 13}
    tick(flying, MEXICO + 6 * MINUTE)
    assert deliver(flying) == 2
    assert states(flying) == {ACCEPTED: 12, QUEUED: 13}


def test_a_canary_that_a_worker_gave_back_is_not_over(flying, sink):
    flying.deliverer.deliver(seconds=20, is_stopping=lambda: len(sink.received) >= 4)
    assert len(sink.received) < 12
    tick(flying, MEXICO + HOUR)
    assert phase(flying) is Phase.SENDING
    deliver(flying)
    assert len(sink.received) == 12


def test_a_round_may_have_a_canary_of_its_own(service, sink):
    mexico_with_readers(service, 25)
    with service.db.writing() as session:
        [round] = plan_rounds(session, NOW)
        plan(round, CanaryRule("3", 60))
    tick(service, MEXICO)
    assert deliver(service) == 3
    tick(service, MEXICO)
    tick(service, MEXICO + 59 * MINUTE)
    assert deliver(service) == 0
    tick(service, MEXICO + HOUR)
    assert deliver(service) == 22


def test_a_round_smaller_than_its_canary_just_ends(service, sink):
    small = frozen(with_settings(service, canary="200"), readers=5)
    assert deliver(small) == 5
    for hours in (0, 40):
        tick(small, MEXICO + hours * HOUR)
    assert the_round(small).state is RoundState.DONE


# The audit at the end


def ended(service):
    deliver(service)
    tick(service, MEXICO + 40 * HOUR)
    assert the_round(service).state is RoundState.DONE


def test_a_round_that_ends_is_audited_and_nothing_is_said_of_a_sound_one(service, sink):
    frozen(service)
    ended(service)
    assert the_round(service).audited_at == MEXICO + 40 * HOUR
    assert told(service, NoticeKind.ALARM) == []


def test_a_round_that_does_not_add_up_is_shouted_about_once(service, sink):
    frozen(service)
    with service.db.writing() as session:
        session.execute(update(Wave).where(Wave.letters > 0).values(letters=Wave.letters + 2))
    ended(service)
    tick(service, MEXICO + 41 * HOUR)
    [reason] = told(service, NoticeKind.ALARM)
    assert "+2 letters are missing" in reason


def test_a_round_that_was_opened_again_is_audited_again(service, sink):
    frozen(service)
    sink.rule("ANSWER", CLOSE, times=1)
    ended(service)
    with service.db.writing() as session:
        send_unknown_again(session, find_round(session, "last"), 10, by="Ada", now=MEXICO + 41 * HOUR)
    deliver(service)
    tick(service, MEXICO + 42 * HOUR)
    assert states(service) == {ACCEPTED: 25}
    assert the_round(service).audited_at == MEXICO + 42 * HOUR


def test_what_the_service_does_to_a_round_is_in_the_log(service, sink):
    frozen(service)
    sink.rule("RCPT", BLOCKED)
    deliver(service)
    with service.db.reading() as session:
        entries = session.scalars(select(LogEntry).where(LogEntry.action == "round paused")).all()
    assert [entry.actor for entry in entries] == ["automatic"]
    assert letters(service)[0].reply_code == 550
