"""Why an event is in an issue or missed it, why its stories are one event, and which words gave its region.

What was stored when it was picked is told, not what a pick would find today.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.events.counterparts import counterparts
from newsletter.events.crossing import CUT as LEAST_LIKE
from newsletter.events.joining import CUT
from newsletter.events.models import Counterpart, Event, EventStory
from newsletter.issues.models import Issue, Item
from newsletter.issues.states import name_of
from newsletter.picking import reasons
from newsletter.regions.catalogue import covers
from newsletter.regions.catalogue import name_of as region_name
from newsletter.stories.models import Source, Story, StoryRegion


@dataclass(frozen=True, slots=True)
class Join:
    """A report of the event, and why it was joined to the others."""

    story_id: int
    title: str
    source: str
    sentence: str
    likeness: float | None  # to the rest of the event when it was joined; None for its first story
    cut: float  # what likeness must reach
    shared: list[list[Any]]  # [word, its share of the likeness, its kind], the weightiest first


@dataclass(frozen=True, slots=True)
class Tag:
    """What tied a report to the region."""

    story_id: int
    sentence: str
    code: str
    confidence: float
    spans: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The event as it is told in another language, and why the two count as one."""

    event_id: int
    language: str
    title: str
    sentence: str
    likeness: float  # by names, numbers and places; 0 where meaning alone tied them
    nearness: float | None  # in meaning; None where names tied them
    cut: float  # what likeness, or nearness, had to reach


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of an item or of a near miss. Each part has its sentence as its reason."""

    headline: str
    event_id: int
    position: int | None  # None for a near miss
    sentence: str
    score: float
    parts: list[dict[str, Any]]
    joins: tuple[Join, ...]
    tags: tuple[Tag, ...]
    differences: list[dict[str, Any]]
    elsewhere: tuple[Elsewhere, ...] = ()


def explain(session: Session, issue: Issue, position: int | None = None) -> list[Explanation]:
    """The items of an issue and what nearly was one, or the one item at a position. Raises NotFoundError."""
    items = [item for item in issue.items if position in (None, item.position)]
    if position is not None and not items:
        raise NotFoundError(f"The issue {name_of(issue)} has no item {position}; it has 1 to {len(issue.items)}.")
    misses = issue.near_misses if position is None else []
    events = [item.event_id for item in items] + [missed["event"] for missed in misses]
    joins, tags = _joins(session, events), _tags(session, events, issue)
    found = [_of_item(item, issue, joins, tags) for item in items]
    found += [_of_miss(missed, joins, tags) for missed in misses]
    return [replace(one, elsewhere=_elsewhere(session, one.event_id)) for one in found]


def why_told_elsewhere(pair: Counterpart) -> str:
    """Why two events of two languages count as one."""
    if pair.nearness is not None and pair.cut is not None:
        return reasons.why_one_in_meaning(pair.nearness, pair.cut)
    return reasons.why_told_elsewhere(pair.shared, pair.similarity, LEAST_LIKE)


def _of_item(item: Item, issue: Issue, joins: dict[int, list[Join]], tags: dict[int, list[Tag]]) -> Explanation:
    return Explanation(
        headline=item.headline,
        event_id=item.event_id,
        position=item.position,
        sentence=reasons.why_in(item.parts, item.score, pinned=item.pinned, of=len(issue.items)),
        score=item.score,
        parts=item.parts,
        joins=tuple(joins.get(item.event_id, ())),
        tags=tuple(tags.get(item.event_id, ())),
        differences=item.differences,
    )


def _of_miss(missed: dict[str, Any], joins: dict[int, list[Join]], tags: dict[int, list[Tag]]) -> Explanation:
    return Explanation(
        headline=missed["headline"],
        event_id=missed["event"],
        position=None,
        sentence=reasons.why_missed(missed["reason"], missed["parts"], missed["score"]),
        score=missed["score"],
        parts=missed["parts"],
        joins=tuple(joins.get(missed["event"], ())),
        tags=tuple(tags.get(missed["event"], ())),
        differences=[],
    )


def _elsewhere(session: Session, event_id: int) -> tuple[Elsewhere, ...]:
    return tuple(
        Elsewhere(
            other.id,
            other.language,
            first_title(session, other.id),
            why_told_elsewhere(pair),
            pair.similarity,
            pair.nearness,
            LEAST_LIKE if pair.cut is None else pair.cut,
        )
        for pair in counterparts(session, event_id)
        if (other := session.get(Event, pair.other_id if pair.one_id == event_id else pair.one_id)) is not None
    )


def first_title(session: Session, event_id: int) -> str:
    """The headline of an event's first report; empty where it has none any more."""
    query = (
        select(Story.title)
        .join(EventStory, EventStory.story_id == Story.id)
        .where(EventStory.event_id == event_id)
        .order_by(Story.dated_at, Story.id)
        .limit(1)
    )
    return session.scalar(query) or ""


def _joins(session: Session, events: Sequence[int]) -> dict[int, list[Join]]:
    """Event to its reports, the first one first."""
    rows = session.execute(
        select(EventStory, Story.title, Source.name)
        .join(Story, Story.id == EventStory.story_id)
        .join(Source, Source.id == Story.source_id)
        .where(EventStory.event_id.in_(events))
        .order_by(EventStory.similarity.is_not(None), Story.dated_at, Story.id)
    )
    found: dict[int, list[Join]] = {}
    for placed, title, source in rows:
        shared = [list(pair) for pair in placed.shared_terms]
        words = [(str(one[0]), str(one[2]) if len(one) > 2 else None) for one in shared]
        sentence = reasons.why_joined(source, words, placed.similarity, CUT)
        join = Join(placed.story_id, title, source, sentence, placed.similarity, CUT, shared)
        found.setdefault(placed.event_id, []).append(join)
    return {event_id: joins if len(joins) > 1 else [_alone(joins[0])] for event_id, joins in found.items()}


def _alone(join: Join) -> Join:
    return replace(join, sentence=f"No report of another was joined to that of {join.source}.")


def _tags(session: Session, events: Sequence[int], issue: Issue) -> dict[int, list[Tag]]:
    """Event to what tied its reports to the issue's region, the surest first."""
    rows = session.execute(
        select(EventStory.event_id, StoryRegion, Source.name, Source.home)
        .join(StoryRegion, StoryRegion.story_id == EventStory.story_id)
        .join(Story, Story.id == EventStory.story_id)
        .join(Source, Source.id == Story.source_id)
        .where(EventStory.event_id.in_(events), StoryRegion.code.in_(sorted(covers(issue.region.code))))
        .order_by(StoryRegion.confidence.desc(), StoryRegion.id)
    )
    found: dict[int, list[Tag]] = {}
    for event_id, tag, source, home in rows:
        sentence = reasons.why_about(source, region_name(tag.code), tag.spans, tag.confidence, at_home=home == tag.code)
        found.setdefault(event_id, []).append(Tag(tag.story_id, sentence, tag.code, tag.confidence, tag.spans))
    return found
