"""Issues: list, read, draft."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from newsletter.issues.drafting import draft
from newsletter.issues.finding import history
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region
from newsletter.regions.timing import upcoming_week
from newsletter.web.api.calling import EditorChanges, EditorReads
from newsletter.web.api.issue_views import IssueLine, IssueView, issue_of
from newsletter.web.api.log import EntryView
from newsletter.web.api.paging import Page, Window, latest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.regions import region_of
from newsletter.web.api.shapes import Absent, Given, Id, Line

router = APIRouter(tags=["issues"])

Week = Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$", examples=["2026-W20"])]


class IssueFilter(Window):
    region: str | Absent = Field(None, max_length=40, examples=["MX"])
    state: IssueState | Absent = None
    week: Week | Absent = None


class DraftGiven(Given):
    region: Line = Field(examples=["MX"])
    week: Week | None = Field(None, description="Without one, the coming week.")


class History(BaseModel):
    data: list[EntryView]


@router.get("/issues", operation_id="listIssues", response_model=Page[IssueLine], responses=problems(404))
def list_issues(caller: EditorReads, wanted: Annotated[IssueFilter, Query()]) -> Page[IssueLine]:
    """The latest first."""
    query = select(Issue).join(Issue.region).options(contains_eager(Issue.region))
    if wanted.state is not None:
        query = query.where(Issue.state == wanted.state)
    if wanted.week is not None:
        query = query.where(Issue.week == wanted.week)
    if caller.regions:
        query = query.where(Region.code.in_(caller.regions))
    with caller.web.service.db.reading() as session:
        if wanted.region is not None:
            query = query.where(Issue.region_id == region_of(session, caller, wanted.region).id)
        return latest_first(session, query, Issue.id, wanted, IssueLine.of)


@router.post("/issues", operation_id="draftIssue", response_model=IssueView, status_code=201, responses=problems(404))
def draft_issue(caller: EditorChanges, given: DraftGiven) -> Response:
    """Draft a region's week before its time. The issue that the week has already is answered as it is."""

    def do(session: Session) -> IssueView:
        region = region_of(session, caller, given.region)
        week = given.week or upcoming_week(caller.now, region.schedule.weekday, region.schedule.hour)
        return IssueView.of(draft(session, region, week, caller.now, by=caller.by))

    return caller.change(do, status=201)


@router.get(
    "/issues/{issue_id}", operation_id="getIssue", response_model=IssueView, responses={304: {}, **problems(404)}
)
def show_issue(request: Request, caller: EditorReads, issue_id: Id) -> Response:
    with caller.web.service.db.reading() as session:
        return caller.show(request, IssueView.of(issue_of(session, caller, issue_id)))


@router.get("/issues/{issue_id}/log", operation_id="getIssueLog", response_model=History, responses=problems(404))
def show_history(caller: EditorReads, issue_id: Id) -> History:
    """Who did what to it, the first act first."""
    with caller.web.service.db.reading() as session:
        return History(data=[EntryView.of(entry) for entry in history(session, issue_of(session, caller, issue_id))])
