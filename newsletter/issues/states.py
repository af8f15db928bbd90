"""The states of an issue and the steps between them: this table is all there is."""

from collections.abc import Mapping

from newsletter.errors import NotAllowedError
from newsletter.issues.models import Issue, IssueState

DRAFT, APPROVED, HELD, SKIPPED, OUT = (
    IssueState.DRAFT,
    IssueState.APPROVED,
    IssueState.HELD,
    IssueState.SKIPPED,
    IssueState.OUT,
)

ISSUE_TRANSITIONS: Mapping[IssueState, frozenset[IssueState]] = {
    DRAFT: frozenset({APPROVED, HELD, SKIPPED}),
    APPROVED: frozenset({DRAFT, HELD, SKIPPED, OUT}),  # back to draft: its content was changed
    HELD: frozenset({DRAFT, APPROVED, SKIPPED}),  # released
    SKIPPED: frozenset({DRAFT}),  # made anew
    OUT: frozenset(),  # readers have it
}


def move(issue: Issue, to: IssueState) -> None:
    """Take the step. Raises NotAllowedError where the table has none."""
    check_move(issue, to)
    issue.state = to


def check_move(issue: Issue, to: IssueState) -> None:
    """Raises NotAllowedError where the table has no such step."""
    if to not in ISSUE_TRANSITIONS[issue.state]:
        raise NotAllowedError(
            f"The issue {name_of(issue)} is {issue.state.value}; from there it can't become {to.value}."
        )


def is_editable(issue: Issue) -> bool:
    return issue.state in (DRAFT, APPROVED, HELD)


def name_of(issue: Issue) -> str:
    """How people and commands name an issue: "MX/2026-W20"."""
    return f"{issue.region.code}/{issue.week}"


def log_subject(issue: Issue) -> str:
    """The subject of its entries in the log of who did what."""
    return f"issue {name_of(issue)}"
