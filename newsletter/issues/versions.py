"""Versions of an issue's content: every edit keeps one, and undo and redo step through them."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue, IssueVersion, Item

_TEXTS = ("subject", "preheader", "intro", "dropped")
_COLUMNS = [column.key for column in Item.__table__.columns if column.key not in ("id", "issue_id")]
DRAFTED = "draft"  # what made version 0


def content_of(issue: Issue) -> dict[str, Any]:
    """All that an editor can change, as plain data."""
    items = [item_content(item) for item in issue.items]
    return {name: getattr(issue, name) for name in _TEXTS} | {"items": items}


def item_content(item: Item) -> dict[str, Any]:
    """An item as plain data; one that is not a row yet has the defaults that its row would have."""
    defaults = {"pinned": False, "is_update": False, "differences": []}
    values = {name: getattr(item, name) for name in _COLUMNS}
    return values | {name: default for name, default in defaults.items() if values[name] is None}


def keep_first(session: Session, issue: Issue) -> None:
    """Call before an issue's first change: keeps what was drafted as version 0."""
    if issue.version == 0 and _version(session, issue, 0) is None:
        session.add(_made(issue, 0, "", DRAFTED, issue.drafted_at))


def keep(session: Session, issue: Issue, *, by: str, what: str, now: datetime) -> None:
    """Keep the content as the version that stands now; versions that were undone can't be redone any more."""
    session.execute(delete(IssueVersion).where(IssueVersion.issue_id == issue.id, IssueVersion.number > issue.version))
    issue.version += 1
    session.add(_made(issue, issue.version, by, what, now))


def forget(session: Session, issue: Issue) -> None:
    """Its content is drafted anew: there is nothing to go back to."""
    session.execute(delete(IssueVersion).where(IssueVersion.issue_id == issue.id))
    issue.version = 0


def step(session: Session, issue: Issue, by: int) -> str | None:
    """Make version `issue.version + by` the one that stands. What was undone or redone; None where there is none."""
    target = _version(session, issue, issue.version + by)
    left = _version(session, issue, issue.version)
    if target is None or left is None:
        return None
    issue.version = target.number
    put(issue, target.content)
    return left.what if by < 0 else target.what


def steps(session: Session, issue: Issue) -> tuple[str | None, str | None]:
    """What undo would take back and what redo would do again, in words; None where there is nothing."""
    near = (max(issue.version, 1), issue.version + 1)  # version 0 is no edit
    query = select(IssueVersion.number, IssueVersion.what).where(
        IssueVersion.issue_id == issue.id, IssueVersion.number.between(*near)
    )
    numbers = dict(session.execute(query).all())
    return numbers.get(issue.version), numbers.get(issue.version + 1)


def latest(session: Session, issue: Issue) -> IssueVersion | None:
    """The version that stands: who made it, and when. None for a draft that nobody touched."""
    return _version(session, issue, issue.version)


def _version(session: Session, issue: Issue, number: int) -> IssueVersion | None:
    query = select(IssueVersion).where(IssueVersion.issue_id == issue.id, IssueVersion.number == number)
    return session.scalars(query).one_or_none()


def _made(issue: Issue, number: int, by: str, what: str, at: datetime) -> IssueVersion:
    return IssueVersion(issue_id=issue.id, number=number, at=at, by=by, what=what, content=content_of(issue))


def put(issue: Issue, content: dict[str, Any]) -> None:
    """Make the issue say this. An event keeps its row: two of one event must not even be there for a moment."""
    for name in _TEXTS:
        setattr(issue, name, content[name])
    rows = {item.event_id: item for item in issue.items}
    items = []
    for values in content["items"]:
        item = rows.get(values["event_id"]) or Item(event_id=values["event_id"])
        for name in _COLUMNS:
            setattr(item, name, values[name])
        items.append(item)
    issue.items = items
