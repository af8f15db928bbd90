"""Holding an issue back, releasing it, and having none this week."""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import NotAllowedError
from newsletter.issues.approving import is_approved
from newsletter.issues.finding import locked
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.states import log_subject, move, name_of
from newsletter.issues.wording import one_line

REASON_LENGTH = 1000


def hold(session: Session, issue: Issue, *, by: str, reason: str, now: datetime) -> Issue:
    """Keep the issue from going out until it is released. Raises NotAllowedError."""
    return _moved(session, issue, IssueState.HELD, "issue held", by, one_line(reason, "A reason", REASON_LENGTH), now)


def release(session: Session, issue: Issue, *, by: str, now: datetime) -> Issue:
    """Back to approved where the approval covers the content, else to draft. Raises NotAllowedError."""
    issue = locked(session, issue)
    if issue.state is not IssueState.HELD:
        raise NotAllowedError(f"The issue {name_of(issue)} is {issue.state.value}, not held.")
    to = IssueState.APPROVED if is_approved(issue) else IssueState.DRAFT
    return _moved(session, issue, to, "issue released", by, None, now)


def skip(session: Session, issue: Issue, *, by: str, reason: str, now: datetime) -> Issue:
    """No issue this week: its events may come in a later one, and its number is free again.

    Raises NotAllowedError.
    """
    reason = one_line(reason, "A reason", REASON_LENGTH)
    issue = _moved(session, issue, IssueState.SKIPPED, "issue skipped", by, reason, now)
    issue.number = issue.approved_hash = issue.approved_at = issue.approved_by = None
    session.flush()
    return issue


def _moved(
    session: Session, issue: Issue, to: IssueState, action: str, by: str, note: str | None, now: datetime
) -> Issue:
    issue = locked(session, issue)
    before = issue.state
    move(issue, to)
    issue.note = note
    record(
        session,
        actor=by,
        action=action,
        subject=log_subject(issue),
        details={"before": before.value, "after": to.value, "reason": note},
        now=now,
    )
    session.flush()
    return issue
