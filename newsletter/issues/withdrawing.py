"""What a person does to a story, in the log, and what it means for the issues that tell it.

A story that is withdrawn holds every open issue that leads with it or names it, as a page that is gone does: at once,
with the reason, until somebody releases it. A corrected one changes no issue: items are snapshots, and one that was
approved with another title is held when stories are looked at once more (revisiting.py).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.events.models import EventStory
from newsletter.issues.finding import locked
from newsletter.issues.holding import REASON_LENGTH, hold
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.issues.regrouping import open_issues_with
from newsletter.issues.states import log_subject
from newsletter.picking.wording import quoted
from newsletter.stories import correcting
from newsletter.stories.cleaning import shorten
from newsletter.stories.models import Story


def subject_of(story: Story) -> str:
    """As the log names it."""
    return f"story {story.id}"


def correct(session: Session, story: Story, given: Mapping[str, Any], *, by: str, now: datetime) -> correcting.Change:
    """Raises what stories.correcting.correct raises."""
    change = correcting.correct(session, story, given, now)
    _log(session, story, "story corrected", change, by, now)
    return change


def take_back(session: Session, story: Story, fields: Collection[str], *, by: str, now: datetime) -> correcting.Change:
    """The source's own words stand again."""
    change = correcting.take_back(session, story, fields, now)
    _log(session, story, "correction taken back", change, by, now)
    return change


def withdraw(session: Session, story: Story, *, why: str, by: str, now: datetime) -> list[Issue]:
    """The issues that are held for it. Raises InvalidInputError without a reason, NotAllowedError where it is done."""
    correcting.withdraw(story, why=why, by=by, now=now)
    details = {"before": "told", "after": "withdrawn", "reason": story.withdrawn_why}
    record(session, actor=by, action="story withdrawn", subject=subject_of(story), details=details, now=now)
    session.flush()
    issues = [locked(session, issue) for issue in open_issues_of(session, story)]
    return [issue for issue in issues if _hold(session, issue, story, by, now)]


def restore(session: Session, story: Story, *, by: str, now: datetime) -> None:
    """Undo of a withdrawal. What was held for it stays so until somebody releases it. Raises NotAllowedError."""
    why = story.withdrawn_why
    correcting.restore(story, now)
    details = {"before": "withdrawn", "after": "told", "reason": why}
    record(session, actor=by, action="story restored", subject=subject_of(story), details=details, now=now)
    session.flush()
    for issue in (locked(session, issue) for issue in open_issues_of(session, story)):
        events = {item.event_id for item in issue.items if item.story_id == story.id}
        issue.told_of = [event for event in issue.told_of if event not in events]


def open_issues_of(session: Session, story: Story) -> Sequence[Issue]:
    """Those that can still be edited and tell its event, or lead with it, in the order in which they are locked."""
    events = set(session.scalars(select(EventStory.event_id).where(EventStory.story_id == story.id)))
    events |= set(session.scalars(select(Item.event_id).where(Item.story_id == story.id)))
    return open_issues_with(session, events)


def said_of_withdrawn(item: Item, stories: Mapping[str, Story]) -> str | None:
    """What is to be said of an item that leads with one of these withdrawn stories (by their links) or names it."""
    name = f"Item {item.position}, {quoted(item.headline)},"
    for story in stories.values():
        if story.id == item.story_id:
            return f"{name} was withdrawn by {story.withdrawn_by}: {story.withdrawn_why}"
    for report in item.also:
        if found := stories.get(report["url"]):
            return f"{name} names a report of {report['source']} that {found.withdrawn_by} withdrew."
    return None


def withdrawn_in(session: Session, issue: Issue) -> dict[int, str]:
    """What is to be said of the issue's items whose stories are withdrawn, by event."""
    links = {item.url for item in issue.items} | {report["url"] for item in issue.items for report in item.also}
    leads = [item.story_id for item in issue.items]
    query = select(Story).where(Story.withdrawn_at.is_not(None), Story.url.in_(links) | Story.id.in_(leads))
    stories = {story.url: story for story in session.scalars(query)}
    found = {item.event_id: said_of_withdrawn(item, stories) for item in issue.items} if stories else {}
    return {event: said for event, said in found.items() if said}


def _hold(session: Session, issue: Issue, story: Story, by: str, now: datetime) -> bool:
    found = {item.event_id: said_of_withdrawn(item, {story.url: story}) for item in issue.items}
    news = {event: said for event, said in found.items() if said}
    if not news:
        return False
    issue.told_of = sorted({*issue.told_of, *news})
    reason = shorten(" ".join(news.values()), REASON_LENGTH)
    if issue.state is IssueState.HELD:
        issue.note = shorten(f"{issue.note or ''} {reason}".strip(), REASON_LENGTH)
        details = {"before": "held", "after": "held", "reason": issue.note}
        record(session, actor=by, action="issue held", subject=log_subject(issue), details=details, now=now)
    else:
        hold(session, issue, by=by, reason=reason, now=now)
    return True


def _log(session: Session, story: Story, action: str, change: correcting.Change, by: str, now: datetime) -> None:
    if change.after:
        details = {"before": change.before, "after": change.after}
        record(session, actor=by, action=action, subject=subject_of(story), details=details, now=now)
