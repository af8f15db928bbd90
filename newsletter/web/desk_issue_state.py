"""What the page of an issue asks now and then: who else is there, and whether somebody changed something."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from newsletter.issues.versions import latest
from newsletter.web.desk_access import EditorSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.parts import Web
from newsletter.web.presence import others_at
from newsletter.web.retelling import told

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/issues/{issue_id}/state")
def state(web: Web, seat: EditorSeat, issue_id: Id) -> dict[str, Any]:
    with web.service.db.reading() as session:
        issue = issue_for(session, seat, issue_id)
        last = latest(session, issue)
    return {
        "content": issue.content_hash,
        "state": issue.state,
        "by": last.by if last else None,
        "what": told(last.what if last else issue.state.value, seat.language, is_part=True),
        "others": others_at(web.service, f"issue {issue.id}", seat.editor),
    }
