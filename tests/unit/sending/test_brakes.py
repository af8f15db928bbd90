import pytest

from newsletter.sending.brakes import IN_A_ROW, Errors, Limits, Reception, is_error
from newsletter.sending.models import LetterState
from newsletter.sending.refusals import Refusal

US, ADDRESS = Refusal.US, Refusal.ADDRESS
LIMITS = Limits(share=0.1, letters=200)


@pytest.mark.parametrize(
    ("ended", "errors", "too_many"),
    [
        (0, 0, False),
        (49, 49, False),  # too few to say anything
        (50, 5, False),  # a tenth is not above a tenth
        (50, 6, True),
        (200, 20, False),
        (200, 21, True),
        (200, 200, True),
    ],
)
def test_errors_are_too_many_above_their_share_of_enough_letters(ended, errors, too_many):
    assert Errors(ended, errors).are_too_many(LIMITS) is too_many


def test_a_share_of_one_never_stops_anything():
    assert not Errors(200, 200).are_too_many(Limits(share=1.0))
    reception = Reception()
    for _ in range(IN_A_ROW - 1):
        reception.count(US)
    assert not reception.is_hostile(Limits(share=1.0))


@pytest.mark.parametrize(
    ("state", "code", "error"),
    [
        (LetterState.ACCEPTED, 250, False),
        (LetterState.REFUSED, 550, True),
        (LetterState.REFUSED, 451, False),  # put off for too long
        (LetterState.REFUSED, None, False),  # no command could carry it
        (LetterState.UNKNOWN, None, True),
        (LetterState.DEFERRED, 451, False),
        (LetterState.SKIPPED, None, False),
    ],
)
def test_what_counts_as_an_error(state, code, error):
    assert is_error(state, code) is error


@pytest.mark.parametrize(
    ("answers", "hostile"),
    [
        ([US] * 4, False),
        ([US] * 5, True),
        (([US] * 4 + [None]) * 2, False),  # an answer between them
        ([US] * 4 + [ADDRESS] + [US], False),
        (([US] * 2 + [None]) * 5, True),  # ten of fifteen
        (([None] * 20 + [US]) * 12, False),  # twelve of 252: odd ones
        ([ADDRESS] * 100, False),
        ([None] * 100, False),
    ],
)
def test_a_relay_is_hostile_when_it_refuses_us_and_not_one_odd_letter(answers, hostile):
    reception, seen = Reception(), []
    for answer in answers:
        reception.count(answer)
        seen.append(reception.is_hostile(LIMITS))
    assert any(seen) is hostile
