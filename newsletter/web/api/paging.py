"""Pages of lists, by keyset: a cursor says behind what the next page begins, so that nothing is skipped or doubled."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from newsletter.errors import InvalidInputError
from newsletter.web.api.shapes import Absent

View = TypeVar("View", bound=BaseModel)
Row = TypeVar("Row")

MOST = 100


class Window(BaseModel):
    """Which part of a list is asked for. Lists with filters add theirs; what is none of them is refused."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | Absent = Field(None, max_length=400, description="`next` of the page before this one.")
    limit: int = Field(50, ge=1, le=MOST, description="How many at most.")


class Page(BaseModel, Generic[View]):
    data: list[View]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def page(rows: Sequence[Row], window: Window, view: Callable[[Row], View], place: Callable[[Row], Any]) -> Page[View]:
    """`rows` are one more than the window asks for, where there are so many; `place` is what a list is sorted by."""
    shown = rows[: window.limit]
    more = _cursor(place(shown[-1])) if len(rows) > window.limit else None
    return Page(data=[view(row) for row in shown], next=more)


def latest_first(
    session: Session,
    query: Select[Row],
    ids: InstrumentedAttribute[int],
    window: Window,
    view: Callable[[Row], View],
) -> Page[View]:
    """A page of what `query` finds, the latest first; `ids` is the column of its ids."""
    before = number_in(window)
    query = query if before is None else query.where(ids < before)
    found = session.scalars(query.order_by(ids.desc()).limit(window.limit + 1)).all()
    return page(found, window, view, lambda row: getattr(row, ids.key))


def earliest_first(
    session: Session,
    query: Select[Row],
    ids: InstrumentedAttribute[int],
    window: Window,
    view: Callable[[Row], View],
) -> Page[View]:
    """The same in the order in which they came."""
    query = query.where(ids > (number_in(window) or 0))
    found = session.scalars(query.order_by(ids).limit(window.limit + 1)).all()
    return page(found, window, view, lambda row: getattr(row, ids.key))


def number_in(window: Window) -> int | None:
    """The place behind which to go on, of a list that is sorted by ids; None: at its beginning."""
    place = _place(window, 1)
    return None if place is None else _number(place[0])


def name_in(window: Window) -> str | None:
    """The same for a list that is sorted by names."""
    place = _place(window, 1)
    return None if place is None else str(place[0]).replace("\0", "")


def instant_in(window: Window) -> tuple[datetime, int] | None:
    """The same for a list that is sorted by instants, then ids."""
    place = _place(window, 2)
    if place is None:
        return None
    try:
        at = datetime.fromisoformat(str(place[0]))
    except ValueError as error:
        raise _unknown() from error
    if at.tzinfo is None:
        raise _unknown()
    return at, _number(place[1])


def _cursor(place: Any) -> str:
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in _listed(place)]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _place(window: Window, parts: int) -> list[Any] | None:
    if window.cursor is None:
        return None
    try:
        padded = window.cursor + "=" * (-len(window.cursor) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise _unknown() from error
    if not isinstance(place, list) or len(place) != parts:
        raise _unknown()
    return place


def _number(part: object) -> int:
    if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part < 2**53:
        raise _unknown()
    return part


def _listed(place: Any) -> list[Any]:
    return list(place) if isinstance(place, tuple) else [place]


def _unknown() -> InvalidInputError:
    return InvalidInputError("The cursor is none of this list. Begin without one.")
