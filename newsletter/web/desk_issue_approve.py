"""The approve button: a publisher's word for exactly the content that they saw."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.issues.acknowledging import check_acknowledged
from newsletter.issues.approving import approve
from newsletter.web.desk_access import PublisherSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/desk/issues/{issue_id}/approve")
def approve_issue(web: Web, seat: PublisherSeat, issue_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        issue = issue_for(session, seat, issue_id, for_change=True)
        check_acknowledged(issue)
        approve(session, issue, by=seat.editor.name, now=web.service.clock.now(), expected=form.one("content_hash"))
    return see_other(f"{web.pages.root}/desk/issues/{issue_id}")
