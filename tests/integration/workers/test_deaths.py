"""Workers that end in mid-batch: whatever happens, nobody is lost, and nobody gets a letter twice."""

import os
import signal
from collections import Counter

import pytest

from newsletter.bootstrap import Service
from newsletter.sending.models import LetterState
from tests.support.rounds import MEXICO, deliver, freeze_at, letters, mexico_with_readers, states, the_audit
from tests.support.smtp import HANG
from tests.support.waiting import eventually
from tests.support.workers import environment_of, process, running_until, sender_command, stamp

READERS = 40


@pytest.fixture
def frozen(service: Service) -> Service:
    """Forty letters in four batches, with leases of two seconds."""
    mexico_with_readers(service, READERS)
    freeze_at(service, MEXICO)
    return service


@pytest.fixture
def environment(frozen, tmp_path):
    stamp(frozen)
    clock = tmp_path / "clock"
    clock.write_text(MEXICO.isoformat())
    return environment_of(frozen, NEWSLETTER_LEASE_SECONDS="2", NEWSLETTER_CLOCK_FILE=str(clock))


def recover(service: Service) -> None:
    """Tick until the dead worker's lease has run out and its batch is free or ended."""

    def recovered() -> bool:
        service.ticker.tick().raise_errors()
        return not states(service)[LetterState.ATTEMPTING]

    eventually(recovered, seconds=20)


@pytest.mark.parametrize("sent", [1, 7, 23])
def test_a_worker_killed_in_mid_batch_leaves_at_most_one_letter_unknown(frozen, environment, sink, tmp_path, sent):
    with process(sender_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: len(sink.received) >= sent, tmp_path / "log")
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
    assert len(sink.received) < READERS
    recover(frozen)
    deliver(frozen)
    counts = states(frozen)
    assert counts[LetterState.UNKNOWN] <= 1
    assert counts[LetterState.ACCEPTED] + counts[LetterState.UNKNOWN] == READERS
    copies = Counter(mail.message_id for mail in sink.received)
    assert set(copies.values()) == {1}
    assert len(copies) >= READERS - 1
    assert the_audit(frozen).is_sound


def test_a_worker_killed_between_the_final_dot_and_the_answer_leaves_that_letter_unknown(
    frozen, environment, sink, tmp_path
):
    sink.rule("ANSWER", HANG, after=5, times=1)
    with process(sender_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: len(sink.received) == 6, tmp_path / "log")
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
    recover(frozen)
    deliver(frozen)
    assert states(frozen) == {LetterState.ACCEPTED: READERS - 1, LetterState.UNKNOWN: 1}
    assert len({mail.message_id for mail in sink.received}) == len(sink.received) == READERS


def test_a_worker_killed_before_the_data_leaves_at_most_that_letter_unknown(frozen, environment, sink, tmp_path):
    sink.rule("MAIL", HANG, times=1)
    with process(sender_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: sink.commands["MAIL"], tmp_path / "log")
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
    recover(frozen)
    deliver(frozen)
    assert states(frozen)[LetterState.UNKNOWN] <= 1  # its mark is written before MAIL, which is on the safe side
    assert len({mail.message_id for mail in sink.received}) == len(sink.received) >= READERS - 1


def test_a_worker_that_slept_through_its_lease_stops_when_it_wakes(frozen, environment, sink, tmp_path):
    sink.rule("MAIL", HANG, after=3, times=1)
    with process(sender_command(), environment, tmp_path / "log") as worker:
        running_until(worker, lambda: sink.commands["MAIL"] == 4, tmp_path / "log")
        os.kill(worker.pid, signal.SIGSTOP)
        recover(frozen)
        deliver(frozen)
        os.kill(worker.pid, signal.SIGCONT)
        sink.drop_connections()
        worker.wait(30)
    assert len({mail.message_id for mail in sink.received}) == len(sink.received) >= READERS - 1
    assert the_audit(frozen).is_sound
    assert {letter.state for letter in letters(frozen)} <= {LetterState.ACCEPTED, LetterState.UNKNOWN}
