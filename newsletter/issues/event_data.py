"""Events as people are shown them: their reports, why each is there, what is doubted and what was decided."""

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.events.counterparts import counterparts
from newsletter.events.crossing import CUT as LEAST_LIKE
from newsletter.events.doubting import open_doubts
from newsletter.events.explaining import JoinExplanation, explain_event, why_doubted
from newsletter.events.joining import CUT
from newsletter.events.models import Decision, Event, EventStory
from newsletter.issues.explaining import first_title, why_told_elsewhere
from newsletter.picking.reasons import why_joined


def event_rows(session: Session, limit: int, least: int) -> list[dict[str, Any]]:
    """The latest events of at least so many reports, each with the title of its first one."""
    count = func.count(EventStory.id)
    query = (
        select(Event, count)
        .join(EventStory, EventStory.event_id == Event.id)
        .group_by(Event.id)
        .having(count >= least)
        .order_by(Event.last_at.desc(), Event.id.desc())
        .limit(limit)
    )
    return [
        {
            "id": event.id,
            "language": event.language,
            "reports": reports,
            "first_at": event.first_at,
            "last_at": event.last_at,
            "title": first_title(session, event.id),
        }
        for event, reports in session.execute(query)
    ]


def event_data(session: Session, event_id: int) -> dict[str, Any]:
    """Raises NotFoundError."""
    event = session.get(Event, event_id)
    if event is None:
        raise NotFoundError(f"There is no event {event_id}: `newsletter events list` shows them.")
    return {
        "id": event.id,
        "language": event.language,
        "first_at": event.first_at,
        "last_at": event.last_at,
        "merged_into": event.merged_into_id,
        "reports": [
            {
                "id": join.story_id,
                "source": join.source,
                "title": join.title,
                "dated_at": join.dated_at,
                "similarity": join.similarity,
                "above_cut": join.above_cut,
                "shared": [{"text": text, "kind": kind} for text, kind in join.shared],
                "why": _why_here(join),
            }
            for join in explain_event(session, event_id)
        ],
        "doubts": [_doubt_row(session, doubt) for doubt in open_doubts(session, event_id=event_id)],
        "in_other_languages": [
            {
                "event": pair.other_id if pair.one_id == event_id else pair.one_id,
                "title": first_title(session, pair.other_id if pair.one_id == event_id else pair.one_id),
                "similarity": pair.similarity,
                "shared": pair.shared,
                "nearness": pair.nearness,
                "cut": LEAST_LIKE if pair.cut is None else pair.cut,
                "why": why_told_elsewhere(pair),
            }
            for pair in counterparts(session, event_id)
        ],
        "decisions": [_decision_row(decision) for decision in _decisions(session, event_id)],
    }


def doubt_rows(session: Session, limit: int) -> list[dict[str, Any]]:
    return [_doubt_row(session, doubt) for doubt in open_doubts(session, limit=limit)]


def _doubt_row(session: Session, doubt: Any) -> dict[str, Any]:
    return {
        "one": doubt.one_id,
        "one_title": first_title(session, doubt.one_id),
        "other": doubt.other_id,
        "other_title": first_title(session, doubt.other_id),
        "similarity": doubt.similarity,
        "reason": doubt.reason,
        "words": doubt.words,
        "why": why_doubted(doubt),
        "at": doubt.at,
    }


def _why_here(join: JoinExplanation) -> str:
    if join.decision is not None:
        return f"{join.decision.by} put it here on {join.decision.at:%d %B %Y}."
    return why_joined(join.source, join.shared, join.similarity, CUT)


def _decisions(session: Session, event_id: int) -> Any:
    return session.scalars(
        select(Decision)
        .where(or_(Decision.from_event_id == event_id, Decision.to_event_id == event_id))
        .order_by(Decision.id)
    )


def _decision_row(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "from": decision.from_event_id,
        "to": decision.to_event_id,
        "reports": decision.stories,
        "by": decision.by,
        "at": decision.at,
    }
