"""Putting every story into an event: new stories join the events of the days around them, or begin new ones.

A story that is in an event stays there, also when its source changes its text: readers and editors may have seen it
there, and only an editor moves it (`deciding`). For the same reason two events are never merged here; where they may be
one, a doubt is kept for the editors. With a memory, a few new stories are joined with what is near to them alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.events.counterparts import find_counterparts
from newsletter.events.differing import MOST_AT_ONCE, keep_differences
from newsletter.events.doubting import keep_doubts
from newsletter.events.joining import WINDOW, Document, Joined, Joining, Member, join_all
from newsletter.events.models import Event, EventStory
from newsletter.events.remembering import Language, Memory
from newsletter.events.terms import Terms, terms_of
from newsletter.events.turns import take_turn
from newsletter.stories.models import Story

log = structlog.get_logger(__name__)

_MOST_OF_AN_EVENT = 30  # reports, the latest, that newcomers are compared with
_MOST_EVENTS = 8  # for each newcomer, those of the most near reports


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


def gather(session: Session, now: datetime, memory: Memory | None = None) -> Gathered:
    """Put every story that is in no event into one, and find on which facts the reports of events differ now."""
    gathered = place(session, now, memory)
    compare(session, now, memory)
    return gathered


def place(session: Session, now: datetime, memory: Memory | None = None) -> Gathered:
    """Put every story that is in no event into one. Safe to run again, and side by side: the second waits its turn.

    Where the transaction is not committed, `memory` must forget.
    """
    take_turn(session)
    events = joined = 0
    begun: list[int] = []
    for language, stories in _by_language(_without_event(session, now, memory)):
        for nearby in _stretches(stories):
            joining = _join(session, language, nearby, now, memory)
            begun += _keep(session, joining.joined, language, {story.id: story.dated_at for story in nearby})
            keep_doubts(session, joining.doubts, now)
            joined += len(nearby)
    events = len(begun)
    if memory is not None:
        _catch_up(session, memory)
    find_counterparts(session, begun, now)
    if joined:
        log.info("stories gathered", events=events, joined=joined - events, at=now.isoformat())
    return Gathered(events, joined - events)


def compare(session: Session, now: datetime, memory: Memory | None = None) -> None:
    """Find what reports differ on: in all events, or in those touched since all were looked at a moment ago.

    A large event takes longer than placing a story does, so a worker does it in a transaction of its own. Where that
    is not committed, `memory` must forget.
    """
    take_turn(session)
    if memory is not None and memory.knows_all(now):
        if memory.touched:
            keep_differences(session, now, memory.touched)
    else:
        compared = keep_differences(session, now)
        if memory is not None:
            memory.looked_at = now if compared < MOST_AT_ONCE else None
    if memory is not None:
        memory.touched.clear()


def _join(
    session: Session, language: str, newcomers: Sequence[_Placed], now: datetime, memory: Memory | None
) -> Joining:
    """With the stories near to the newcomers, where the week is remembered; else with all of the days around."""
    documents = [_document(story) for story in newcomers]
    remembered = _remembered(session, language, newcomers, now, memory)
    if remembered is not None:
        near = remembered.near(document.terms for document in documents)
        documents += _fellows(session, language, near, remembered, most=_MOST_EVENTS * len(newcomers))
        return join_all(documents, remembered.knowledge)
    documents += [_document(story) for story in _around(session, language, newcomers)]
    joining = join_all(documents)
    if memory is not None:
        told = [(document.id, document.terms) for document in documents]
        memory.learn(language, joining.knowledge, told, since=newcomers[0].dated_at, now=now)
    return joining


def _remembered(
    session: Session, language: str, newcomers: Sequence[_Placed], now: datetime, memory: Memory | None
) -> Language | None:
    if memory is None:
        return None
    _catch_up(session, memory)
    remembered = memory.languages.get(language)
    return remembered if remembered and remembered.serves(len(newcomers), newcomers[0].dated_at, now) else None


def _catch_up(session: Session, memory: Memory) -> None:
    """Read what others have gathered since, and what a source has changed."""
    session.flush()
    newest = session.scalar(select(func.max(EventStory.id))) or 0
    changed_at = session.scalar(select(func.max(Story.changed_at)))
    columns = (Story.id, Story.title, Story.summary, Event.language, EventStory.event_id)
    query = (
        select(*columns).join(EventStory, EventStory.story_id == Story.id).join(Event, Event.id == EventStory.event_id)
    )
    if memory.languages and newest > memory.last_place:
        for row in session.execute(query.where(EventStory.id > memory.last_place)):
            if not memory.knows(row.language, row.id):
                memory.add(row.language, row.id, _terms(row.title, row.summary, row.language))
            memory.touched.add(row.event_id)
    if memory.languages and changed_at is not None and changed_at != memory.changed_at:
        since = memory.changed_at or datetime.min.replace(tzinfo=changed_at.tzinfo)
        for row in session.execute(query.where(Story.changed_at > since)):
            memory.add(row.language, row.id, _terms(row.title, row.summary, row.language))
            memory.touched.add(row.event_id)
    memory.last_place, memory.changed_at = newest, changed_at


def _fellows(
    session: Session, language: str, near: Collection[int], remembered: Language, *, most: int
) -> list[Document]:
    """The latest reports of the events that those near ones are in; of so many events, where the most of them are."""
    query = select(EventStory.event_id).where(among(session, EventStory.story_id, sorted(near)))
    found = Counter(session.scalars(query.order_by(EventStory.event_id)))
    events = [event_id for event_id, _ in found.most_common(most)]
    rows = session.execute(
        select(Story.id, Story.dated_at, EventStory.event_id)
        .join(EventStory, EventStory.story_id == Story.id)
        .join(Event, Event.id == EventStory.event_id)
        .where(among(session, EventStory.event_id, events), Event.language == language)
        .order_by(EventStory.event_id, Story.dated_at.desc(), Story.id.desc())
    )
    told: Counter[int] = Counter()
    latest = []
    for row in rows:
        told[row.event_id] += 1
        if told[row.event_id] <= _MOST_OF_AN_EVENT:
            latest.append(row)
    terms = _terms_of(session, [row.id for row in latest], language, remembered)
    return [Document(row.id, row.dated_at, terms[row.id], row.event_id) for row in latest]


def _terms_of(session: Session, story_ids: Sequence[int], language: str, remembered: Language) -> dict[int, Terms]:
    """As they are remembered; an event may have older reports than were read, whose texts are read now."""
    found = {story_id: remembered.stories[story_id] for story_id in story_ids if story_id in remembered.stories}
    unknown = [story_id for story_id in story_ids if story_id not in found]
    if unknown:
        query = select(Story.id, Story.title, Story.summary).where(among(session, Story.id, unknown))
        found |= {row.id: _terms(row.title, row.summary, language) for row in session.execute(query)}
    return found


def _without_event(session: Session, now: datetime, memory: Memory | None) -> list[_Placed]:
    """All stories that are in no event; where all were looked at a moment ago, those among the ones that came since."""
    columns = (Story.id, Story.title, Story.summary, Story.language, Story.dated_at)
    query = select(*columns).outerjoin(EventStory).where(EventStory.id.is_(None)).order_by(Story.dated_at, Story.id)
    if memory is not None:
        if memory.knows_all(now):
            query = query.where(Story.id >= memory.first_new_story)
        memory.last_story = session.scalar(select(func.max(Story.id))) or 0
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


def _keep(session: Session, groups: Sequence[Joined], language: str, dated_at: dict[int, datetime]) -> list[int]:
    """Write what joins now; the ids of the events that began."""
    known = {group.event for group in groups if group.event is not None}
    events = {
        event.id: event for event in session.scalars(select(Event).where(among(session, Event.id, sorted(known))))
    }
    told: list[tuple[Event, Joined]] = []
    for group in groups:
        dates = [dated_at[member.id] for member in group.members]
        event = events[group.event] if group.event is not None else Event(language=language, first_at=min(dates))
        event.first_at = min(event.first_at, *dates)
        event.last_at = max(event.last_at or dates[0], *dates)
        told.append((event, group))
    session.add_all(event for event, group in told if group.event is None)
    session.flush()
    rows = [_place(event.id, member) for event, group in told for member in group.members]
    if rows:
        session.execute(insert(EventStory), rows)
    return [event.id for event, group in told if group.event is None]


def _place(event_id: int, member: Member) -> dict[str, Any]:
    terms = [[shared.written, shared.share, shared.kind] for shared in member.shared_terms]
    return {"event_id": event_id, "story_id": member.id, "similarity": member.similarity, "shared_terms": terms}


def _primary(language: str) -> str:
    """ "es" of "es-MX": an event's stories may come from several countries of one language."""
    return language.replace("_", "-").split("-")[0].lower()
