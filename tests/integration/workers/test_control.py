"""A person's hand on a round while a real worker is in the middle of it."""

import time

import pytest

from newsletter.sending.controlling import cancel, pause, resume
from newsletter.sending.models import LetterState
from newsletter.sending.rounds import find_round
from tests.support.rounds import MEXICO, deliver, freeze_at, mexico_with_readers, states, the_audit
from tests.support.workers import environment_of, process, running_until, sender_command, stamp

READERS = 200
SECOND = 1.0


@pytest.fixture
def environment(service, sink, tmp_path):
    """Two hundred letters, of which forty a second may leave."""
    mexico_with_readers(service, READERS)
    freeze_at(service, MEXICO)
    stamp(service)
    clock = tmp_path / "clock"
    clock.write_text(MEXICO.isoformat())
    relay = f"smtp://127.0.0.1:{sink.port}?max_rate_per_second=40"
    return environment_of(service, NEWSLETTER_RELAY_URL=relay, NEWSLETTER_CLOCK_FILE=str(clock))


def act_in_mid_batch(service, environment, sink, tmp_path, action):
    """Have a worker send until the 65th letter, then act; when that was committed."""
    log = tmp_path / "log"
    with process(sender_command(), environment, log) as worker:
        running_until(worker, lambda: len(sink.received) >= 65, log)
        with service.db.writing() as session:
            action(session, find_round(session, "last"), by="Ada", now=MEXICO)
        acted_at = time.time()
        assert worker.wait(30) == 0, log.read_text()
    return acted_at


def test_a_pause_takes_effect_within_a_second_and_the_rest_leaves_later(service, environment, sink, tmp_path):
    paused_at = act_in_mid_batch(service, environment, sink, tmp_path, pause)
    assert max(mail.at for mail in sink.received) - paused_at < SECOND
    sent = len(sink.received)
    assert sent < READERS
    assert states(service) == {LetterState.ACCEPTED: sent, LetterState.QUEUED: READERS - sent}
    with service.db.writing() as session:
        resume(session, find_round(session, "last"), by="Ada", now=MEXICO)
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: READERS}
    assert len(set(sink.recipients)) == len(sink.recipients) == READERS
    assert the_audit(service).is_sound


def test_a_cancelled_round_sends_nothing_after_a_second(service, environment, sink, tmp_path):
    cancelled_at = act_in_mid_batch(service, environment, sink, tmp_path, cancel)
    assert max(mail.at for mail in sink.received) - cancelled_at < SECOND
    service.ticker.tick().raise_errors()  # what the worker gave back meanwhile
    sent = len(sink.received)
    assert states(service) == {LetterState.ACCEPTED: sent, LetterState.SKIPPED: READERS - sent}
    assert the_audit(service).is_sound
    assert deliver(service) == 0
