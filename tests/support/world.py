"""Small factories for the rows of a sample world: each makes one thing, with everything that it needs.

Every factory takes a writing session, flushes, and returns the row. Whatever a test does not care about has a sensible
value; names and addresses are numbered so that they never collide. Times are relative to NOW, where the `clock`
fixture stands.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.events.models import Event, EventStory
from newsletter.issues.content import content_hash
from newsletter.issues.drafting import draft_due, regions_to_draft
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.regions.models import Region, Schedule
from newsletter.stories.models import Source, Story, StoryRegion
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)  # a Thursday
WEEK = "2026-W20"  # the week of NOW

Row = TypeVar("Row")

_numbers = count(1)


def make_schedule(session: Session, name: str = "weekly", **columns: Any) -> Schedule:
    """Friday at 07:00, drafts 24 hours before, a window of 12 hours; the one of that name if it is there."""
    schedule = session.scalar(select(Schedule).where(Schedule.name == name))
    if schedule is None:
        schedule = _added(session, Schedule(name=name, **columns))
    return schedule


def make_region(session: Session, code: str = "MX", *, schedule: Schedule | None = None, **columns: Any) -> Region:
    """A region that is switched on: English, ten items, at least three, approval required."""
    defaults = {"language": "en", "time_zone": "America/Mexico_City"}
    schedule = schedule or make_schedule(session)
    return _added(session, Region(code=code, schedule_id=schedule.id, schedule=schedule, **(defaults | columns)))


def make_source(session: Session, name: str | None = None, **columns: Any) -> Source:
    """A feed in English without a home region."""
    number = next(_numbers)
    defaults = {"url": f"https://source{number}.example/feed.xml", "language": "en", "added_at": NOW}
    return _added(session, Source(name=name or f"Source {number}", **(defaults | columns)))


def make_story(
    session: Session,
    title: str | None = None,
    *,
    source: Source | None = None,
    about: Mapping[str, float] | None = None,
    dated_at: datetime = NOW - timedelta(days=1),
    **columns: Any,
) -> Story:
    """A story of yesterday about Mexico; `about` gives its countries with their confidence."""
    number = next(_numbers)
    source = source or make_source(session)
    title = title or f"Story number {number}"
    defaults = {
        "url": f"https://news.example/story-{number}",
        "canonical_url": f"https://news.example/story-{number}",
        "summary": f"What happened, told in one sentence, number {number}.",
        "language": source.language,
        "published_at": dated_at,
        "seen_at": dated_at,
        "content_hash": hashlib.sha256(title.encode()).hexdigest(),
    }
    about = {"MX": 0.9} if about is None else about
    regions = [StoryRegion(code=code, confidence=confidence, spans=[]) for code, confidence in about.items()]
    story = Story(source_id=source.id, source=source, title=title, dated_at=dated_at, regions=regions)
    for column, value in (defaults | columns).items():
        setattr(story, column, value)
    return _added(session, story)


def make_event(session: Session, stories: Sequence[Story] | None = None, **columns: Any) -> Event:
    """The event that `stories` tell; without any, of one new story."""
    stories = stories or [make_story(session)]
    defaults = {
        "language": stories[0].language,
        "first_at": min(story.dated_at for story in stories),
        "last_at": max(story.dated_at for story in stories),
    }
    event = Event(**(defaults | columns))
    event.stories = [EventStory(story_id=story.id, story=story, shared_terms=[]) for story in stories]
    return _added(session, event)


def make_issue(
    session: Session,
    region: Region,
    week: str = WEEK,
    *,
    items: int | Sequence[Event] = 3,
    state: IssueState = IssueState.DRAFT,
    number: int | None = None,
    **columns: Any,
) -> Issue:
    """An issue of `region` with so many items, or with one item an event; approved where its state needs that."""
    number = None if state is IssueState.SKIPPED else number or _next_number(session, region)
    defaults = {
        "language": region.language,
        "since": NOW - timedelta(days=7),
        "until": NOW,
        "drafted_at": NOW,
    }
    events = [make_event(session) for _ in range(items)] if isinstance(items, int) else items
    issue = Issue(region_id=region.id, region=region, week=week, state=state, number=number, **(defaults | columns))
    issue.items = [_item(event, position) for position, event in enumerate(events, start=1)]
    issue.content_hash = content_hash(issue)
    if state in (IssueState.APPROVED, IssueState.OUT):
        issue.approved_hash, issue.approved_at, issue.approved_by = issue.content_hash, NOW, "Ada"
    if state is IssueState.OUT:
        issue.out_at = NOW
    return _added(session, issue)


def make_subscriber(
    session: Session,
    *regions: Region,
    address: str | None = None,
    state: SubscriberState = SubscriberState.CONFIRMED,
    **columns: Any,
) -> Subscriber:
    """A confirmed reader of `regions`, in this order, in Mexico City."""
    number = next(_numbers)
    address = address or f"reader{number}@readers.example"
    confirmed_at = NOW - timedelta(days=30) if state is SubscriberState.CONFIRMED else None
    defaults = {
        "key": f"key{number:013}",
        "normalised": address.lower(),
        "language": "en",
        "time_zone": "America/Mexico_City",
        "asked_at": NOW - timedelta(days=31),
        "confirmed_at": confirmed_at,
    }
    subscriber = Subscriber(address=address, state=state, **(defaults | columns))
    subscriber.subscriptions = [
        Subscription(region_id=region.id, region=region, position=position, confirmed_at=confirmed_at)
        for position, region in enumerate(regions, start=1)
    ]
    return _added(session, subscriber)


def draft_all_due(session: Session, now: datetime) -> list[Issue]:
    """What a tick drafts now."""
    due = (draft_due(session, region_id, now) for region_id in regions_to_draft(session, now))
    return [issue for issue in due if issue is not None]


def _item(event: Event, position: int) -> Item:
    lead, *others = (membership.story for membership in event.stories)
    return Item(
        event_id=event.id,
        story_id=lead.id,
        position=position,
        headline=lead.title,
        summary=lead.summary,
        url=lead.url,
        source=lead.source.name,
        also=[{"source": story.source.name, "url": story.url} for story in others],
        score=1.0,
        parts=[{"name": "sources", "value": 1.0, "reason": "One source reports it."}],
    )


def _next_number(session: Session, region: Region) -> int:
    numbers = session.scalars(select(Issue.number).where(Issue.region_id == region.id))
    return max((number for number in numbers if number is not None), default=0) + 1


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
