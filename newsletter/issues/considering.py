"""Reading what a letter could carry: events with new stories about the region.

Five statements, whatever the number of events: their stories, the countries of these, on which facts they differ, and
which of them an earlier issue told.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from newsletter.events.differing import as_data
from newsletter.events.models import Difference, Event, EventStory
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.picking.candidates import Candidate, CandidateStory, Carried
from newsletter.regions.catalogue import country_of, covers
from newsletter.regions.models import Region
from newsletter.stories.models import Source, Story, StoryRegion
from newsletter.stories.region_rows import LEAST_CONFIDENCE

LATE = timedelta(days=2)  # so long after its date a story may come in and still be news
SUMMARY_READ = 2000  # characters of a summary; what is compared and shown lies within
ISSUES_REMEMBERED = 4  # how many of the latest issues a repeat is measured against


@dataclass(frozen=True, slots=True)
class Window:
    """The stories of one issue: dated after `since` and up to `until`, or come in then though dated shortly before.

    `late_since` is where "shortly before" begins; it equals `since` for a region's first issue.
    """

    since: datetime
    until: datetime
    late_since: datetime

    @property
    def new_stories(self) -> ColumnElement[bool]:
        dated = and_(Story.dated_at > self.since, Story.dated_at <= self.until)
        late = and_(
            Story.dated_at > self.late_since,
            Story.dated_at <= self.since,
            Story.seen_at > self.since,
            Story.seen_at <= self.until,
        )
        return or_(dated, late)


def window_of(session: Session, region: Region, until: datetime, *, apart_from: int | None = None) -> Window:
    """From the end of the region's last issue that was not skipped; one week for a first issue.

    `apart_from` is the id of an issue that is being made anew.
    """
    previous = session.scalar(
        select(func.max(Issue.until)).where(_of_readers(region, until), Issue.id != (apart_from or 0))
    )
    if previous is None:
        week_ago = until - timedelta(weeks=1)
        return Window(week_ago, until, week_ago)
    return Window(previous, until, previous - LATE)


def candidates(session: Session, region: Region, window: Window, *, apart_from: int | None = None) -> list[Candidate]:
    """The events that the issue of `window` could carry, in the order of their ids."""
    events = _event_ids(region, window)
    countries = _countries(session, events)
    stories: dict[tuple[int, str], list[CandidateStory]] = defaultdict(list)
    for event_id, language, row in _stories(session, events, window):
        tags = countries.get(row["story_id"], {})
        confidence = max((tags[code] for code in tags.keys() & covers(region.code)), default=0.0)
        about = _countries_about(tags, region.code)
        stories[event_id, language].append(CandidateStory(**row, region_confidence=confidence, countries=about))
    told_in = _told_in(session, region, window, apart_from)
    differences = _differences(session, events)
    return [
        Candidate(event_id, language, tuple(told), told_in.get(event_id), tuple(differences.get(event_id, ())))
        for (event_id, language), told in sorted(stories.items())
    ]


def _countries_about(tags: dict[str, float], region: str) -> frozenset[str]:
    """Countries alone; for a letter about California, the United States are no other country."""
    whole = country_of(region)
    sure = {code for code, value in tags.items() if value >= LEAST_CONFIDENCE and country_of(code) == code}
    return frozenset(sure - {whole} if whole != region else sure)


def carried(session: Session, region: Region, until: datetime, *, apart_from: int | None = None) -> list[Carried]:
    """What the region's latest issues told, newest first."""
    latest = (
        select(Issue.id)
        .where(_of_readers(region, until), Issue.id != (apart_from or 0))
        .order_by(Issue.until.desc())
        .limit(ISSUES_REMEMBERED)
    )
    rows = session.execute(
        select(Issue.week, Item.headline, Item.summary)
        .join(Item, Item.issue_id == Issue.id)
        .where(Issue.id.in_(latest.scalar_subquery()))
        .order_by(Issue.until.desc(), Item.position)
    )
    return [Carried(week, headline, summary) for week, headline, summary in rows]


def _of_readers(region: Region, until: datetime) -> ColumnElement[bool]:
    """Issues up to that moment that readers got or may still get; a skipped one told nobody anything."""
    return and_(Issue.region_id == region.id, Issue.state != IssueState.SKIPPED, Issue.until <= until)


def _event_ids(region: Region, window: Window) -> Select[int]:
    return (
        select(EventStory.event_id)
        .join(Story, Story.id == EventStory.story_id)
        .join(StoryRegion, StoryRegion.story_id == Story.id)
        .where(window.new_stories, Story.withdrawn_at.is_(None), StoryRegion.code.in_(sorted(covers(region.code))))
        .where(StoryRegion.confidence >= LEAST_CONFIDENCE)
        .distinct()
    )


def _told_in(session: Session, region: Region, window: Window, apart_from: int | None) -> dict[int, str]:
    """Event to the week of the latest issue of the region that carried it, or one that was merged into it."""
    now_event = func.coalesce(Event.merged_into_id, Event.id)
    rows = session.execute(
        select(now_event, func.max(Issue.week))
        .select_from(Item)
        .join(Issue, Issue.id == Item.issue_id)
        .join(Event, Event.id == Item.event_id)
        .where(_of_readers(region, window.until), Issue.id != (apart_from or 0))
        .where(now_event.in_(_event_ids(region, window)))
        .group_by(now_event)
    )
    return {row[0]: row[1] for row in rows}


def _differences(session: Session, events: Select[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    query = select(Difference).where(Difference.event_id.in_(events)).order_by(Difference.id)
    for difference in session.scalars(query):
        found[difference.event_id].append(as_data(difference))
    return found


def _stories(session: Session, events: Select[int], window: Window) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Event id, event language and the columns of a CandidateStory; not what is dated later, nor what is withdrawn."""
    rows = session.execute(
        select(
            EventStory.event_id,
            Event.language.label("event_language"),
            Story.id.label("story_id"),
            Story.source_id,
            Source.name.label("source_name"),
            Source.weight,
            Source.home,
            Story.title,
            func.substr(Story.summary, 1, SUMMARY_READ).label("summary"),
            Story.url,
            Story.dated_at,
            Story.language,
            window.new_stories.label("is_new"),
        )
        .join(Event, Event.id == EventStory.event_id)
        .join(Story, Story.id == EventStory.story_id)
        .join(Source, Source.id == Story.source_id)
        .where(EventStory.event_id.in_(events), Story.dated_at <= window.until, Story.withdrawn_at.is_(None))
        .order_by(EventStory.event_id, Story.id)
    )
    for row in rows.mappings():
        columns = dict(row)
        columns["is_new"] = bool(columns["is_new"])
        yield columns.pop("event_id"), columns.pop("event_language"), columns


def _countries(session: Session, events: Select[int]) -> dict[int, dict[str, float]]:
    """Story id to its countries with their confidence."""
    tags: dict[int, dict[str, float]] = defaultdict(dict)
    rows = session.execute(
        select(StoryRegion.story_id, StoryRegion.code, StoryRegion.confidence)
        .join(EventStory, EventStory.story_id == StoryRegion.story_id)
        .where(EventStory.event_id.in_(events))
    )
    for story_id, code, confidence in rows:
        tags[story_id][code] = confidence
    return tags
