import pytest

from newsletter import patience as module
from newsletter.patience import LONGEST_SECONDS, Patience


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    return clock


def seconds_until_the_next_try(patience: Patience, now: list[float]) -> float:
    began_at = now[0]
    while not patience.may_try():
        now[0] += 0.5
    return now[0] - began_at


def test_what_is_well_may_be_tried_by_all(now) -> None:
    patience = Patience()
    assert all(patience.may_try() for _ in range(3))


def test_waits_grow_while_it_fails_up_to_the_longest(now) -> None:
    patience = Patience()
    waits = []
    for _ in range(8):
        patience.failed()
        waits.append(seconds_until_the_next_try(patience, now))
    assert waits == [1, 2, 4, 8, 16, LONGEST_SECONDS, LONGEST_SECONDS, LONGEST_SECONDS]


def test_of_many_that_wait_one_tries(now) -> None:
    patience = Patience()
    patience.failed()
    now[0] += 1
    assert [patience.may_try() for _ in range(3)] == [True, False, False]


def test_many_that_fail_at_once_make_no_wait_longer(now) -> None:
    patience = Patience()
    for _ in range(10):
        patience.failed()
    assert seconds_until_the_next_try(patience, now) == 1


def test_a_try_that_failed_slowly_is_followed_by_a_whole_wait(now) -> None:
    patience = Patience()
    patience.failed()
    assert seconds_until_the_next_try(patience, now) == 1
    now[0] += 60  # until it was known
    patience.failed()
    assert seconds_until_the_next_try(patience, now) == 2


def test_a_success_forgets_what_was(now) -> None:
    patience = Patience()
    for _ in range(4):
        patience.failed()
        seconds_until_the_next_try(patience, now)
    patience.succeeded()
    assert [patience.may_try() for _ in range(2)] == [True, True]
    patience.failed()
    assert seconds_until_the_next_try(patience, now) == 1
