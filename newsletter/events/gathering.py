"""Putting every story into an event: new stories join the events of the days around them, or begin new ones.

A story that is in an event stays there, also when its source changes its text: readers and editors may have seen it
there, and only an editor moves it. For the same reason two events are never merged here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.events.differing import keep_differences
from newsletter.events.joining import WINDOW, Document, Joined, Member, join
from newsletter.events.models import Event, EventStory
from newsletter.events.terms import Terms, terms_of
from newsletter.stories.models import Story

log = structlog.get_logger(__name__)

_TURN = 5_301_877  # names the lock of Postgres that gathering holds; any number that nothing else uses


@dataclass(frozen=True)
class Gathered:
    events: int  # that were begun
    joined: int  # stories that came to an event of others


@dataclass(frozen=True)
class _Placed:
    """A story, and the event that it is in; None if it is in none."""

    id: int
    title: str
    summary: str
    language: str  # its primary tag, such as "es"
    dated_at: datetime
    event_id: int | None


def gather(session: Session, now: datetime) -> Gathered:
    """Put every story that is in no event into one. Safe to run again, and side by side: the second waits its turn."""
    _take_turn(session)
    events = joined = 0
    for language, stories in _by_language(_without_event(session)):
        for nearby in _stretches(stories):
            documents = [_document(story) for story in [*nearby, *_around(session, language, nearby)]]
            for group in join(documents):
                began = _keep(session, group, language, {story.id: story.dated_at for story in nearby})
                events += began
                joined += len(group.members) - began
    session.flush()
    keep_differences(session, now)
    if events or joined:
        log.info("stories gathered", events=events, joined=joined, at=now.isoformat())
    return Gathered(events, joined)


def _take_turn(session: Session) -> None:
    """Until the transaction ends, no other one gathers; on SQLite the writer's lock sees to that already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def _without_event(session: Session) -> list[_Placed]:
    columns = (Story.id, Story.title, Story.summary, Story.language, Story.dated_at)
    query = select(*columns).outerjoin(EventStory).where(EventStory.id.is_(None)).order_by(Story.dated_at, Story.id)
    return [
        _Placed(row.id, row.title, row.summary, _primary(row.language), row.dated_at, None)
        for row in session.execute(query)
    ]


def _around(session: Session, language: str, nearby: Sequence[_Placed]) -> Iterator[_Placed]:
    """The stories in events that are near enough in time to tell of the same: what newcomers are compared with."""
    columns = (Story.id, Story.title, Story.summary, Story.dated_at, EventStory.event_id)
    query = (
        select(*columns)
        .join(EventStory, EventStory.story_id == Story.id)
        .join(Event, Event.id == EventStory.event_id)
        .where(
            Event.language == language,
            Story.dated_at.between(nearby[0].dated_at - WINDOW, nearby[-1].dated_at + WINDOW),
        )
        .order_by(Story.id)
    )
    for row in session.execute(query):
        yield _Placed(row.id, row.title, row.summary, language, row.dated_at, row.event_id)


def _by_language(stories: Iterable[_Placed]) -> list[tuple[str, list[_Placed]]]:
    found: dict[str, list[_Placed]] = {}
    for story in stories:
        found.setdefault(story.language, []).append(story)
    return sorted(found.items())


def _stretches(stories: Sequence[_Placed]) -> Iterator[list[_Placed]]:
    """Stories in order of time, cut where none of the one side can share an event with one of the other."""
    stretch: list[_Placed] = []
    for story in stories:
        if stretch and story.dated_at - stretch[-1].dated_at > 2 * WINDOW:
            yield stretch
            stretch = []
        stretch.append(story)
    if stretch:
        yield stretch


def _document(story: _Placed) -> Document:
    return Document(story.id, story.dated_at, _terms(story.title, story.summary, story.language), story.event_id)


@lru_cache(maxsize=5000)  # the same stories are compared again at every tick of their week
def _terms(title: str, summary: str, language: str) -> Terms:
    return terms_of(title, summary, language)


def _keep(session: Session, group: Joined, language: str, dated_at: dict[int, datetime]) -> bool:
    """Write what joins now; whether it began an event."""
    dates = [dated_at[member.id] for member in group.members]
    event = session.get_one(Event, group.event) if group.event else None
    began = event is None
    if event is None:
        event = Event(language=language, first_at=min(dates), last_at=max(dates))
        session.add(event)
        session.flush()
    event.first_at = min(event.first_at, *dates)
    event.last_at = max(event.last_at, *dates)
    session.add_all(_place(event, member) for member in group.members)
    return began


def _place(event: Event, member: Member) -> EventStory:
    terms = [[shared.written, shared.share, shared.kind] for shared in member.shared_terms]
    return EventStory(event_id=event.id, story_id=member.id, similarity=member.similarity, shared_terms=terms)


def _primary(language: str) -> str:
    """ "es" of "es-MX": an event's stories may come from several countries of one language."""
    return language.replace("_", "-").split("-")[0].lower()
