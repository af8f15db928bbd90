from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from newsletter.errors import UnavailableError
from newsletter.patience import Patience
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
