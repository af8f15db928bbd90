"""The table of what follows, row by row."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.feedback.models import Consequence, FeedbackKind
from newsletter.feedback.reasons import OUR_FAULT, Reason
from newsletter.feedback.transitions import Result, Sent, Told, consequence, result_of

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
LETTERS = {"H": Result.HARD, "S": Result.SOFT, "d": Result.DELIVERED, "?": Result.UNTOLD}
HARD = Told(FeedbackKind.BOUNCE, Reason.NO_SUCH_USER, True)
SOFT = Told(FeedbackKind.BOUNCE, Reason.MAILBOX_FULL, False)


def history(written: str) -> list[Sent]:
    """A letter a week, newest first; one in brackets is a notice."""
    sent, at, is_issue = [], NOW, True
    for sign in written:
        if sign in "()":
            is_issue = sign == ")"
            continue
        sent.append(Sent(at, LETTERS[sign], is_issue))
        at -= timedelta(days=7)
    return sent


@pytest.mark.parametrize("before", ["H", "HH", "H?H", "HS", "H(H)", "HSH"])
def test_two_hard_ones_without_a_delivered_mail_between_them_suspend(before: str) -> None:
    expected = Consequence.SUSPENDED if before.count("H") > 1 else Consequence.NONE
    assert consequence(HARD, history(before)) is expected


@pytest.mark.parametrize("before", ["HdH", "HddH", "H?dH", "H(d)H"])
def test_a_delivered_issue_heals(before: str) -> None:
    assert consequence(HARD, history(before)) is Consequence.NONE


@pytest.mark.parametrize(
    ("before", "suspends"),
    [
        ("SSSS", True),  # 21 days from the first to the last
        ("SSS", False),  # 14
        ("SdSdS", True),  # 28
        ("SSddS", True),
        ("SddSd", False),  # two of five
        ("SdddSS", False),  # the third is the sixth issue
        ("SS?S", True),
        ("SH?S", True),  # a hard one counts like a soft one
        ("S(S)(S)(S)S", False),  # notices are no issues
    ],
)
def test_three_of_five_issues_over_three_weeks_suspend(before: str, suspends: bool) -> None:
    assert consequence(SOFT, history(before)) is (Consequence.SUSPENDED if suspends else Consequence.NONE)


def test_a_complaint_suppresses_whatever_was_before() -> None:
    told = Told(FeedbackKind.COMPLAINT, Reason.COMPLAINT, True)
    assert consequence(told, history("ddddd")) is Consequence.SUPPRESSED


@pytest.mark.parametrize("reason", sorted(OUR_FAULT))
def test_our_own_fault_alarms_and_never_costs_a_reader(reason: Reason) -> None:
    told = Told(FeedbackKind.BOUNCE, reason, None)
    assert consequence(told, history("HHHHH")) is Consequence.ALARM


def test_a_delay_has_no_consequence() -> None:
    told = Told(FeedbackKind.BOUNCE, Reason.MAILBOX_FULL, False, is_delay=True)
    assert consequence(told, history("SSSSS")) is Consequence.NONE


@pytest.mark.parametrize(
    ("hards", "is_accepted", "days", "result"),
    [
        ([], True, 3, Result.DELIVERED),
        ([], True, 1, Result.UNTOLD),  # a report may still come
        ([], False, 9, Result.UNTOLD),
        ([None], True, 9, Result.UNTOLD),  # it was about us
        ([False], True, 9, Result.SOFT),
        ([False, True], True, 9, Result.HARD),
    ],
)
def test_what_is_known_of_one_mail(hards: list[bool | None], is_accepted: bool, days: int, result: Result) -> None:
    at = NOW - timedelta(days=days)
    assert result_of(hards, is_accepted=is_accepted, at=at, now=NOW) is result
