"""Celery as it runs in production: worker and beat as processes, Redis between them, the rows as the truth."""

import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.cli.running import beat_command, worker_command
from newsletter.sending.controlling import pause
from newsletter.sending.models import Batch, LetterState, Notice, NoticeKind, NoticeState, RoundState
from newsletter.sending.notices import queue_notice
from newsletter.sending.rounds import find_round
from newsletter.web.ringing import Bell
from newsletter.work import last_tick
from tests.support.rounds import MEXICO, MINUTE, freeze_at, letters, mexico_with_readers, states, the_audit, the_round
from tests.support.smtp import HANG
from tests.support.waiting import eventually
from tests.support.workers import ROOT, environment_of, process, running_until, stamp


@pytest.fixture
def environment(service: Service, tmp_path):
    """One that keeps the time of a file, two minutes after breakfast in Mexico."""
    stamp(service)
    clock = tmp_path / "clock"
    clock.write_text((MEXICO + 2 * MINUTE).isoformat())
    return environment_of(service, NEWSLETTER_CLOCK_FILE=str(clock))


def test_a_worker_and_beat_send_a_round_by_themselves(service, environment, sink, tmp_path):
    mexico_with_readers(service, 30)
    with (
        process(worker_command(), environment, tmp_path / "worker") as worker,
        process(beat_command(), environment, tmp_path / "beat"),
    ):
        running_until(worker, lambda: states(service)[LetterState.ACCEPTED] == 30, tmp_path / "worker")
        (tmp_path / "clock").write_text((the_round(service).last_wave_at + MINUTE).isoformat())
        running_until(worker, lambda: the_round(service).state is RoundState.DONE, tmp_path / "worker")
    assert len(set(sink.recipients)) == len(sink.recipients) == 30
    assert the_audit(service).is_sound


def test_a_worker_that_is_terminated_hands_back_what_it_has_not_offered_and_ends(service, environment, sink, tmp_path):
    mexico_with_readers(service, 40)
    freeze_at(service, MEXICO)
    with process(worker_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: len(sink.received) >= 3, tmp_path / "log")
        worker.send_signal(signal.SIGTERM)
        worker.wait(15)
    counts = states(service)
    assert counts[LetterState.ATTEMPTING] == counts[LetterState.UNKNOWN] == 0
    assert counts[LetterState.ACCEPTED] == len(sink.received)
    with service.db.reading() as session:
        assert session.scalars(select(Batch).where(Batch.lease.is_not(None))).all() == []


def test_notices_leave_while_every_connection_for_letters_hangs(service, environment, sink, tmp_path):
    mexico_with_readers(service, 60)
    freeze_at(service, MEXICO)
    sink.rule("MAIL", HANG, times=service.settings.relay_connections)
    with process(worker_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: sink.commands["MAIL"] >= service.settings.relay_connections, tmp_path / "log")
        with service.db.writing() as session:
            queue_notice(
                session,
                NoticeKind.HELD,
                address="ada@newsroom.example",
                language="en",
                arguments={"week": "2026-W20", "reason": "A trial.", "path": "/desk"},
                now=service.clock.now(),
            )
        Bell(service.redis_url).ring()
        running_until(worker, lambda: notice_states(service) == [NoticeState.ACCEPTED], tmp_path / "log")
    assert "ada@newsroom.example" in sink.recipients
    assert not any(letter.state is LetterState.UNKNOWN for letter in letters(service))


def test_a_worker_looks_at_the_rows_when_it_is_ready_and_at_a_persons_word_though_no_beat_ticks(
    service, environment, sink, tmp_path
):
    mexico_with_readers(service, 10)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        pause(session, find_round(session, "last"), by="Ada", now=MEXICO)
    with process(worker_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: last_tick(service), tmp_path / "log")
        assert states(service) == {LetterState.QUEUED: 10}
        command = [sys.executable, "-m", "newsletter", "rounds", "resume", "last"]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
        running_until(worker, lambda: states(service)[LetterState.ACCEPTED] == 10, tmp_path / "log")


def test_logs_of_workers_name_nobody(service, environment, sink, tmp_path):
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    with process(worker_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: states(service)[LetterState.ACCEPTED] == 5, tmp_path / "log")
        eventually(lambda: "batch sent" in (tmp_path / "log").read_text())
    log = (tmp_path / "log").read_text()
    assert "@readers.example" not in log
    assert "task_id=" in log


def notice_states(service):
    with service.db.reading() as session:
        return session.scalars(select(Notice.state)).all()
