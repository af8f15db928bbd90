"""What is decided about an issue as a whole: approve, hold, release, skip, correct."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.issues import holding
from newsletter.issues.acknowledging import check_acknowledged
from newsletter.issues.approving import approve
from newsletter.issues.correcting import correct
from newsletter.issues.models import Correction, Issue
from newsletter.sending import correcting
from newsletter.sending.previewing import sample
from newsletter.web.api.calling import Caller, EditorChanges, EditorEdits, EditorReads, PublisherChanges
from newsletter.web.api.issue_looks import InLanguage, LetterView, ours
from newsletter.web.api.issue_views import IssueView, issue_of
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Count, Given, Id, Line, Words
from newsletter.web.ringing import TICK

router = APIRouter(tags=["issues"])

_ANSWERS: dict[str, Any] = {"response_model": IssueView, "responses": problems(404, 412)}


class ApprovalGiven(Given):
    content_hash: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$", description="Of what was looked at.")


class ReasonGiven(Given):
    reason: Line


class CorrectionGiven(Given):
    text: Words


class MailGiven(Given):
    readers: Count = Field(description="How many have got the issue, as was read.")


class CorrectionView(BaseModel):
    id: int
    text: str
    by: str
    at: datetime
    told_in: int | None = Field(description="The issue that tells it; null: the region's next one.")
    round: int | None = Field(description="The round that mails it to those who got the issue; null: none.")

    @classmethod
    def of(cls, session: Session, correction: Correction) -> "CorrectionView":
        round = correcting.round_of(session, correction)
        values = {field: getattr(correction, field) for field in ("id", "text", "by", "at")}
        return cls(told_in=correction.told_in_id, round=round.id if round else None, **values)


class CorrectionsView(BaseModel):
    data: list[CorrectionView]
    readers: int = Field(description="How many have got the issue.")


@router.post("/issues/{issue_id}/approve", operation_id="approveIssue", **_ANSWERS)
def approve_issue(caller: PublisherChanges, issue_id: Id, given: ApprovalGiven) -> Response:
    """A publisher's word for exactly the content that was looked at."""

    def change(session: Session, issue: Issue) -> None:
        check_acknowledged(issue)
        approve(session, issue, by=caller.by, now=caller.now, expected=given.content_hash)

    return _decided(caller, issue_id, change)


@router.post("/issues/{issue_id}/hold", operation_id="holdIssue", **_ANSWERS)
def hold(caller: EditorEdits, issue_id: Id, given: ReasonGiven) -> Response:
    """Keep it from going out until it is released."""

    def change(session: Session, issue: Issue) -> None:
        holding.hold(session, issue, by=caller.by, reason=given.reason, now=caller.now)

    return _decided(caller, issue_id, change)


@router.post("/issues/{issue_id}/release", operation_id="releaseIssue", **_ANSWERS)
def release(caller: EditorEdits, issue_id: Id) -> Response:
    def change(session: Session, issue: Issue) -> None:
        holding.release(session, issue, by=caller.by, now=caller.now)

    return _decided(caller, issue_id, change)


@router.post("/issues/{issue_id}/skip", operation_id="skipIssue", **_ANSWERS)
def skip(caller: EditorEdits, issue_id: Id, given: ReasonGiven) -> Response:
    """No issue this week."""

    def change(session: Session, issue: Issue) -> None:
        holding.skip(session, issue, by=caller.by, reason=given.reason, now=caller.now)

    return _decided(caller, issue_id, change)


@router.get(
    "/issues/{issue_id}/corrections",
    operation_id="listCorrections",
    response_model=CorrectionsView,
    responses=problems(404),
)
def list_corrections(caller: EditorReads, issue_id: Id) -> CorrectionsView:
    with caller.web.service.db.reading() as session:
        issue = issue_of(session, caller, issue_id)
        told = [CorrectionView.of(session, one) for one in issue.corrected]
        return CorrectionsView(data=told, readers=correcting.reached(session, issue).readers)


@router.post(
    "/issues/{issue_id}/corrections",
    operation_id="correctIssue",
    response_model=CorrectionView,
    status_code=201,
    responses=problems(404),
)
def write_correction(caller: EditorChanges, issue_id: Id, given: CorrectionGiven) -> Response:
    """Of an issue that is out: the region's next letter tells it, and the issue's page for ever."""

    def do(session: Session) -> CorrectionView:
        issue = issue_of(session, caller, issue_id, for_change=True)
        return CorrectionView.of(session, correct(session, issue, given.text, by=caller.by, now=caller.now))

    return caller.change(do, status=201)


@router.post(
    "/issues/{issue_id}/corrections/{correction_id}/mail",
    operation_id="mailCorrection",
    response_model=CorrectionView,
    responses=problems(404),
)
def mail_correction(caller: PublisherChanges, issue_id: Id, correction_id: Id, given: MailGiven) -> Response:
    """To exactly those who got the issue, as many as was read, or to nobody."""

    def do(session: Session) -> CorrectionView:
        issue = issue_of(session, caller, issue_id, for_change=True)
        correction = _correction(issue, correction_id)
        correcting.mail(session, correction, seen=given.readers, by=caller.by, now=caller.now)
        return CorrectionView.of(session, correction)

    return caller.change(do, then=lambda: caller.web.bell.ring(TICK))


@router.get(
    "/issues/{issue_id}/corrections/{correction_id}/letter",
    operation_id="getCorrectionLetter",
    response_model=LetterView,
    responses=problems(404),
)
def correction_letter(
    caller: EditorReads, issue_id: Id, correction_id: Id, wanted: Annotated[InLanguage, Query()]
) -> LetterView:
    """The mail as its readers get it, filled for none of them."""
    service = caller.web.service
    with service.db.reading() as session:
        issue = issue_of(session, caller, issue_id)
        language = ours(wanted.language) or issue.language
        mail = service.rendering.correction(_correction(issue, correction_id), language)
    html, text = (sample(part, service.settings.base_url) for part in (mail.html, mail.text))
    return LetterView(language=language, subject=mail.subject, html=html, text=text)


def _correction(issue: Issue, correction_id: int) -> Correction:
    """Raises NotFoundError."""
    found = next((one for one in issue.corrected if one.id == correction_id), None)
    if found is None:
        raise NotFoundError("The issue has no such correction.")
    return found


def _decided(caller: Caller, issue_id: int, change: Callable[[Session, Issue], object]) -> Response:
    def do(session: Session) -> IssueView:
        issue = issue_of(session, caller, issue_id, for_change=True)
        caller.check_etag(IssueView.of(issue))
        change(session, issue)
        session.flush()
        return IssueView.of(issue)

    return caller.change(do)
