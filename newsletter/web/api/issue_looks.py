"""What one wants to know of an issue before it is approved: what missed, why, whom it reaches, how it looks."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.issues.choosing import left_out
from newsletter.issues.explaining import explain
from newsletter.issues.states import is_editable, name_of
from newsletter.picking.choice import Missed
from newsletter.rendering.translations import languages
from newsletter.sending.preflight import Check, Verdict
from newsletter.sending.previewing import MOST_MAILS, Preview, mail_previews
from newsletter.web.api.calling import EditorChanges, EditorReads
from newsletter.web.api.issue_views import PartView, issue_of
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Absent, Given, Id, Line
from newsletter.web.issue_checking import quick_checks, with_slow_checks

router = APIRouter(tags=["issues"])


class CandidateView(BaseModel):
    event: int
    headline: str
    source: str
    url: str
    score: float
    reason: str = Field(description="Why the issue does not carry it.")
    parts: list[PartView]

    @classmethod
    def of(cls, missed: Missed) -> "CandidateView":
        scored = missed.scored
        parts = [PartView(name=part.name, value=part.value, reason=part.reason) for part in scored.parts]
        lead = {"headline": scored.lead.title, "source": scored.lead.source_name, "url": scored.lead.url}
        event = scored.candidate.event_id
        return cls(event=event, score=scored.score, reason=missed.reason, parts=parts, **lead)


class ReasonView(BaseModel):
    event: int
    position: int | None = Field(description="null: it is a near miss.")
    headline: str
    sentence: str
    score: float
    parts: list[PartView]
    joins: list[dict[str, Any]] = Field(description="The reports of its event, and why each was joined.")
    tags: list[dict[str, Any]] = Field(description="What tied each report to the region.")
    elsewhere: list[dict[str, Any]] = Field(description="Events of other languages that are the same, and why.")


class WaveView(BaseModel):
    opens_at: datetime
    readers: int


class ReachView(BaseModel):
    readers: int
    waves: list[WaveView]


class CheckView(BaseModel):
    verdict: Verdict
    sentence: str

    @classmethod
    def of(cls, check: Check) -> "CheckView":
        return cls(verdict=check.verdict, sentence=check.said)


class LetterView(BaseModel):
    language: str
    subject: str
    html: str
    text: str


class Candidates(BaseModel):
    data: list[CandidateView]


class Reasons(BaseModel):
    data: list[ReasonView]


class Checks(BaseModel):
    data: list[CheckView]


class InLanguage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: str | Absent = Field(None, max_length=35, description="One of ours; without it, the issue's own.")


class PreviewGiven(Given):
    to: list[Line] = Field(min_length=1, max_length=MOST_MAILS, examples=[["ada@newsroom.example"]])
    language: str | None = Field(None, max_length=35)


@router.get(
    "/issues/{issue_id}/candidates",
    operation_id="listCandidates",
    response_model=Candidates,
    responses=problems(404, 409),
)
def candidates(caller: EditorReads, issue_id: Id) -> Candidates:
    """What it does not carry though a pick found it; near misses first."""
    with caller.web.service.db.reading() as session:
        issue = issue_of(session, caller, issue_id)
        if not is_editable(issue):
            raise NotAllowedError(f"The issue {name_of(issue)} is {issue.state} and takes nothing in any more.")
        picked = caller.web.memory.pick(session, issue)
        return Candidates(data=[CandidateView.of(one) for one in left_out(picked, issue)])


@router.get("/issues/{issue_id}/reasons", operation_id="explainIssue", response_model=Reasons, responses=problems(404))
def reasons(caller: EditorReads, issue_id: Id) -> Reasons:
    """Why each item is in it, and why what nearly was one is not."""
    with caller.web.service.db.reading() as session:
        found = explain(session, issue_of(session, caller, issue_id))
    data = [asdict(one) for one in found]
    return Reasons(data=[ReasonView(event=one.pop("event_id"), **one) for one in data])


@router.get("/issues/{issue_id}/reach", operation_id="getReach", response_model=ReachView, responses=problems(404))
def reach(caller: EditorReads, issue_id: Id) -> ReachView:
    """Who would get it, and when, as readers are now; where they are many, as they were up to a minute ago."""
    with caller.web.service.db.reading() as session:
        found = caller.web.memory.reach(session, issue_of(session, caller, issue_id))
    waves = [WaveView(opens_at=opens_at, readers=readers) for opens_at, readers in found.waves]
    return ReachView(readers=found.readers, waves=waves)


@router.get(
    "/issues/{issue_id}/letter", operation_id="getLetter", response_model=LetterView, responses=problems(404, 409)
)
def letter(caller: EditorReads, issue_id: Id, wanted: Annotated[InLanguage, Query()]) -> LetterView:
    """The letter as its readers get it, filled for none of them."""
    service = caller.web.service
    with service.db.writing() as session:  # what is rendered is kept
        issue = issue_of(session, caller, issue_id)
        language = ours(wanted.language) or issue.language
        base_url = service.settings.base_url
        preview = Preview.of(service.rendering, session, issue, language, base_url=base_url, now=caller.now)
    return LetterView(language=language, subject=preview.composed.subject, html=preview.html, text=preview.text)


@router.get("/issues/{issue_id}/checks", operation_id="getChecks", response_model=Checks, responses=problems(404, 409))
def checks(caller: EditorReads, issue_id: Id) -> Checks:
    """The pre-flight report, as far as nobody else is asked for it."""
    with caller.web.service.db.writing() as session:
        _, found = quick_checks(caller.web, session, issue_of(session, caller, issue_id), caller.now)
    return Checks(data=[CheckView.of(check) for check in found])


@router.post("/issues/{issue_id}/checks", operation_id="runChecks", response_model=Checks, responses=problems(404, 409))
def slow_checks(caller: EditorReads, issue_id: Id) -> Checks:
    """The same with what takes a while: whether pages are there, the spam score. It changes nothing."""
    service = caller.web.service
    with service.db.writing() as session:
        issue = issue_of(session, caller, issue_id)
        preview, quick = quick_checks(caller.web, session, issue, caller.now)
    found = with_slow_checks(service, issue, preview, quick, caller.now)
    return Checks(data=[CheckView.of(check) for check in found])


@router.post("/issues/{issue_id}/previews", operation_id="mailPreview", status_code=202, responses=problems(404, 409))
def mail_preview(caller: EditorChanges, issue_id: Id, given: PreviewGiven) -> Response:
    """Mail the letter to colleagues."""

    def do(session: Session) -> None:
        issue = issue_of(session, caller, issue_id)
        language = ours(given.language) or issue.language
        mail_previews(session, issue, given.to, language, by=caller.by, now=caller.now)

    return caller.change(do, status=202, then=caller.web.bell.ring)


def ours(language: str | None) -> str | None:
    """Raises InvalidInputError for a language that letters are not written in."""
    if language is not None and language not in languages():
        raise InvalidInputError(f"Letters are written in {', '.join(languages())}.")
    return language
