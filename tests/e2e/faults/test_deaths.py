"""Workers that die or are ended in mid-round: the next one goes on, nobody is lost, and nobody gets two.

The moments are drawn from a seed, which stands in the name of the test. `make torture` runs many more of them; there
TORTURE_RUNS and TORTURE_SEED choose.
"""

import os
import random
import signal
from collections.abc import Callable

import pytest

from newsletter.sending.models import LetterState
from tests.e2e.faults.accounting import assert_all_accounted_for, readers_of
from tests.e2e.faults.behaviours import once
from tests.e2e.faults.conftest import MakeHouse
from tests.e2e.faults.house import CONNECTIONS, House
from tests.e2e.faults.relay import Behaviour, Kept, Visit

pytestmark = pytest.mark.e2e

READERS = 60
ACCEPTED, UNKNOWN = LetterState.ACCEPTED, LetterState.UNKNOWN
STEPS = ("MAIL", "RCPT", "DATA", "CONTENT", "DOT", "ANSWER", "ANSWERED")

RUNS = int(os.environ.get("TORTURE_RUNS") or 5)
FIRST_SEED = int(os.environ.get("TORTURE_SEED") or 1)
SEEDS = range(FIRST_SEED, FIRST_SEED + RUNS)


class Ward:
    """A house with beat and the worker of the moment, whose lease lasts three seconds after its death."""

    def __init__(self, made: House) -> None:
        self.house = made
        self.worker = made.start("worker")
        made.start("beat")

    def send(self, name: str, behaviour: Behaviour) -> dict[LetterState, int]:
        """A round during which the behaviour ends the worker; another one is started then, which finishes it."""
        self.house.relay.behaviour = behaviour
        self.house.open_round(name, READERS)
        self.house.wait_for(lambda: self.worker.poll() is not None)
        self.house.relay.behave()
        self.worker = self.house.start("worker")
        return self.house.finish(name, READERS)

    def kill(self, _: Visit | None = None) -> None:
        self.worker.kill()


@pytest.fixture(scope="module")
def wards(make_house: MakeHouse) -> Callable[[str], Ward]:
    built: dict[str, Ward] = {}

    def ward(database: str) -> Ward:
        if database not in built:
            built[database] = Ward(make_house(database, lease_seconds=3))
        return built[database]

    return ward


@pytest.mark.parametrize("seed", SEEDS)
def test_a_worker_killed_at_a_random_moment(wards: Callable[[str], Ward], seed: int):
    draw = random.Random(seed)  # noqa: S311 - lots, not secrets
    ward = wards(("sqlite", "postgres")[seed % 2])
    number, step, later = draw.randint(1, READERS), draw.choice(STEPS), draw.choice((0, draw.uniform(0, 0.02)))
    name = f"seed{seed}x"
    counts = ward.send(name, once(number, step, ward.kill, seconds_later=later))
    assert counts.get(UNKNOWN, 0) <= CONNECTIONS
    assert counts[ACCEPTED] + counts.get(UNKNOWN, 0) == READERS
    assert_all_accounted_for(ward.house, name, readers_of(name, READERS))


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_worker_killed_between_the_final_dot_and_the_250(wards: Callable[[str], Ward], database: str):
    ward, offered = wards(database), []
    name = "dot"

    def kill(visit: Visit) -> None:
        offered.append(visit.recipient)
        ward.kill()

    counts = ward.send(name, once(READERS // 2, "ANSWER", kill))
    assert 1 <= counts[UNKNOWN] <= CONNECTIONS
    assert_all_accounted_for(ward.house, name, readers_of(name, READERS))
    unknown = _unknown(ward.house, name)
    assert offered[0] in {kept.recipient for kept in unknown}  # the relay has it, and nobody here can know that

    # On a person's word they are sent again: they alone may come twice.
    ward.house.command("unknown", ward.house.ref(name), "--send-again", "--yes")
    assert ward.house.finish(name, READERS) == {ACCEPTED: READERS}
    assert_all_accounted_for(ward.house, name, readers_of(name, READERS), sent_again=unknown)
    assert ward.house.relay.copies()[next(kept for kept in unknown if kept.recipient == offered[0])] == 2


def test_a_worker_that_is_terminated_in_mid_batch_hands_back_what_it_has_not_offered(wards: Callable[[str], Ward]):
    ward = wards("postgres")
    counts = ward.send("term", once(READERS // 3, "CONTENT", lambda _: ward.worker.send_signal(signal.SIGTERM)))
    assert counts == {ACCEPTED: READERS}
    assert_all_accounted_for(ward.house, "term", readers_of("term", READERS))


def _unknown(made: House, name: str) -> set[Kept]:
    """The unknown letters, as the command lists them."""
    ids = {row["id"] for row in made.ask("unknown", made.ref(name))}
    return {kept for kept, letter in made.ledger(name).items() if letter.id in ids}
