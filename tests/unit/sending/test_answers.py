from datetime import UTC, datetime, timedelta

import pytest

from newsletter.sending.answers import LONGEST_WAIT, Tries, outcome_of, put_off
from newsletter.sending.connection import Reply
from newsletter.sending.models import LetterState

NOW = datetime(2026, 5, 15, 13, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST = Tries(attempts=0, first_attempt_at=None, retry_for=DAY)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (250, LetterState.ACCEPTED),
        (251, LetterState.ACCEPTED),
        (421, LetterState.DEFERRED),
        (451, LetterState.DEFERRED),
        (550, LetterState.REFUSED),
        (554, LetterState.DEFERRED),  # said of us: no letter suffers for that, see refusals.py
    ],
)
def test_what_an_answer_makes_of_a_letter(code, state):
    outcome = outcome_of(Reply(code, "so it is"), 7, FIRST, NOW)
    assert (outcome.letter_id, outcome.state, outcome.reply_code, outcome.reply_text) == (7, state, code, "so it is")
    assert (outcome.due_at is not None) == (state is LetterState.DEFERRED)


def test_waits_double_up_to_a_limit():
    waits = [
        put_off(7, 451, "later", Tries(attempts, NOW, retry_for=10 * DAY), NOW).due_at - NOW for attempts in range(12)
    ]
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40)]
    assert max(waits) == waits[-1] == LONGEST_WAIT


def test_the_last_try_comes_when_the_time_for_it_ends():
    started = NOW - DAY + timedelta(minutes=1)
    outcome = put_off(7, 451, "later", Tries(9, started, DAY), NOW)
    assert outcome.due_at == started + DAY


def test_a_letter_that_was_put_off_for_too_long_is_refused_with_the_last_answer():
    outcome = put_off(7, 451, "4.7.1 later", Tries(9, NOW - DAY, DAY), NOW)
    assert (outcome.state, outcome.reply_code, outcome.due_at) == (LetterState.REFUSED, 451, None)


def test_without_retries_a_letter_is_refused_at_once():
    assert put_off(7, 451, "later", Tries(0, None, timedelta()), NOW).state is LetterState.REFUSED
