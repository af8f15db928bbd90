"""What an editor writes into an issue and how they order it.

Each change keeps a version and the new content hash, is logged, and voids an approval. In a region whose issues approve
themselves, the changed content is approved again at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.issues.approving import approve_automatically, void_if_changed
from newsletter.issues.finding import locked
from newsletter.issues.following import follow
from newsletter.issues.models import Issue, Item
from newsletter.issues.shortening import shorter
from newsletter.issues.states import is_editable, log_subject, name_of
from newsletter.issues.versions import keep, keep_first, step
from newsletter.issues.wording import HEADLINE_LENGTH, SUBJECT_LENGTH, one_line, paragraphs


def retitle(session: Session, issue: Issue, position: int, headline: str, *, by: str, now: datetime) -> Issue:
    issue = opened(session, issue)
    item = item_at(issue, position)
    before, item.headline = item.headline, one_line(headline, "A headline", HEADLINE_LENGTH)
    item.pinned = item.pinned or item.headline != before
    return closed(session, issue, by, now, f"headline of item {position}", before, item.headline)


def rewrite(session: Session, issue: Issue, position: int, summary: str, *, by: str, now: datetime) -> Issue:
    """Replace an item's summary; an empty one leaves the headline alone."""
    issue = opened(session, issue)
    item = item_at(issue, position)
    before, item.summary = item.summary, paragraphs(summary, "A summary")
    item.pinned = item.pinned or item.summary != before
    return closed(session, issue, by, now, f"summary of item {position}", before, item.summary)


def shorten_summary(session: Session, issue: Issue, position: int, *, by: str, now: datetime) -> Issue:
    """Cut an item's summary after a sentence. Raises NotAllowedError where none ends sooner."""
    issue = opened(session, issue)
    return rewrite(session, issue, position, shortened(item_at(issue, position).summary), by=by, now=now)


def shortened(summary: str) -> str:
    """A summary, cut after a sentence. Raises NotAllowedError where none ends sooner."""
    cut = shorter(summary)
    if cut is None:
        raise NotAllowedError("This summary is short already: no sentence of it ends sooner.")
    return cut


def drop(session: Session, issue: Issue, position: int, *, by: str, now: datetime) -> Issue:
    """Take an item out. Raises NotAllowedError for the last one."""
    issue = opened(session, issue)
    item = item_at(issue, position)
    if len(issue.items) == 1:
        raise NotAllowedError(
            f"This is the only item of {name_of(issue)}; run `newsletter issues skip {name_of(issue)}` to have no "
            "issue this week."
        )
    issue.items.remove(item)
    issue.dropped = sorted({*issue.dropped, item.event_id})
    number(issue.items)
    return closed(session, issue, by, now, "items", f"{position}: {item.headline}", None)


def reorder(session: Session, issue: Issue, order: Sequence[int], *, by: str, now: datetime) -> Issue:
    """Put the items in the order of these present positions, such as [2, 1, 3]. Raises InvalidInputError."""
    issue = opened(session, issue)
    before = [item.headline for item in issue.items]
    if sorted(order) != list(range(1, len(issue.items) + 1)):
        raise InvalidInputError(f"Name each position from 1 to {len(issue.items)} once.")
    issue.items = [issue.items[position - 1] for position in order]
    number(issue.items)
    return closed(session, issue, by, now, "order", before, [item.headline for item in issue.items])


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
    issue = opened(session, issue)
    wanted = one_line(subject, "A subject", SUBJECT_LENGTH) if subject and subject.strip() else None
    before, issue.subject = issue.subject, wanted
    return closed(session, issue, by, now, "subject", before, issue.subject)


def set_intro(session: Session, issue: Issue, intro: str | None, *, by: str, now: datetime) -> Issue:
    """A few sentences above the first item; None or an empty text: none."""
    issue = opened(session, issue)
    before, issue.intro = issue.intro, paragraphs(intro or "", "An intro") or None
    return closed(session, issue, by, now, "intro", before, issue.intro)


def set_preheader(session: Session, issue: Issue, preheader: str | None, *, by: str, now: datetime) -> Issue:
    """What a list of mails shows after the subject; None or an empty one: more headlines."""
    issue = opened(session, issue)
    wanted = one_line(preheader, "A preheader", SUBJECT_LENGTH) if preheader and preheader.strip() else None
    before, issue.preheader = issue.preheader, wanted
    return closed(session, issue, by, now, "preheader", before, issue.preheader)


def undo(session: Session, issue: Issue, *, by: str, now: datetime) -> Issue:
    """Take the last edit back. Raises NotAllowedError where there is none."""
    return _stepped(session, issue, -1, "undone", by, now)


def redo(session: Session, issue: Issue, *, by: str, now: datetime) -> Issue:
    """Do again what was undone last. Raises NotAllowedError where nothing was, or something was edited since."""
    return _stepped(session, issue, 1, "done again", by, now)


def item_at(issue: Issue, position: int) -> Item:
    """Raises NotFoundError."""
    for item in issue.items:
        if item.position == position:
            return item
    raise NotFoundError(f"The issue {name_of(issue)} has no item {position}; it has 1 to {len(issue.items)}.")


def opened(session: Session, issue: Issue) -> Issue:
    """The issue, locked and ready for a change. Raises NotAllowedError for one that is skipped or out."""
    issue = locked(session, issue)
    if not is_editable(issue):
        raise NotAllowedError(f"The issue {name_of(issue)} is {issue.state.value} and can't be edited any more.")
    keep_first(session, issue)
    return issue


def closed(session: Session, issue: Issue, by: str, now: datetime, what: str, before: Any, after: Any) -> Issue:
    """Keep a version, log the change and void an approval; a change to what stood there before is none."""
    if before == after:
        return issue
    keep(session, issue, by=by, what=what, now=now)
    return _logged(session, issue, by, now, what, before, after)


def _stepped(session: Session, issue: Issue, steps: int, done: str, by: str, now: datetime) -> Issue:
    issue = opened(session, issue)
    before = [item.headline for item in issue.items]
    what = step(session, issue, steps)
    if what is None:
        raise NotAllowedError(f"There is nothing in {name_of(issue)} that could be {done}.")
    follow(session, issue)
    return _logged(session, issue, by, now, f"{done}: {what}", before, [item.headline for item in issue.items])


def _logged(session: Session, issue: Issue, by: str, now: datetime, what: str, before: Any, after: Any) -> Issue:
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


def number(items: Sequence[Item]) -> None:
    """Count the positions anew, from 1."""
    for position, item in enumerate(items, start=1):
        item.position = position
