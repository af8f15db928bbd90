import pytest

from newsletter.sending.marks import OFFERED
from newsletter.sending.models import LetterState
from newsletter.sending.recovering import outcome_of_mark


@pytest.mark.parametrize(
    ("mark", "state"),
    [
        (OFFERED, LetterState.UNKNOWN),
        ("250", LetterState.ACCEPTED),
        ("550", LetterState.REFUSED),
    ],
)
def test_what_a_mark_says_became_of_a_letter(mark, state):
    assert outcome_of_mark(7, mark).state is state


@pytest.mark.parametrize("mark", [None, "451"])
def test_a_letter_that_the_relay_certainly_has_not_is_sent_again(mark):
    assert outcome_of_mark(7, mark) is None
