"""Mail that readers wrote and no machine could answer: its text, and deleting it. Answers are written by people."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.feedback.letterbox import delete_mail, kept_mail
from newsletter.feedback.models import InboundMail
from newsletter.web.api.calling import EditorChanges, EditorReads
from newsletter.web.api.paging import Page, Window, latest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Id

router = APIRouter(tags=["mail"])


class MailLine(BaseModel):
    id: int
    received_at: datetime
    sender: str = Field(description="Anyone can write any address there; empty: a program told it.")
    recipient: str
    subject: str
    kind: str
    size: int = Field(description="Bytes, as it came.")

    @classmethod
    def of(cls, mail: InboundMail) -> Self:
        return cls(**{field: getattr(mail, field) for field in cls.model_fields})


class MailView(MailLine):
    text: str = Field(description="The beginning of its plain text: no HTML, no pictures, no attachments.")


@router.get("/mail", operation_id="listMail", response_model=Page[MailLine])
def list_mail(caller: EditorReads, window: Annotated[Window, Query()]) -> Page[MailLine]:
    """The latest first."""
    with caller.web.service.db.reading() as session:
        return latest_first(session, select(InboundMail), InboundMail.id, window, MailLine.of)


@router.get("/mail/{mail_id}", operation_id="getMail", response_model=MailView, responses=problems(404))
def show_mail(caller: EditorReads, mail_id: Id) -> MailView:
    with caller.web.service.db.reading() as session:
        return MailView.of(kept_mail(session, mail_id))


@router.delete("/mail/{mail_id}", operation_id="deleteMail", status_code=204, responses=problems(404))
def delete_one(caller: EditorChanges, mail_id: Id) -> Response:
    """For good."""

    def do(session: Session) -> None:
        details = {"before": kept_mail(session, mail_id).kind, "after": None}
        delete_mail(session, mail_id)
        subject = f"mail {mail_id}"
        record(session, actor=caller.by, action="mail deleted", subject=subject, details=details, now=caller.now)

    return caller.change(do)
