"""Approval: a person's word for exactly what readers will see."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from newsletter.editors.log import AUTOMATIC, record
from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.happenings.models import Happening
from newsletter.issues.announcing import announce
from newsletter.issues.content import content_hash
from newsletter.issues.finding import locked
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.second_word import asks_for_two, take_first_word
from newsletter.issues.states import check_move, log_subject, move, name_of
from newsletter.regions.models import Approval

SHORT_HASH = 8  # digits of a content hash that people are shown and may give back

log = structlog.get_logger(__name__)


def approve(session: Session, issue: Issue, *, by: str, now: datetime, expected: str | None = None) -> Issue:
    """Approve the content as it stands; doing it twice does no more than once.

    Where two are asked (second_word.py), the first of them leaves it as it is but for their word.
    `expected` is the content hash (its first eight digits are enough) that the approving person saw.
    Raises NotAllowedError where the content is another by now or the state forbids it.
    """
    issue = locked(session, issue)
    void_if_changed(session, issue, by=by, now=now)
    if expected is not None and not _same(expected, issue.content_hash):
        raise NotAllowedError(
            f"The issue {name_of(issue)} was changed since you looked at it (it is {issue.content_hash[:SHORT_HASH]} "
            "now). Look at it again, then approve it."
        )
    if issue.state is IssueState.APPROVED:
        return issue
    check_move(issue, IssueState.APPROVED)
    if asking := asks_for_two(session, issue):
        if not take_first_word(session, issue, asking, by=by, now=now):
            return issue
        by = f"{issue.first_word_by}, {by}"[:200]
    if issue.state is IssueState.HELD:
        issue.note = None  # it said why it was held
    move(issue, IssueState.APPROVED)
    issue.approved_hash, issue.approved_at, issue.approved_by = issue.content_hash, now, by
    record(
        session,
        actor=by,
        action="issue approved",
        subject=log_subject(issue),
        details={"content": issue.content_hash},
        now=now,
    )
    session.flush()
    announce(session, Happening.APPROVED, issue, now, by=by)
    log.info("issue approved", issue=issue.id, region=issue.region.code, week=issue.week)
    return issue


def approve_automatically(session: Session, issue: Issue, now: datetime) -> None:
    """Approve a draft of a region that asks for no person's word, unless its content asks for two."""
    is_automatic = issue.region.approval is Approval.AUTOMATIC and issue.state is IssueState.DRAFT
    if is_automatic and not asks_for_two(session, issue):
        approve(session, issue, by=AUTOMATIC, now=now)


def void_if_changed(session: Session, issue: Issue, *, by: str, now: datetime) -> bool:
    """Keep the hash of the content as it is now; an approval of other content is void. Says whether one was."""
    issue.content_hash = content_hash(issue)
    if issue.approved_hash in (None, issue.content_hash):
        return False
    details = {"approved": issue.approved_hash, "now": issue.content_hash, "approved by": issue.approved_by}
    issue.approved_hash = issue.approved_at = issue.approved_by = None
    if issue.state is IssueState.APPROVED:
        move(issue, IssueState.DRAFT)
    record(session, actor=by, action="approval void", subject=log_subject(issue), details=details, now=now)
    log.info("approval void", issue=issue.id, region=issue.region.code, week=issue.week)
    return True


def is_approved(issue: Issue) -> bool:
    """Whether someone's approval covers exactly this content."""
    return issue.approved_hash is not None and issue.approved_hash == content_hash(issue)


def _same(expected: str, actual: str) -> bool:
    given = expected.strip().lower()
    if len(given) < SHORT_HASH:
        raise InvalidInputError(f"Give at least the first {SHORT_HASH} digits of the content hash.")
    return actual.startswith(given)
