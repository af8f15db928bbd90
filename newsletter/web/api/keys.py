"""Keys: which there are, and taking one back. New ones are made by people: a key that leaked must not make another."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.key_models import ApiKey
from newsletter.editors.keys import revoke
from newsletter.editors.models import Role
from newsletter.errors import NotFoundError
from newsletter.web.api.calling import AdminChangesAll, AdminReadsAll
from newsletter.web.api.paging import Page, Window, earliest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Id

router = APIRouter(tags=["keys"])


class KeyView(BaseModel):
    id: int
    name: str
    prefix: str = Field(description="How it begins.")
    role: Role
    regions: list[str] = Field(description="Empty: all.")
    made_at: datetime
    made_by: str
    used_at: datetime | None = Field(description="To the minute.")
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "KeyView":
        columns = ("id", "name", "prefix", "role", "made_at", "made_by", "used_at", "revoked_at")
        values = {column: getattr(key, column) for column in columns}
        return cls(regions=[region.code for region in key.regions], **values)


@router.get("/keys", operation_id="listKeys", response_model=Page[KeyView])
def list_keys(caller: AdminReadsAll, window: Annotated[Window, Query()]) -> Page[KeyView]:
    with caller.web.service.db.reading() as session:
        return earliest_first(session, select(ApiKey), ApiKey.id, window, KeyView.of)


@router.delete("/keys/{key_id}", operation_id="revokeKey", status_code=204, responses=problems(404))
def revoke_key(caller: AdminChangesAll, key_id: Id) -> Response:
    """From the next request on it opens nothing."""

    def do(session: Session) -> None:
        if session.get(ApiKey, key_id) is None:
            raise NotFoundError(f"There is no key {key_id}.")
        revoke(session, key_id, by=caller.by, now=caller.now)

    return caller.change(do)
