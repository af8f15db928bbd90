from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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
