import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from newsletter.stories.errors import HostBusyError
from newsletter.stories.turns import ProcessTurns, SharedTurns


@pytest.fixture(params=["one process", "two processes"])
def pair(request, redis_client, redis_url):
    """Two who want turns: threads of one process, or (with a client of its own each) two processes."""
    if request.param == "one process":
        turns = ProcessTurns()
        return turns, turns
    return SharedTurns(redis_url, 5), SharedTurns(redis_url, 5)


def test_of_one_host_only_one_has_the_turn(pair):
    first, second = pair
    with first.turn("a.example", 1), ThreadPoolExecutor(1) as pool:
        refused = pool.submit(_try, second, "a.example")
        free = pool.submit(_try, second, "b.example")
        assert isinstance(refused.exception(), HostBusyError)
        assert free.exception() is None
    with second.turn("a.example", 0.1):
        pass


def _try(turns, host: str) -> None:
    with turns.turn(host, 0.05):
        pass


def test_who_waits_has_the_turn_when_it_is_free(pair):
    first, second = pair
    got_it = threading.Event()

    def wait() -> None:
        with second.turn("a.example", 5):
            got_it.set()

    with first.turn("a.example", 1):
        thread = threading.Thread(target=wait)
        thread.start()
        assert not got_it.wait(0.1)
    assert got_it.wait(5)
    thread.join()


def test_a_turn_ends_with_a_failure_too(pair):
    first, second = pair
    with pytest.raises(ZeroDivisionError), first.turn("a.example", 1):
        _ = 1 / 0
    with second.turn("a.example", 0.1):
        pass


def test_the_turn_of_a_process_that_died_ends_by_itself(redis_client, redis_url):
    redis_client.lock("newsletter:fetching:a.example", timeout=0.1).acquire()
    with SharedTurns(redis_url, 5).turn("a.example", 3):
        pass


def test_without_redis_the_turns_are_those_of_the_process(tmp_path):
    nobody = SharedTurns(f"unix://{tmp_path / 'none.sock'}", 5)
    with nobody.turn("a.example", 0.1), ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(_try, nobody, "a.example").exception(), HostBusyError)
    with nobody.turn("a.example", 0.1):
        pass
