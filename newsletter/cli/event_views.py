"""How commands show events."""

from typing import Any

from rich.markup import escape
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from newsletter.cli.output import out, print_table
from newsletter.errors import NotFoundError
from newsletter.events.counterparts import counterparts
from newsletter.events.doubting import open_doubts
from newsletter.events.explaining import JoinExplanation, explain_event, why_doubted
from newsletter.events.joining import CUT
from newsletter.events.models import Decision, Event, EventStory
from newsletter.picking.reasons import why_joined
from newsletter.stories.models import Story


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
            "title": _title(session, event.id),
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
                "title": _title(session, pair.other_id if pair.one_id == event_id else pair.one_id),
                "similarity": pair.similarity,
                "shared": pair.shared,
            }
            for pair in counterparts(session, event_id)
        ],
        "decisions": [_decision_row(decision) for decision in _decisions(session, event_id)],
    }


def print_event(data: dict[str, Any]) -> None:
    out.print(f"[bold]Event {data['id']}[/], {data['language']}", highlight=False)
    if data["merged_into"]:
        out.print(f"It was merged into event {data['merged_into']}.", highlight=False)
    print_table(
        ("Report", "Source", "Title", "Dated", "Why it is here"),
        ([row[name] for name in ("id", "source", "title", "dated_at", "why")] for row in data["reports"]),
    )
    for row in data["doubts"]:
        other = row["other"] if row["one"] == data["id"] else row["one"]
        out.print(f"Check: one event with {other}? {escape(row['why'])}", highlight=False)
    for row in data["in_other_languages"]:
        shared = escape(", ".join(row["shared"][:6]))
        out.print(
            f"Told in another language as event {row['event']}: {escape(row['title'])} ({shared})", highlight=False
        )
    for row in data["decisions"]:
        reports = ", ".join(map(str, row["reports"][:10]))
        out.print(
            f"{row['at']:%Y-%m-%d %H:%M} {escape(row['by'])}: {row['kind']}, reports {reports} of event {row['from']}, "
            f"event {row['to']}",
            highlight=False,
        )


def doubt_rows(session: Session, limit: int) -> list[dict[str, Any]]:
    return [_doubt_row(session, doubt) for doubt in open_doubts(session, limit=limit)]


def _doubt_row(session: Session, doubt: Any) -> dict[str, Any]:
    return {
        "one": doubt.one_id,
        "one_title": _title(session, doubt.one_id),
        "other": doubt.other_id,
        "other_title": _title(session, doubt.other_id),
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


def _title(session: Session, event_id: int) -> str:
    query = (
        select(Story.title)
        .join(EventStory, EventStory.story_id == Story.id)
        .where(EventStory.event_id == event_id)
        .order_by(Story.dated_at, Story.id)
        .limit(1)
    )
    return session.scalar(query) or ""
