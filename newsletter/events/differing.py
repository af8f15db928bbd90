"""Keeping the facts on which reports of an event differ: found anew whenever a report joins, leaves or changes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.events.facts import comparing
from newsletter.events.facts.fact import Report
from newsletter.events.models import Difference, Event, EventStory
from newsletter.stories.models import Source, Story

LIVELY = timedelta(weeks=4)  # an event without news for so long is not looked at again
MOST_AT_ONCE = 3000  # events; the others' turn comes with the next tick
_TEXT_READ = 6000  # characters of a summary
_IDS_IN_A_QUERY = 500

log = structlog.get_logger(__name__)


def keep_differences(session: Session, now: datetime, touched: Collection[int] | None = None) -> int:
    """Find on which facts the reports of events differ, where these have changed; how many events were compared.

    All lively events are looked at, or those in `touched` alone.
    """
    due = _due(session, now, touched)
    for start in range(0, len(due), _IDS_IN_A_QUERY):
        part = dict(due[start : start + _IDS_IN_A_QUERY])
        session.execute(delete(Difference).where(Difference.event_id.in_(part)))
        for event_id, reports in _reports(session, part).items():
            session.add_all(_row(event_id, found) for found in comparing.differences(reports))
        rows = [{"id": event_id, "compared": state} for event_id, state in part.items()]
        session.execute(update(Event), rows)
    session.flush()
    if due:
        log.info("facts compared", events=len(due))
    return len(due)


def as_data(difference: Difference) -> dict[str, object]:
    """As an item of an issue keeps it: what grew is no news of a disagreement, and is not shown by itself."""
    return {
        "attribute": difference.attribute,
        "subject": difference.subject,
        "kind": difference.kind,
        "shown": difference.kind == "disagreement",
        "acknowledged_by": None,
        "values": difference.values,
    }


def _due(session: Session, now: datetime, touched: Collection[int] | None) -> list[tuple[int, str]]:
    """Events whose reports are others than when they were compared, the newest first, with their state now."""
    latest = func.max(func.coalesce(Story.changed_at, Story.seen_at))
    rows = session.execute(
        select(Event.id, Event.compared, func.count(), latest, func.sum(Story.id))
        .join(EventStory, EventStory.event_id == Event.id)
        .join(Story, Story.id == EventStory.story_id)
        .where(Event.last_at > now - LIVELY, true() if touched is None else among(session, Event.id, sorted(touched)))
        .group_by(Event.id, Event.compared, Event.last_at)
        .having(or_(func.count() > 1, Event.compared.is_not(None)))
        .order_by(Event.last_at.desc(), Event.id)
    )
    states = (
        (event_id, compared, f"{count} {total} {at:%Y-%m-%dT%H:%M:%S}") for event_id, compared, count, at, total in rows
    )
    return [(event_id, state) for event_id, compared, state in states if compared != state][:MOST_AT_ONCE]


def _reports(session: Session, events: Iterable[int]) -> dict[int, list[Report]]:
    """The reports of each event, the newest sixty of those that have so many, oldest first."""
    columns = (
        EventStory.event_id,
        Event.language,
        Story.id,
        Story.title,
        func.substr(Story.summary, 1, _TEXT_READ).label("summary"),
        Story.published_at,
        Story.url,
        Source.name,
    )
    rows = session.execute(
        select(*columns)
        .join(Event, Event.id == EventStory.event_id)
        .join(Story, Story.id == EventStory.story_id)
        .join(Source, Source.id == Story.source_id)
        .where(EventStory.event_id.in_(list(events)), Story.withdrawn_at.is_(None))
        .order_by(Story.dated_at, Story.id)
    )
    found: dict[int, list[Report]] = {}
    for row in rows:
        report = Report(row.id, row.title, row.summary, row.language, row.published_at, row.name, row.url)
        found.setdefault(row.event_id, []).append(report)
    return {event_id: _latest(reports) for event_id, reports in found.items() if len(reports) > 1}


def _latest(reports: Sequence[Report]) -> list[Report]:
    return list(reports[-comparing.MOST_COMPARED :])


def _row(event_id: int, found: comparing.Difference) -> Difference:
    subject = found.subject[:200] if found.subject else None
    values = [_value(stated) for stated in found.values]
    return Difference(event_id=event_id, attribute=found.attribute, subject=subject, kind=found.kind, values=values)


def _value(stated: comparing.Stated) -> dict[str, object]:
    report = stated.report
    return {
        "value": stated.fact.shown,
        "hedge": stated.fact.hedge,
        "quote": stated.fact.quote,
        "source": report.source,
        "url": report.url,
        "story_id": report.id,
        "published_at": report.published_at.isoformat() if report.published_at else None,
    }
