"""An issue for the desk: the one whom an editor may work on, what is known about it, and merges of two hands' work."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from newsletter.errors import NewsletterError, NotFoundError
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.finding import locked
from newsletter.issues.models import Issue, Item
from newsletter.issues.states import name_of
from newsletter.web.desk_access import Seat


@dataclass(frozen=True)
class Written:
    """One text that an editor sent: its field, what stood there when they began, and what they wrote."""

    field: str
    label: str
    was: str
    now: str


class OtherHandError(NewsletterError):
    """Somebody else has changed the same text meanwhile; `texts` are all that were sent, with what stands there now."""

    message = "Somebody else has changed the same words meanwhile."

    def __init__(self, texts: Sequence[tuple[Written, str]]) -> None:
        super().__init__()
        self.texts = texts


def issue_for(session: Session, seat: Seat, issue_id: int, *, for_change: bool = False) -> Issue:
    """Raises NotFoundError, or ForbiddenError for an issue of another's region."""
    issue = find_issue(session, str(issue_id))
    seat.check_region(issue.region)
    return locked(session, issue) if for_change else issue


def item_of(issue: Issue, event_id: int) -> Item:
    """An item by its event, which stays while positions change. Raises NotFoundError."""
    for item in issue.items:
        if item.event_id == event_id:
            return item
    raise NotFoundError(f"The item is not in {name_of(issue)} any more; somebody took it out.")


def changes(texts: Sequence[tuple[Written, str | None]]) -> list[Written]:
    """Those texts that an editor changed, each beside what stands there now.

    A text that somebody else changed too, to something else, is overwritten by nobody: raises OtherHandError.
    """
    changed = [(text, stands or "") for text, stands in texts if _plain(text.now) != _plain(text.was)]
    if any(_plain(stands) not in (_plain(text.was), _plain(text.now)) for text, stands in changed):
        raise OtherHandError([(text, stands or "") for text, stands in texts])
    return [text for text, _ in changed]


def order_after(present: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """The order in which an editor put the events that they saw, for those that are there now.

    What was taken out meanwhile stays out; what came in meanwhile stays behind what stood before it.
    """
    order = [event for event in dict.fromkeys(wanted) if event in present]
    for place, event in enumerate(present):
        if event not in order:
            order.insert(order.index(present[place - 1]) + 1 if place else 0, event)
    return order


def _plain(text: str) -> str:
    """A form sends its own line ends, and a browser may drop blanks at the end."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
