"""Between approval and sending, stories are looked at again: a withdrawn or retitled one holds its issue.

What is looked at is in the rows (titles, as the feeds say them now) and on the web (pages, which the caller visits
while no transaction is open).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, selectinload

from newsletter.editors.log import AUTOMATIC
from newsletter.issues.finding import locked
from newsletter.issues.holding import hold
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.issues.withdrawing import withdrawn_in
from newsletter.picking.wording import quoted
from newsletter.regions.timing import first_and_last_wave
from newsletter.stories.models import Story

BEFORE_FIRST_WAVE = timedelta(hours=3)  # from here on, until the issue is out ...
EVERY = timedelta(hours=1)  # ... so often


@dataclass(frozen=True)
class Due:
    """An issue whose stories are to be looked at: its id, and the pages that its items lead to."""

    issue_id: int
    urls: tuple[str, ...]


def due_for_a_visit(session: Session, now: datetime) -> list[Due]:
    """Approved issues that are about to leave and were not looked at within the hour."""
    query = select(Issue).options(selectinload(Issue.items)).where(Issue.state == IssueState.APPROVED)
    issues = session.scalars(query.where(Issue.visited_at.is_(None) | (Issue.visited_at <= now - EVERY)))
    return [Due(issue.id, _pages(issue)) for issue in issues if _is_near(issue, now)]


def revisit(session: Session, issue_id: int, gone: Collection[str], now: datetime) -> Issue | None:
    """Hold the issue where a story is among the `gone` pages or has another title now; None where all is well.

    It is held once for each event: whoever releases it has seen the reason.
    """
    issue = locked(session, session.get_one(Issue, issue_id))
    if issue.state is not IssueState.APPROVED:
        return None
    issue.visited_at = now
    stories = _stories(session, issue)
    withdrawn = withdrawn_in(session, issue)
    findings = {item.event_id: said for item in issue.items if (said := _found(item, gone, withdrawn, stories))}
    news = {event: said for event, said in findings.items() if event not in issue.told_of}
    if not news:
        return None
    issue.told_of = sorted({*issue.told_of, *news})
    return hold(session, issue, by=AUTOMATIC, reason=" ".join(news.values()), now=now)


def _found(item: Item, gone: Collection[str], withdrawn: Mapping[int, str], stories: Mapping[int, Story]) -> str | None:
    if item.event_id in withdrawn:
        return withdrawn[item.event_id]
    name, story = f"Item {item.position}, {quoted(item.headline)},", stories.get(item.story_id)
    if item.url in gone:
        return f"{name} was withdrawn by {item.source}: its page is gone."
    if lost := next((report for report in item.also if report["url"] in gone), None):
        return f"{name} names a report of {lost['source']} whose page is gone."
    if story is not None and item.story_title and story.title != item.story_title:
        if "title" in story.overruled:
            return f"{name} has another title at the desk now: {quoted(story.title)}."
        return f"{name} has another title at {item.source} now: {quoted(story.title)}."
    return None


def _pages(issue: Issue) -> tuple[str, ...]:
    """Each once, in their order."""
    pages = [url for item in issue.items for url in (item.url, *(report["url"] for report in item.also))]
    return tuple(dict.fromkeys(pages))


def _stories(session: Session, issue: Issue) -> dict[int, Story]:
    query = select(Story).options(load_only(Story.title, Story.overruled))
    found = session.scalars(query.where(Story.id.in_([item.story_id for item in issue.items])))
    return {story.id: story for story in found}


def _is_near(issue: Issue, now: datetime) -> bool:
    schedule = issue.region.schedule
    first, last = first_and_last_wave(issue.week, schedule.weekday, schedule.hour)
    return first - BEFORE_FIRST_WAVE <= now <= last + timedelta(hours=schedule.window_hours)
