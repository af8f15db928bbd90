"""Facts on which reports differ: an editor looks at each, and decides whether readers are told."""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.issues.editing import closed, item_at, opened
from newsletter.issues.models import Issue
from newsletter.issues.states import name_of


def acknowledge(
    session: Session, issue: Issue, position: int, number: int, *, shown: bool, by: str, now: datetime
) -> Issue:
    """Say that a person has looked at difference `number` (from 1) of an item, and whether readers are told of it.

    An approval is void only where what readers see has changed. Raises NotFoundError.
    """
    issue = opened(session, issue)
    item = item_at(issue, position)
    if not 1 <= number <= len(item.differences):
        raise NotFoundError(f"Item {position} of {name_of(issue)} has {len(item.differences)} facts that differ.")
    before = item.differences
    # A new list: a change inside of a JSON value is not seen.
    item.differences = [
        one | {"shown": shown, "acknowledged_by": by} if place == number else one
        for place, one in enumerate(before, start=1)
    ]
    return closed(session, issue, by, now, f"facts of item {position}", before, item.differences)


def open_differences(issue: Issue) -> int:
    """How many disagreements of its items nobody has looked at."""
    return sum(
        one["kind"] == "disagreement" and not one.get("acknowledged_by")
        for item in issue.items
        for one in item.differences or ()
    )


def check_acknowledged(issue: Issue) -> None:
    """Raises NotAllowedError where reports differ on a fact that nobody has looked at."""
    if count := open_differences(issue):
        facts = "a fact" if count == 1 else f"{count} facts"
        raise NotAllowedError(f"Reports differ on {facts} that nobody has looked at. Please look first, then approve.")
