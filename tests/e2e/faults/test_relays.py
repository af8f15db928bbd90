"""Relays that misbehave, to one running service: after each of them all is accounted for."""

import pytest

from newsletter.sending.models import LetterState
from tests.e2e.faults import behaviours as by
from tests.e2e.faults.accounting import assert_all_accounted_for, readers_of
from tests.e2e.faults.conftest import MakeHouse
from tests.e2e.faults.house import House
from tests.e2e.faults.relay import Behaviour

pytestmark = pytest.mark.e2e

READERS, FEW = 40, 12
ACCEPTED, REFUSED, UNKNOWN = LetterState.ACCEPTED, LetterState.REFUSED, LetterState.UNKNOWN

NO_SUCH_USER = "550 5.1.1 No such user"
BEHAVIOURS: dict[str, tuple[Behaviour, dict[LetterState, int] | None]] = {
    "greylists": (by.greylists(), {ACCEPTED: READERS}),
    "says421": (by.every(6, "MAIL", by.says_421), {ACCEPTED: READERS}),
    "says421after": (by.every(6, "DOT", by.says_421), {ACCEPTED: READERS}),
    "closesindata": (by.every(9, "CONTENT", by.hangs_up_within), None),
    "acceptsandcloses": (by.every(9, "ANSWER", by.hangs_up), {ACCEPTED: READERS - 3, UNKNOWN: 3}),
    "hangsbefore": (by.every(20, "MAIL", by.hangs, times=1), {ACCEPTED: READERS}),
    "hangsafter": (by.every(20, "DOT", by.hangs, times=1), {ACCEPTED: READERS - 1, UNKNOWN: 1}),
    "refusesall": (by.refuses(NO_SUCH_USER), {REFUSED: READERS}),
    "refusestenth": (by.refuses(NO_SUCH_USER, of_ten=range(1)), {ACCEPTED: READERS - 4, REFUSED: 4}),
}


@pytest.fixture(scope="module")
def running(make_house: MakeHouse) -> House:
    """Waits four seconds for an answer, and has a worker and beat."""
    made = make_house("postgres", relay_timeout_seconds=4)
    made.start("worker")
    made.start("beat")
    return made


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_relay_that_misbehaves_costs_nobody_a_letter_and_gives_nobody_two(running: House, name: str):
    running.relay.behave()
    running.relay.behaviour, expected = BEHAVIOURS[name]
    running.open_round(name, READERS)
    found = running.finish(name, READERS)
    assert_all_accounted_for(running, name, readers_of(name, READERS))
    assert expected is None or found == expected


def test_a_relay_that_does_not_keep_the_pipelining_it_offers(running: House):
    running.relay.behave()
    running.relay.forgets = True
    running.open_round("forgets", FEW)
    assert running.finish("forgets", FEW) == {ACCEPTED: FEW}
    assert_all_accounted_for(running, "forgets", readers_of("forgets", FEW))


def test_a_relay_that_answers_byte_by_byte(running: House):
    running.relay.behave()
    running.relay.says_by_bytes = True
    running.open_round("bybytes", FEW)
    assert running.finish("bybytes", FEW) == {ACCEPTED: FEW}
    assert_all_accounted_for(running, "bybytes", readers_of("bybytes", FEW))
