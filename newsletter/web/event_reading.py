"""What the page of an event shows: every report that a letter linked, and where they differ."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from newsletter.errors import NotFoundError
from newsletter.events.models import EventStory
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.stories.models import Story
from newsletter.web.pages import is_web_address


@dataclass(frozen=True)
class LinkedReport:
    url: str
    source: str
    title: str
    language: str | None  # None: not known any more
    dated_at: datetime | None


@dataclass(frozen=True)
class EventPage:
    event_id: int
    latest: Item  # of the newest issue that is out
    issue: Issue  # the one that it stands in
    carried_by: list[Issue]  # all that are out, newest first
    reports: list[LinkedReport]


def event_page(session: Session, event_id: int) -> EventPage:
    """Raises NotFoundError for an event that no issue has carried to readers: what editors weigh is not public."""
    rows = session.execute(
        select(Item, Issue)
        .join(Issue, Item.issue_id == Issue.id)
        .where(Item.event_id == event_id, Issue.state == IssueState.OUT)
        .options(selectinload(Issue.region))
        .order_by(Issue.week.desc(), Issue.id.desc())
    ).all()
    if not rows:
        raise NotFoundError("There is no such event.")
    items = [item for item, _ in rows]
    reports = _reports(session, event_id, items)
    return EventPage(event_id, items[0], rows[0][1], [issue for _, issue in rows], reports)


def _reports(session: Session, event_id: int, items: list[Item]) -> list[LinkedReport]:
    """What the items linked, each once, with what is known of it; the lead first, then as the letters had them.

    What was withdrawn since is left out.
    """
    stories = {
        story.url: story
        for story in session.scalars(select(Story).join(EventStory).where(EventStory.event_id == event_id))
    }
    linked: dict[str, tuple[str, str]] = {}
    for item in items:
        linked.setdefault(item.url, (item.source, item.headline))
        for report in item.also:
            linked.setdefault(report["url"], (report["source"], ""))
    return [
        _report(url, source, headline, stories.get(url))
        for url, (source, headline) in linked.items()
        if is_web_address(url) and not (url in stories and stories[url].withdrawn_at)
    ]


def _report(url: str, source: str, headline: str, story: Story | None) -> LinkedReport:
    if story is None:
        return LinkedReport(url, source, headline or source, None, None)
    return LinkedReport(url, source, story.title, story.language, story.dated_at)
