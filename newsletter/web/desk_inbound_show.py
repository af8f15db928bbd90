"""Mail that readers wrote and no machine could answer: a list, each mail as text, and the button to delete it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.editors.log import record
from newsletter.feedback.letterbox import delete_mail, kept_mail, kept_mails
from newsletter.web.desk_access import EditorSeat
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/mail")
def all_mails(web: Web, seat: EditorSeat) -> Response:
    with web.service.db.reading() as session:
        mails = kept_mails(session)
    return private(web.pages.render("desk/mails.html", seat.language, seat=seat, mails=mails))


@router.get("/desk/mail/{mail_id}")
def one_mail(web: Web, seat: EditorSeat, mail_id: Id) -> Response:
    """Its text and nothing else of it: no HTML, no pictures, no attachments."""
    with web.service.db.reading() as session:
        mail = kept_mail(session, mail_id)
    return private(web.pages.render("desk/mail.html", seat.language, seat=seat, mail=mail))


@router.post("/desk/mail/{mail_id}/delete")
def delete_one(web: Web, seat: EditorSeat, mail_id: Id, form: Posted) -> Response:
    seat.check(form)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        kind = kept_mail(session, mail_id).kind
        delete_mail(session, mail_id)
        details = {"before": kind, "after": None}
        record(
            session, actor=seat.editor.name, action="mail deleted", subject=f"mail {mail_id}", details=details, now=now
        )
    return see_other(f"{web.pages.root}/desk/mail")
