from collections import Counter

import pytest

from newsletter.patience import FIRST_SECONDS
from newsletter.sending import relays as module
from newsletter.sending.relay import Relay
from newsletter.sending.relays import Relays


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch):
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    return clock


def relays(*weights: float) -> Relays:
    return Relays([Relay(f"r{number}.example", 25, weight=weight) for number, weight in enumerate(weights)])


def names(found: list[Relay]) -> list[str]:
    return [relay.name[:2] for relay in found]


def test_relays_stand_first_as_often_as_their_weights_say() -> None:
    several = relays(3, 1, 0.5)
    first = Counter(names(several.in_turn())[0] for _ in range(9000))
    assert [round(first[name] / 9000, 1) for name in ("r0", "r1", "r2")] == [0.7, 0.2, 0.1]


def test_all_stand_behind_the_first() -> None:
    assert sorted(names(relays(3, 1, 0.5).in_turn())) == ["r0", "r1", "r2"]


def test_one_that_failed_is_left_alone_for_a_while(now) -> None:
    several = relays(1, 1)
    several.failed("r0.example:25")
    assert names(several.in_turn()) == ["r1"]
    now[0] += module.LEFT_ALONE_SECONDS
    assert sorted(names(several.in_turn())) == ["r0", "r1"]


def test_while_all_have_failed_the_one_that_has_been_left_longest_is_tried(now) -> None:
    several = relays(1, 1, 1)
    for name in ("r1", "r2", "r0"):
        now[0] += 1
        several.failed(f"{name}.example:25")
    assert names(several.in_turn()) == ["r1"]
    assert names(several.in_turn(besides={"r1.example:25"})) == ["r2"]
    assert several.in_turn(besides={f"r{number}.example:25" for number in range(3)}) == []


def test_a_relay_of_its_own_is_tried_again_by_one_asker_after_each_wait(now) -> None:
    single = relays(1)
    single.failed("r0.example:25")
    assert names(single.in_turn()) == []
    now[0] += FIRST_SECONDS
    assert [names(single.in_turn()) for _ in range(3)] == [["r0"], [], []]
    single.failed("r0.example:25")
    now[0] += FIRST_SECONDS
    assert names(single.in_turn()) == []
    now[0] += FIRST_SECONDS
    assert names(single.in_turn()) == ["r0"]


def test_to_be_let_in_makes_no_wait_shorter(now, monkeypatch) -> None:
    """A relay that takes connections and breaks them off is as good as none."""
    single = relays(1)
    monkeypatch.setattr(Relay, "open", lambda relay: object())
    for wait in (FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS):
        single.failed("r0.example:25")
        now[0] += wait - 0.1
        assert names(single.in_turn()) == []
        now[0] += 0.1
        assert names(single.in_turn()) == ["r0"]
        single.open("r0.example:25")
    single.succeeded("r0.example:25")
    single.failed("r0.example:25")
    now[0] += FIRST_SECONDS
    assert names(single.in_turn()) == ["r0"]
