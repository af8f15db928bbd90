"""Whatever rings twice, or is there twice: each reader gets one letter."""

import pytest

from newsletter.sending.models import LetterState
from tests.e2e.faults.accounting import assert_all_accounted_for, readers_of
from tests.e2e.faults.conftest import MakeHouse
from tests.e2e.faults.house import House

pytestmark = pytest.mark.e2e

READERS = 60
ACCEPTED = LetterState.ACCEPTED


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crowded(request: pytest.FixtureRequest, make_house: MakeHouse) -> House:
    """Two workers and two beats."""
    made = make_house(request.param)
    for name in ("worker", "worker", "beat", "beat"):
        made.start(name)
    return made


def test_two_beats_and_two_workers(crowded: House):
    crowded.open_round("beats", READERS)
    assert crowded.finish("beats", READERS) == {ACCEPTED: READERS}
    assert_all_accounted_for(crowded, "beats", readers_of("beats", READERS))


def test_tasks_that_are_delivered_twice(crowded: House):
    """As a broker does that has not heard of the end of a task: the same message, with the same id, once more."""
    crowded.open_round("twice", READERS)
    for task, queue in (("tick", "default"), ("freeze_waves", "default"), ("send_letters", "letters")):
        crowded.deliver(f"workers.tasks.{task}", queue, times=6)
    assert crowded.finish("twice", READERS) == {ACCEPTED: READERS}
    assert_all_accounted_for(crowded, "twice", readers_of("twice", READERS))
