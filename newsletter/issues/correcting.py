"""Corrections: what was wrong in an issue that is out, told in the region's next letter and on the issue's page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from newsletter.editors.log import AUTOMATIC, record
from newsletter.errors import NotAllowedError
from newsletter.issues.approving import approve_automatically, void_if_changed
from newsletter.issues.finding import lock_region, locked
from newsletter.issues.models import Correction, Issue, IssueState
from newsletter.issues.states import log_subject, name_of
from newsletter.issues.wording import one_line

CORRECTION_LENGTH = 1000


def correct(session: Session, issue: Issue, text: str, *, by: str, now: datetime) -> Correction:
    """Say what was wrong in an issue. The region's draft tells it, if there is one; else the next that is made.

    An issue that a person has approved already stays as it is, so that it leaves in time; the one after it tells.
    Raises NotAllowedError for an issue that is not out, InvalidInputError for an empty or too long text.
    """
    if issue.state is not IssueState.OUT:
        raise NotAllowedError(f"The issue {name_of(issue)} is not out yet: edit it instead of correcting it.")
    lock_region(session, issue.region)
    correction = Correction(issue=issue, text=one_line(text, "A correction", CORRECTION_LENGTH), by=by, at=now)
    session.add(correction)
    details = {"text": correction.text}
    record(session, actor=by, action="issue corrected", subject=log_subject(issue), details=details, now=now)
    if (draft := _next_draft(session, issue)) is not None:
        draft.corrections.append(correction)
        void_if_changed(session, draft, by=by, now=now)
        approve_automatically(session, draft, now)
    session.flush()
    return correction


def untold(session: Session, issue: Issue) -> Sequence[Correction]:
    """The corrections that `issue`, now drafted, has to tell: those of earlier issues that no letter tells.

    What was to stand in an issue that was skipped is untold again.
    """
    teller = aliased(Issue)
    query = (
        select(Correction)
        .join(Correction.issue)
        .outerjoin(teller, Correction.told_in_id == teller.id)
        .options(contains_eager(Correction.issue))
        .where(Issue.region_id == issue.region.id, Issue.state == IssueState.OUT)
        .where(or_(teller.id.is_(None), teller.state == IssueState.SKIPPED, teller.id == issue.id))
        .order_by(Correction.id)
    )
    return session.scalars(query).all()


def _next_draft(session: Session, issue: Issue) -> Issue | None:
    """The region's later issue that no person has approved; locked."""
    query = (
        select(Issue)
        .where(Issue.region_id == issue.region_id, Issue.number > issue.number)
        .where(
            or_(
                Issue.state == IssueState.DRAFT, (Issue.state == IssueState.APPROVED) & (Issue.approved_by == AUTOMATIC)
            )
        )
        .order_by(Issue.number)
        .limit(1)
    )
    found = session.scalars(query).one_or_none()
    return locked(session, found) if found else None
