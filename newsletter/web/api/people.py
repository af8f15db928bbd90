"""The people of the desk: who they are and what each may do, and letting one in no more.

They are let in by people: a key that leaked must let nobody in who outlives it.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.editors.models import Editor, Role
from newsletter.editors.service import leave_one_admin, remove_editor
from newsletter.errors import NotFoundError
from newsletter.web.api.calling import AdminChangesAll, AdminReadsAll
from newsletter.web.api.paging import Page, Window, earliest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Id

router = APIRouter(tags=["people"])


class PersonView(BaseModel):
    id: int
    name: str
    address: str
    role: Role
    regions: list[str] = Field(description="Empty: all.")
    language: str | None = Field(description="null: the one that their browser likes best.")
    time_zone: str | None

    @classmethod
    def of(cls, editor: Editor) -> "PersonView":
        columns = ("id", "name", "address", "role", "language", "time_zone")
        values = {column: getattr(editor, column) for column in columns}
        return cls(regions=[region.code for region in editor.regions], **values)


@router.get("/people", operation_id="listPeople", response_model=Page[PersonView])
def list_people(caller: AdminReadsAll, window: Annotated[Window, Query()]) -> Page[PersonView]:
    with caller.web.service.db.reading() as session:
        return earliest_first(session, select(Editor).where(Editor.active), Editor.id, window, PersonView.of)


@router.delete("/people/{person_id}", operation_id="removePerson", status_code=204, responses=problems(404))
def remove_person(caller: AdminChangesAll, person_id: Id) -> Response:
    """Signed out at once, wherever they are. The log goes on naming them. 409 for the last admin of all regions."""

    def do(session: Session) -> None:
        editor = session.get(Editor, person_id)
        if editor is None or not editor.active:
            raise NotFoundError(f"There is no person {person_id}.")
        leave_one_admin(session, editor, keeps=False)
        remove_editor(session, editor, caller.now)
        details = {"before": editor.role, "after": None}
        subject = f"editor {editor.name}"
        record(session, actor=caller.by, action="editor removed", subject=subject, details=details, now=caller.now)

    return caller.change(do)
