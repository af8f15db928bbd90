"""An issue on the desk: its items with the reasons for each, and the letter as readers will get it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Issue, IssueState
from newsletter.rendering.framing import framed
from newsletter.sending.previewing import Preview
from newsletter.web.desk_access import EditorSeat
from newsletter.web.parts import Web
from newsletter.web.responses import HTML, private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]

# The letter has its styles inline; it runs nothing, loads pictures alone, and only our own desk may frame it.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)


@router.get("/desk/issues/{issue_id}")
def issue(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    with web.service.db.reading() as session:
        found = find_issue(session, str(issue_id))
    context = {"seat": seat, "issue": found, "can_approve": can_approve(found) and seat.may("publisher")}
    return private(web.pages.render("desk/issue.html", "en", **context))


@router.get("/desk/issues/{issue_id}/letter")
def letter(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    """The HTML part of the letter. Rendering is kept in the database, which is all that this GET writes."""
    service = web.service
    with service.db.writing() as session:
        found = find_issue(session, str(issue_id))
        preview = Preview.of(
            service.rendering,
            session,
            found,
            found.language,
            base_url=service.settings.base_url,
            now=service.clock.now(),
        )
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": _LETTER_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
    }
    return Response(framed(preview.html), media_type=HTML, headers=headers)


@router.get("/desk/issues/{code}/{week}")
def issue_by_name(web: Web, seat: EditorSeat, code: str, week: str) -> Response:
    """As mails to the editors name it."""
    with web.service.db.reading() as session:
        found = find_issue(session, f"{code}/{week}")
    return see_other(f"{web.pages.root}/desk/issues/{found.id}")


def can_approve(issue: Issue) -> bool:
    return issue.state in (IssueState.DRAFT, IssueState.HELD) and bool(issue.items)
