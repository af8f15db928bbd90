"""Tickets of the step more: worked out or waited for, for one mailbox, for an hour."""

import time

import pytest

from newsletter.web.steps import BITS, GOOD_FOR_SECONDS, WAIT_SECONDS, Steps, Verdict, is_worked_out

KEY, OLD = "k" * 40, "o" * 40
MAILBOX = "m" * 64


@pytest.fixture
def later(monkeypatch):
    started = time.time()

    def move(seconds):
        monkeypatch.setattr(time, "time", lambda: started + seconds)

    move(0)
    return move


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, Verdict.EARLY), (WAIT_SECONDS - 1, Verdict.EARLY), (WAIT_SECONDS, Verdict.PASSED),
     (GOOD_FOR_SECONDS, Verdict.PASSED), (GOOD_FOR_SECONDS + 1, Verdict.NONE)],
)  # fmt: skip
def test_waiting_is_enough_for_an_hour(later, seconds, verdict):
    ticket = Steps([KEY]).ticket(MAILBOX)
    later(seconds)
    assert Steps([KEY]).verdict(ticket, "", MAILBOX) is verdict


def test_working_it_out_needs_no_waiting(later):
    ticket = Steps([KEY]).ticket(MAILBOX)
    answer = next(str(n) for n in range(2**26) if is_worked_out(ticket, str(n)))
    assert Steps([KEY]).verdict(ticket, answer, MAILBOX) is Verdict.PASSED
    assert Steps([KEY]).verdict(ticket, f"{answer}0", MAILBOX) is Verdict.EARLY
    assert Steps([KEY]).verdict(ticket, answer, "x" * 64) is Verdict.NONE


def test_the_work_is_what_it_says():
    found = sum(is_worked_out("ticket", str(n)) for n in range(4 * 2**BITS))
    assert 1 <= found <= 12  # 4 on average; always the same ones
    assert not is_worked_out("ticket", "")
    assert not is_worked_out("ticket", "1" * 21)


def test_keys_rotate(later):
    ticket = Steps([OLD]).ticket(MAILBOX)
    later(WAIT_SECONDS)
    assert Steps([KEY, OLD]).verdict(ticket, "", MAILBOX) is Verdict.PASSED
    assert Steps([KEY]).verdict(ticket, "", MAILBOX) is Verdict.NONE
