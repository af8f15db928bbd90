from datetime import timedelta

import pytest
from sqlalchemy import select, update

from newsletter.errors import NotAllowedError
from newsletter.sending.controlling import release
from newsletter.sending.models import Batch, Letter, LetterState, Round, RoundState, Tally
from newsletter.sending.rolling_up import roll_up
from newsletter.sending.rounds import find_round
from newsletter.sending.states import move
from tests.support.rounds import MEXICO, deliver, freeze_at, letters, mexico_with_readers, the_audit, the_round

YEAR = timedelta(days=365)
LATER = MEXICO + 2 * YEAR


@pytest.fixture
def done(service, sink):
    """A round of 25 letters, all accepted, that ended on its day."""
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO)
    deliver(service)
    with service.db.writing() as session:
        session.execute(update(Round).values(state=RoundState.DONE, ended_at=MEXICO))
    return service


def test_old_letters_go_and_their_sums_stay(done):
    before = the_audit(done)
    assert roll(done) == 25
    assert letters(done) == []
    with done.db.reading() as session:
        assert session.scalars(select(Batch)).all() == []
    assert the_audit(done) == before
    assert before.accepted == before.issues[0].readers == 25


def test_a_round_is_rolled_up_some_letters_at_a_time(done):
    assert [roll(done, at_once=10) for _ in range(4)] == [10, 10, 5, 0]
    assert the_audit(done).accepted == 25


def test_a_round_that_is_not_old_enough_is_left_as_it_is(done):
    assert roll(done, now=MEXICO + YEAR - timedelta(seconds=1)) == 0
    assert roll(done, now=MEXICO + YEAR) == 25


@pytest.mark.parametrize("state", [RoundState.PLANNED, RoundState.SENDING, RoundState.PAUSED])
def test_a_round_that_may_still_send_is_never_rolled_up(done, state):
    with done.db.writing() as session:
        session.execute(update(Round).values(state=state))
    assert roll(done) == 0


def test_a_round_that_is_rolled_up_cannot_be_sent_again_from_its_first_deleted_letter_on(done):
    roll(done, at_once=1)
    with done.db.writing() as session:
        round = find_round(session, "last")
        with pytest.raises(NotAllowedError, match="rolled up"):
            move(round, RoundState.SENDING)
        with pytest.raises(NotAllowedError):
            release(session, round, by="Ada", now=LATER)


def test_a_round_whose_tally_is_wrong_keeps_its_letters(done):
    with done.db.writing() as session:
        session.execute(update(Tally).where(Tally.state == LetterState.ACCEPTED).values(letters=Tally.letters + 1))
    assert roll(done) == 0
    assert len(letters(done)) == 25
    assert the_round(done).rolled_up_at is None


def test_the_tick_rolls_up(done):
    done.clock.set(LATER)
    done.ticker.tick()
    with done.db.reading() as session:
        assert session.scalars(select(Letter)).all() == []


def roll(service, now=LATER, at_once=100):
    with service.db.writing() as session:
        return roll_up(session, now, YEAR, at_once=at_once)
