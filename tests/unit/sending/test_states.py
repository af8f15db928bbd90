import pytest

from newsletter.errors import NotAllowedError
from newsletter.sending.models import LetterState, Round, RoundState
from newsletter.sending.states import ENDED, LETTER_TRANSITIONS, OPEN, ROUND_TRANSITIONS, may_become, move


def test_every_state_has_its_line_in_a_table():
    assert set(ROUND_TRANSITIONS) == set(RoundState)
    assert set(LETTER_TRANSITIONS) == set(LetterState)


def test_a_round_moves_along_its_table():
    round = Round(week="2026-W20", state=RoundState.PLANNED)
    move(round, RoundState.SENDING)
    move(round, RoundState.PAUSED)
    move(round, RoundState.SENDING)
    move(round, RoundState.DONE)
    assert round.state is RoundState.DONE


@pytest.mark.parametrize("to", list(RoundState))
def test_a_cancelled_round_stays_cancelled(to):
    round = Round(week="2026-W20", state=RoundState.CANCELLED)
    with pytest.raises(NotAllowedError, match=r"The round of 2026-W20 is cancelled; it cannot become"):
        move(round, to)


def test_letters_that_ended_stay_so_but_for_unknown_ones_on_a_persons_word():
    leaving = {state for state in ENDED if LETTER_TRANSITIONS[state]}
    assert leaving == {LetterState.UNKNOWN}
    assert LETTER_TRANSITIONS[LetterState.UNKNOWN] == {LetterState.QUEUED}


def test_only_a_letter_that_was_being_attempted_can_be_accepted():
    assert may_become(LetterState.ACCEPTED) == {LetterState.ATTEMPTING}
    assert may_become(LetterState.ATTEMPTING) == {LetterState.QUEUED}


def test_a_letter_is_open_or_ended():
    assert set(LetterState) == OPEN | ENDED
    assert not OPEN & ENDED
