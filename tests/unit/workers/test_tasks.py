from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest

from newsletter.errors import UnavailableError
from newsletter.patience import Patience
from newsletter.sending.ticking import Tick
from workers import tasks
from workers.tasks import slot


def test_no_more_of_a_task_run_at_once_than_it_has_slots():
    meeting = Barrier(5)

    def run(_):
        with slot("a test", most=2) as is_free:
            meeting.wait(5)
            return is_free

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(run, range(5))) == [False, False, False, True, True]


def test_a_slot_is_free_again_after_a_failure():
    for _ in range(3):
        try:
            with slot("another test") as is_free:
                assert is_free
                raise ValueError
        except ValueError:
            continue
    with slot("another test") as is_free:
        assert is_free


def test_while_the_database_is_away_not_every_ring_asks_for_it(monkeypatch):
    asked = []

    def ask(_service):
        asked.append(1)
        raise UnavailableError

    monkeypatch.setattr(tasks.work, "tick", ask)
    monkeypatch.setattr(tasks, "service", lambda: None)
    monkeypatch.setattr(tasks, "_database", Patience())
    for _ in range(5):
        tasks.tick()
    assert asked == [1]


@pytest.fixture
def rung(monkeypatch):
    """The tasks that ticks ring for; a tick itself finds nothing to do."""
    rung = []
    monkeypatch.setattr(tasks.work, "tick", lambda _service: Tick())
    monkeypatch.setattr(tasks, "service", lambda: SimpleNamespace(settings=SimpleNamespace(worker_threads=1)))
    monkeypatch.setattr(tasks, "_database", Patience())
    monkeypatch.setattr(tasks, "ring", rung.append)
    return rung


def test_rings_while_a_tick_is_under_way_are_answered_by_one_more(rung, monkeypatch):
    def is_rung_for_again(_service):
        with ThreadPoolExecutor(1) as another:
            for _ in range(3):
                another.submit(tasks.tick).result(5)
        return Tick()

    monkeypatch.setattr(tasks.work, "tick", is_rung_for_again)
    tasks.tick()
    assert rung.count(tasks.tick) == 1


def test_a_tick_that_nobody_rang_for_again_is_followed_by_none(rung):
    tasks.tick()
    assert tasks.tick not in rung
