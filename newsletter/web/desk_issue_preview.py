"""Previews by mail: to the editor, or to colleagues whom they name."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.sending.previewing import mail_previews
from newsletter.web.desk_access import EditorSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/desk/issues/{issue_id}/preview")
def mail_preview(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    """Without an address, to the editor. The log keeps how many, not to whom."""
    seat.check(form)
    addresses = form.one("to").replace(",", " ").split() or [seat.editor.address]
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        issue = issue_for(session, seat, issue_id)
        language = form.one("language") or issue.language
        mail_previews(session, issue, addresses, language, by=seat.editor.name, now=now)
    web.bell.ring()
    return see_other(f"{web.pages.root}/desk/issues/{issue_id}?mailed={len(addresses)}#preview")
