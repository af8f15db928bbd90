"""An editor's own passkeys: making one soon after signing in, and removing one."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from newsletter.editors.assertions import challenge_of
from newsletter.editors.challenges import use
from newsletter.editors.log import record
from newsletter.editors.models import ChallengeKind, Editor
from newsletter.editors.passkeys import register, registration, remove
from newsletter.editors.signing_in import digest_of, is_fresh, session_of
from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.web.desk_access import COOKIE, ReporterSeat
from newsletter.web.desk_passkey_sign_in import as_json, refused, site_of
from newsletter.web.forms import Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


class StaleSessionError(NotAllowedError):
    message = "To make a passkey, sign in again: you did so more than half an hour ago."


@router.post("/desk/passkeys/question")
def ask_to_make_one(request: Request, web: Web, seat: ReporterSeat, form: Posted) -> Response:
    seat.check(form)
    site, cookie, now = site_of(web), request.cookies[COOKIE], web.service.clock.now()
    try:
        with web.service.db.writing() as session:
            _check_fresh(web, session, cookie)
            editor = session.get_one(Editor, seat.editor.id)
            return as_json(registration(session, site, editor, digest_of(cookie), now))
    except NotAllowedError as error:
        return refused(str(error), 409)


@router.post("/desk/passkeys")
def add(request: Request, web: Web, seat: ReporterSeat, form: Posted) -> Response:
    seat.check(form)
    site, cookie, now = site_of(web), request.cookies[COOKIE], web.service.clock.now()
    answer, name = form.one("answer"), form.one("name")
    try:
        challenge = challenge_of(answer)
        with web.service.db.writing() as session:
            use(session, ChallengeKind.REGISTER, challenge, digest_of(cookie), now)
        with web.service.db.writing() as session:
            _check_fresh(web, session, cookie)
            editor = session.get_one(Editor, seat.editor.id)
            passkey = register(session, site, editor, answer, challenge, name, now)
            details = {"before": None, "after": passkey.name}
            record(
                session, actor=editor.name, action="passkey added", subject=_subject(editor), details=details, now=now
            )
    except (NotAllowedError, InvalidInputError) as error:
        return refused(str(error), 409)
    to = f"{web.pages.root}/desk/sessions"
    return JSONResponse({"to": to}, headers={"Cache-Control": "no-store"})


@router.post("/desk/passkeys/{passkey_id}/remove")
def remove_one(request: Request, web: Web, seat: ReporterSeat, passkey_id: Id, form: Posted) -> Response:
    """The sessions that it began end with it, but for this one."""
    seat.check(form)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        editor = session.get_one(Editor, seat.editor.id)
        gone = remove(session, editor, passkey_id, now, here=digest_of(request.cookies[COOKIE]))
        details = {"before": gone.name, "after": None}
        record(session, actor=editor.name, action="passkey removed", subject=_subject(editor), details=details, now=now)
    return see_other(f"{web.pages.root}/desk/sessions")


def _check_fresh(web: Parts, session: Session, cookie: str) -> None:
    now = web.service.clock.now()
    found = session_of(session, cookie, now)
    if found is None or not is_fresh(found, now):
        raise StaleSessionError


def _subject(editor: Editor) -> str:
    return f"editor {editor.name}"
