"""Issues as programs read them; everything in a view is what its row says, so that its ETag is."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.finding import locked
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.web.api.calling import Caller


class PartView(BaseModel):
    name: str
    value: float
    reason: str


class AlsoView(BaseModel):
    source: str
    url: str


class ItemView(BaseModel):
    event: int = Field(description="What names the item, wherever it stands.")
    position: int
    story: int = Field(description="The lead story.")
    headline: str
    summary: str
    url: str
    source: str
    also: list[AlsoView] = Field(description="Who reported it too.")
    pinned: bool
    is_update: bool = Field(description="An earlier issue carried the event.")
    picture: dict[str, Any] | None
    differences: list[dict[str, Any]] = Field(description="Facts on which its reports differ, in order.")
    score: float
    parts: list[PartView] = Field(description="They sum to the score.")

    @classmethod
    def of(cls, item: Item) -> "ItemView":
        columns = ("position", "headline", "summary", "url", "source", "pinned", "is_update", "differences", "score")
        values = {column: getattr(item, column) for column in columns}
        also = [AlsoView(source=one["source"], url=one["url"]) for one in item.also]
        parts = [PartView(name=one["name"], value=one["value"], reason=one["reason"]) for one in item.parts]
        return cls(event=item.event_id, story=item.story_id, picture=item.image, also=also, parts=parts, **values)


_COLUMNS = (
    *("id", "week", "number", "state", "language", "note", "content_hash"),
    *("drafted_at", "edited_at", "approved_at", "approved_by", "out_at"),
)


class IssueLine(BaseModel):
    """An issue as a list shows it."""

    id: int
    region: str
    week: str = Field(description="ISO 8601.", examples=["2026-W20"])
    number: int | None = Field(description="Counted from 1 in its region; null where it is skipped.")
    state: IssueState
    language: str
    note: str | None = Field(description="Why it is held or skipped, or what is unusual about it.")
    content_hash: str = Field(description="Of all that readers see; approval is bound to it.")
    drafted_at: datetime
    edited_at: datetime | None
    approved_at: datetime | None
    approved_by: str | None
    out_at: datetime | None

    @classmethod
    def of(cls, issue: Issue) -> "IssueLine":
        return cls(region=issue.region.code, **{column: getattr(issue, column) for column in _COLUMNS})


class IssueView(IssueLine):
    subject: str | None = Field(description="null: made from the lead items.")
    preheader: str | None
    intro: str | None
    items: list[ItemView]

    @classmethod
    def of(cls, issue: Issue) -> "IssueView":
        texts = {field: getattr(issue, field) for field in ("subject", "preheader", "intro")}
        items = [ItemView.of(item) for item in issue.items]
        return cls(**IssueLine.of(issue).model_dump(), **texts, items=items)


def issue_of(session: Session, caller: Caller, issue_id: int, *, for_change: bool = False) -> Issue:
    """Raises NotFoundError, in the same words where it is not there and where it is another region's."""
    missing = f"There is no issue {issue_id}."
    try:
        found = find_issue(session, str(issue_id))
    except NotFoundError as error:
        raise NotFoundError(missing) from error
    caller.check_region(found.region, missing)
    return locked(session, found) if for_change else found
