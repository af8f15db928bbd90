"""What an editor does to an issue: each change keeps the new content hash, is logged, and voids an approval.

In a region whose issues approve themselves, the changed content is approved again at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.issues.approving import approve_automatically, void_if_changed
from newsletter.issues.finding import locked
from newsletter.issues.models import Issue, Item
from newsletter.issues.states import is_editable, log_subject, name_of
from newsletter.issues.wording import HEADLINE_LENGTH, SUBJECT_LENGTH, one_line, paragraphs


def retitle(session: Session, issue: Issue, position: int, headline: str, *, by: str, now: datetime) -> Issue:
    issue = _open(session, issue)
    item = item_at(issue, position)
    before, item.headline = item.headline, one_line(headline, "A headline", HEADLINE_LENGTH)
    return _close(session, issue, by, now, f"headline of item {position}", before, item.headline)


def rewrite(session: Session, issue: Issue, position: int, summary: str, *, by: str, now: datetime) -> Issue:
    """Replace an item's summary; an empty one leaves the headline alone."""
    issue = _open(session, issue)
    item = item_at(issue, position)
    before, item.summary = item.summary, paragraphs(summary, "A summary")
    return _close(session, issue, by, now, f"summary of item {position}", before, item.summary)


def drop(session: Session, issue: Issue, position: int, *, by: str, now: datetime) -> Issue:
    """Take an item out. Raises NotAllowedError for the last one."""
    issue = _open(session, issue)
    item = item_at(issue, position)
    if len(issue.items) == 1:
        raise NotAllowedError(
            f"This is the only item of {name_of(issue)}; run `newsletter issues skip {name_of(issue)}` to have no "
            "issue this week."
        )
    issue.items.remove(item)
    _number(issue.items)
    return _close(session, issue, by, now, "items", f"{position}: {item.headline}", None)


def reorder(session: Session, issue: Issue, order: Sequence[int], *, by: str, now: datetime) -> Issue:
    """Put the items in the order of these present positions, such as [2, 1, 3]. Raises InvalidInputError."""
    issue = _open(session, issue)
    before = [item.headline for item in issue.items]
    if sorted(order) != list(range(1, len(issue.items) + 1)):
        raise InvalidInputError(f"Name each position from 1 to {len(issue.items)} once.")
    issue.items = [issue.items[position - 1] for position in order]
    _number(issue.items)
    return _close(session, issue, by, now, "order", before, [item.headline for item in issue.items])


def move_item(session: Session, issue: Issue, position: int, to: int, *, by: str, now: datetime) -> Issue:
    """Put one item at another position; the others close up."""
    order = list(range(1, len(issue.items) + 1))
    if position not in order or to not in order:
        raise NotFoundError(f"The issue {name_of(issue)} has the positions 1 to {len(order)}.")
    order.remove(position)
    order.insert(to - 1, position)
    return reorder(session, issue, order, by=by, now=now)


def set_subject(session: Session, issue: Issue, subject: str | None, *, by: str, now: datetime) -> Issue:
    """The subject of the mail; None or an empty one: made from the lead items."""
    issue = _open(session, issue)
    wanted = one_line(subject, "A subject", SUBJECT_LENGTH) if subject and subject.strip() else None
    before, issue.subject = issue.subject, wanted
    return _close(session, issue, by, now, "subject", before, issue.subject)


def set_intro(session: Session, issue: Issue, intro: str | None, *, by: str, now: datetime) -> Issue:
    """A few sentences above the first item; None or an empty text: none."""
    issue = _open(session, issue)
    before, issue.intro = issue.intro, paragraphs(intro or "", "An intro") or None
    return _close(session, issue, by, now, "intro", before, issue.intro)


def item_at(issue: Issue, position: int) -> Item:
    """Raises NotFoundError."""
    for item in issue.items:
        if item.position == position:
            return item
    raise NotFoundError(f"The issue {name_of(issue)} has no item {position}; it has 1 to {len(issue.items)}.")


def _open(session: Session, issue: Issue) -> Issue:
    issue = locked(session, issue)
    if not is_editable(issue):
        raise NotAllowedError(f"The issue {name_of(issue)} is {issue.state.value} and can't be edited any more.")
    return issue


def _close(session: Session, issue: Issue, by: str, now: datetime, what: str, before: Any, after: Any) -> Issue:
    """Log the change and void an approval; a change to what stood there before is none."""
    if before == after:
        return issue
    issue.edited_at = now
    record(
        session,
        actor=by,
        action="issue edited",
        subject=log_subject(issue),
        details={"what": what, "before": before, "after": after},
        now=now,
    )
    void_if_changed(session, issue, by=by, now=now)
    approve_automatically(session, issue, now)
    session.flush()
    return issue


def _number(items: Sequence[Item]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position
