"""Pairs of events in two languages that no name ties, found by what their heads mean, where there is a model."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.errors import NewsletterError
from newsletter.events.embedder import KEY, Embedder
from newsletter.events.facts.fact import Report
from newsletter.events.meaning import Told, one_by_meaning
from newsletter.events.models import Counterpart, Event, EventStory
from newsletter.events.nearness import WINDOW
from newsletter.regions.catalogue import country_of
from newsletter.stories.models import Story, StoryRegion
from newsletter.stories.tagging import ABOUT

_MOST = 5000  # of the latest events, of all languages, that are looked at
_TEXT_READ = 600  # characters of a summary: how it begins

log = structlog.get_logger(__name__)


def find_by_meaning(session: Session, events: Sequence[Event], now: datetime) -> int:
    """How many pairs were kept; a model that can't be used costs these pairs and nothing else."""
    embedder: Embedder | None = session.info.get(KEY)
    if embedder is None:
        return 0
    told = _told(session, events)
    if len({one.language for one in told}) < 2:
        return 0
    try:
        vectors = embedder.vectors([one.text for one in told])
    except NewsletterError as error:
        log.error("no pairs by meaning", reason=str(error))
        return 0
    taken = _taken(session, told)
    pairs = one_by_meaning(told, vectors, {event.id for event in events}, taken, embedder.cut)
    session.add_all(
        Counterpart(
            one_id=min(pair.one, pair.other),
            other_id=max(pair.one, pair.other),
            similarity=0.0,
            shared=[],
            nearness=pair.nearness,
            cut=embedder.cut,
            at=now,
        )
        for pair in pairs
    )
    session.flush()
    return len(pairs)


def _told(session: Session, events: Sequence[Event]) -> list[Told]:
    """These events and the latest ones of the days around, of all languages, each by its first report."""
    near = (
        select(Event.id)
        .where(
            Event.last_at >= min(event.first_at for event in events) - WINDOW,
            Event.first_at <= max(event.last_at for event in events) + WINDOW,
            Event.merged_into_id.is_(None),
        )
        .order_by(Event.last_at.desc(), Event.id.desc())
        .limit(_MOST)
    )
    ids = sorted({*session.scalars(near), *(event.id for event in events)})
    order = func.row_number().over(partition_by=EventStory.event_id, order_by=(Story.dated_at, Story.id))
    place = (
        select(EventStory.event_id, EventStory.story_id, order.label("place"))
        .join(Story, Story.id == EventStory.story_id)
        .where(among(session, EventStory.event_id, ids))
        .subquery()
    )
    rows = session.execute(
        select(Event, Story.id, Story.title, func.substr(Story.summary, 1, _TEXT_READ), Story.published_at)
        .join(place, place.c.event_id == Event.id)
        .join(Story, Story.id == place.c.story_id)
        .where(place.c.place == 1)
        .order_by(Event.id)
    ).all()
    about = _countries(session, [story_id for _, story_id, *_ in rows])
    return [
        Told(
            event.id,
            event.language,
            event.first_at,
            event.last_at,
            about.get(story_id, frozenset()),
            Report(story_id, title, summary, event.language, published_at),
        )
        for event, story_id, title, summary, published_at in rows
    ]


def _countries(session: Session, stories: Sequence[int]) -> dict[int, frozenset[str]]:
    """Story to the countries that it is about by its own words: where a source is at home says nothing of an event."""
    rows = session.execute(
        select(StoryRegion.story_id, StoryRegion.code, StoryRegion.spans).where(
            among(session, StoryRegion.story_id, stories), StoryRegion.confidence >= ABOUT
        )
    )
    found: dict[int, set[str]] = {}
    for story_id, code, spans in rows:
        if spans and (country := country_of(code)):
            found.setdefault(story_id, set()).add(country)
    return {story_id: frozenset(codes) for story_id, codes in found.items()}


def _taken(session: Session, told: Sequence[Told]) -> set[tuple[int, str]]:
    """Events with a language in which their counterpart is known."""
    language = {one.id: one.language for one in told}
    ids = sorted(language)
    pairs = session.execute(
        select(Counterpart.one_id, Counterpart.other_id).where(
            among(session, Counterpart.one_id, ids) | among(session, Counterpart.other_id, ids)
        )
    )
    found: set[tuple[int, str]] = set()
    for one, other in pairs:
        for event_id, counterpart in ((one, other), (other, one)):
            if counterpart in language:
                found.add((event_id, language[counterpart]))
    return found
