"""What readers say of an issue with one click: numbers, and nothing about who said so."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.issues.models import Issue, IssueState, OpinionCount, OpinionKind


def count_opinion(session: Session, issue_id: int, kind: OpinionKind) -> Issue:
    """Add one; two at once both count. Raises NotFoundError for an issue that is not out: nobody has read it."""
    issue = opinion_issue(session, issue_id)
    if not _added(session, issue_id, kind):
        try:
            with session.begin_nested():
                session.add(OpinionCount(issue_id=issue_id, kind=kind, count=1))
        except IntegrityError:  # somebody else was the first, in this very moment
            _added(session, issue_id, kind)
    return issue


def opinion_issue(session: Session, issue_id: int) -> Issue:
    """Raises NotFoundError for an issue that is not out."""
    issue = session.get(Issue, issue_id)
    if issue is None or issue.state is not IssueState.OUT:
        raise NotFoundError("There is no such page.")
    return issue


def opinions(session: Session, issue: Issue) -> dict[OpinionKind, int]:
    """How many said each, also where nobody did."""
    query = select(OpinionCount.kind, OpinionCount.count).where(OpinionCount.issue_id == issue.id)
    counted = dict(session.execute(query).all())
    return {kind: counted.get(kind, 0) for kind in OpinionKind}


def _added(session: Session, issue_id: int, kind: OpinionKind) -> bool:
    """One statement, so that no other can come between reading and writing; False where there is no row yet."""
    one_more = (
        update(OpinionCount)
        .where(OpinionCount.issue_id == issue_id, OpinionCount.kind == kind)
        .values(count=OpinionCount.count + 1)
        .returning(OpinionCount.id)
    )
    return session.scalar(one_more) is not None
