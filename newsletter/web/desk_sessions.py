"""An editor's own sessions: where they are signed in, and a way to end each."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from newsletter.editors.log import record
from newsletter.editors.signing_in import digest_of, end_session, sessions_of
from newsletter.errors import NotFoundError
from newsletter.web.desk_access import COOKIE, ReporterSeat
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/sessions")
def own_sessions(request: Request, web: Web, seat: ReporterSeat) -> Response:
    with web.service.db.reading() as session:
        found = sessions_of(session, seat.editor, web.service.clock.now())
    here = digest_of(request.cookies[COOKIE])
    return private(web.pages.render("desk/sessions.html", "en", seat=seat, sessions=found, here=here))


@router.post("/desk/sessions/{session_id}/end")
def end(web: Web, seat: ReporterSeat, session_id: Id, form: Posted) -> Response:
    seat.check(form)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        if not end_session(session, seat.editor, session_id, now):
            raise NotFoundError("This session has ended already.")
        record(session, actor=seat.editor.name, action="session ended", subject="desk", details={}, now=now)
    return see_other(f"{web.pages.root}/desk/sessions")
