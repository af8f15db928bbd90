"""What follows from what came back: one table, and the questions that it asks of a reader's history. Pure.

A mail that was accepted and of which nothing came back for two days has been delivered, as far as anybody can tell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.feedback.models import Consequence, FeedbackKind
from newsletter.feedback.reasons import OUR_FAULT, Reason

HARD_MAILS = 2  # in a row
LAST_ISSUES = 5
FAILED_ISSUES = 3  # of those
FOR_AT_LEAST = timedelta(weeks=3)  # from the first of them to the last
SETTLED_AFTER = timedelta(days=2)  # so long a report may still come


class Result(StrEnum):
    HARD = "hard"
    SOFT = "soft"
    DELIVERED = "delivered"
    UNTOLD = "untold"  # too fresh, or its failure is about us


@dataclass(frozen=True)
class Sent:
    """A mail to the reader and what is known of it."""

    at: datetime
    result: Result
    is_issue: bool = True  # not a notice


History = Sequence[Sent]  # newest first


@dataclass(frozen=True)
class Told:
    """What is told now."""

    kind: FeedbackKind
    reason: Reason
    hard: bool | None
    is_delay: bool = False


def a_complaint(told: Told, _history: History) -> bool:
    return told.kind is FeedbackKind.COMPLAINT


def only_a_delay(told: Told, _history: History) -> bool:
    return told.is_delay


def our_fault(told: Told, _history: History) -> bool:
    return told.reason in OUR_FAULT


def hard_twice(told: Told, history: History) -> bool:
    """Two mails in a row, without one between them that was delivered: that heals."""
    if told.hard is not True:
        return False
    in_a_row = 0
    for sent in history:
        if sent.result is Result.DELIVERED:
            break
        in_a_row += sent.result is Result.HARD
    return in_a_row >= HARD_MAILS


def failing_for_weeks(_told: Told, history: History) -> bool:
    issues = [sent for sent in history if sent.is_issue][:LAST_ISSUES]
    failed = [sent.at for sent in issues if sent.result in (Result.HARD, Result.SOFT)]
    return len(failed) >= FAILED_ISSUES and max(failed) - min(failed) >= FOR_AT_LEAST


def anything_else(_told: Told, _history: History) -> bool:
    return True


TRANSITIONS: tuple[tuple[Callable[[Told, History], bool], Consequence], ...] = (
    (a_complaint, Consequence.SUPPRESSED),
    (only_a_delay, Consequence.NONE),
    (our_fault, Consequence.ALARM),
    (hard_twice, Consequence.SUSPENDED),
    (failing_for_weeks, Consequence.SUSPENDED),
    (anything_else, Consequence.NONE),
)


def consequence(told: Told, history: History) -> Consequence:
    """The first row of the table that fits. `history` includes the mail that is told of."""
    return next(following for fits, following in TRANSITIONS if fits(told, history))


def result_of(hards: Sequence[bool | None], *, is_accepted: bool, at: datetime, now: datetime) -> Result:
    """What is known of one mail: `hards` are those of its bounces."""
    if any(hards):
        return Result.HARD
    if any(hard is False for hard in hards):
        return Result.SOFT
    is_settled = is_accepted and not hards and now - at >= SETTLED_AFTER
    return Result.DELIVERED if is_settled else Result.UNTOLD
