"""The pre-flight report of an issue. What takes a while, links and the spam score, is looked at when asked for."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.issues.models import Issue
from newsletter.sending.preflight import Check
from newsletter.sending.previewing import Preview
from newsletter.web.desk_access import EditorSeat, Seat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.forms import Posted
from newsletter.web.issue_checking import quick_checks, with_slow_checks
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/issues/{issue_id}/check")
def report(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    issue, _, checks = _quick(web, seat, issue_id)
    return _page(web, seat, issue, checks, is_whole=False)


@router.post("/desk/issues/{issue_id}/check")
def whole_report(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    """Changes nothing; a POST because it asks other servers."""
    seat.check(form)
    issue, preview, checks = _quick(web, seat, issue_id)
    checks = with_slow_checks(web.service, issue, preview, checks, web.service.clock.now())
    return _page(web, seat, issue, checks, is_whole=True)


def _quick(web: Parts, seat: Seat, issue_id: int) -> tuple[Issue, Preview, list[Check]]:
    with web.service.db.writing() as session:
        issue = issue_for(session, seat, issue_id)
        return issue, *quick_checks(web, session, issue, web.service.clock.now())


def _page(web: Parts, seat: Seat, issue: Issue, checks: list[Check], *, is_whole: bool) -> Response:
    context = {"seat": seat, "issue": issue, "checks": checks, "is_whole": is_whole}
    return private(web.pages.render("desk/check.html", seat.language, **context))
