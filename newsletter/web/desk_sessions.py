"""An editor's own page: where they are signed in, with a way to end each; and their passkeys."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from newsletter.editors.assertions import Site
from newsletter.editors.log import record
from newsletter.editors.passkeys import passkeys_of
from newsletter.editors.signing_in import digest_of, end_session, is_fresh, sessions_of
from newsletter.errors import NotFoundError
from newsletter.regions.catalogue import locale_of
from newsletter.subscribers.time_zones import zones_to_choose
from newsletter.web.desk_access import COOKIE, ReporterSeat
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other
from newsletter.web.security import WITH_SCRIPT

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/sessions")
def own_sessions(request: Request, web: Web, seat: ReporterSeat) -> Response:
    now, here = web.service.clock.now(), digest_of(request.cookies[COOKIE])
    with web.service.db.reading() as session:
        found, passkeys = sessions_of(session, seat.editor, now), passkeys_of(session, seat.editor)
    context = {
        "sessions": found,
        "this": here,
        "passkeys": passkeys,
        "zones": zones_to_choose(locale_of(seat.language)),
        "has_passkeys": Site.of(web.service.settings) is not None,
        "is_fresh": any(is_fresh(one, now) for one in found if one.digest == here),
    }
    response = private(web.pages.render("desk/sessions.html", seat.language, seat=seat, **context))
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


@router.post("/desk/sessions/{session_id}/end")
def end(web: Web, seat: ReporterSeat, session_id: Id, form: Posted) -> Response:
    seat.check(form)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        if not end_session(session, seat.editor, session_id, now):
            raise NotFoundError("This session has ended already.")
        record(session, actor=seat.editor.name, action="session ended", subject="desk", details={}, now=now)
    return see_other(f"{web.pages.root}/desk/sessions")
