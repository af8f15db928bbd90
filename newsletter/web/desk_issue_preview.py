"""Previews by mail: to the editor, or to colleagues whom they name."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError
from newsletter.issues.states import log_subject
from newsletter.sending.previewing import queue_preview
from newsletter.web.desk_access import EditorSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]
MOST_COLLEAGUES = 20


@router.post("/desk/issues/{issue_id}/preview")
def mail_preview(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    """Without an address, to the editor. The log keeps how many, not to whom."""
    seat.check(form)
    addresses = form.one("to").replace(",", " ").split() or [seat.editor.address]
    if len(addresses) > MOST_COLLEAGUES:
        raise InvalidInputError(f"A preview goes to at most {MOST_COLLEAGUES} people at once.")
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        issue = issue_for(session, seat, issue_id)
        language = form.one("language") or issue.language
        for address in addresses:
            queue_preview(session, issue, address=address, language=language, now=now)
        details = {"mails": len(addresses), "language": language}
        record(session, actor=seat.editor.name, action="preview", subject=log_subject(issue), details=details, now=now)
    web.bell.ring()
    return see_other(f"{web.pages.root}/desk/issues/{issue_id}?mailed={len(addresses)}#preview")
