"""Events that are told in another language as well: found when an event begins, kept as a pair."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.events.crossing import Head, marks_of, matches
from newsletter.events.meaning_pairs import find_by_meaning
from newsletter.events.models import Counterpart, Event, EventStory
from newsletter.events.names import Names
from newsletter.events.nearness import WINDOW
from newsletter.events.terms import Terms, terms_of
from newsletter.stories.models import Story

_MOST = 1500  # of the latest events of other languages that are looked at
_REPORTS = 3  # of an event, its first ones: later ones tell what came of it


def find_counterparts(session: Session, begun: Collection[int], now: datetime) -> int:
    """Look among the events of the days around for those that tell the same in another language; how many there are."""
    if not begun:
        return 0
    events = session.scalars(select(Event).where(among(session, Event.id, sorted(begun)))).all()
    found = _by_names(session, events, now)
    session.flush()
    return found + find_by_meaning(session, events, now)


def counterparts(session: Session, event_id: int) -> Sequence[Counterpart]:
    """The pairs of an event, the most alike first."""
    return session.scalars(
        select(Counterpart)
        .where(or_(Counterpart.one_id == event_id, Counterpart.other_id == event_id))
        .order_by(Counterpart.similarity.desc(), Counterpart.nearness.desc(), Counterpart.id)
    ).all()


def _by_names(session: Session, events: Sequence[Event], now: datetime) -> int:
    begun = {event.id for event in events}
    everything = {event.id: event for event in [*events, *_others(session, events)]}
    if len({event.language for event in everything.values()}) < 2:
        return 0
    heads = _heads(session, list(everything.values()))
    fresh = [head for head in heads if head.id in begun]
    pairs = {(min(match.one, match.other), max(match.one, match.other)): match for match in matches(fresh, heads)}
    session.add_all(
        Counterpart(one_id=one, other_id=other, similarity=match.similarity, shared=list(match.shared), at=now)
        for (one, other), match in pairs.items()
    )
    return len(pairs)


def _others(session: Session, events: Sequence[Event]) -> Sequence[Event]:
    """The latest events of the days around; of other languages, where these are of one."""
    languages = {event.language for event in events}
    query = select(Event).where(
        Event.last_at >= min(event.first_at for event in events) - WINDOW,
        Event.first_at <= max(event.last_at for event in events) + WINDOW,
        Event.merged_into_id.is_(None),
    )
    if len(languages) == 1:
        query = query.where(Event.language.not_in(languages))
    return session.scalars(query.order_by(Event.last_at.desc(), Event.id.desc()).limit(_MOST)).all()


def _heads(session: Session, events: Sequence[Event]) -> list[Head]:
    reports = _reports(session, {event.id: event.language for event in events})
    names = Names(terms for told in reports.values() for terms in told)
    language = {event.id: event.language for event in events}
    return [Head(event_id, language[event_id], marks_of(told, names)) for event_id, told in reports.items()]


def _reports(session: Session, events: dict[int, str]) -> dict[int, list[Terms]]:
    rows = session.execute(
        select(EventStory.event_id, Story.title, Story.summary)
        .join(Story, Story.id == EventStory.story_id)
        .where(among(session, EventStory.event_id, sorted(events)))
        .order_by(EventStory.event_id, Story.dated_at, Story.id)
    )
    found: dict[int, list[Terms]] = {}
    for event_id, title, summary in rows:
        told = found.setdefault(event_id, [])
        if len(told) < _REPORTS:
            told.append(terms_of(title, summary, events[event_id]))
    return found
