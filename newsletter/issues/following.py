"""Items go where their lead stories are: an item tells a story, and the event is what that story is part of."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.events.models import EventStory
from newsletter.issues.models import Issue
from newsletter.issues.versions import content_of, put


def follow(session: Session, issue: Issue) -> None:
    """Let the issue's items go where their lead stories are now.

    Also for what comes back by an undo: a decision on events is not undone with an edit of an issue.
    """
    content = content_of(issue)
    stories = [item["story_id"] for item in content["items"]]
    query = select(EventStory.story_id, EventStory.event_id).where(EventStory.story_id.in_(stories))
    events = dict(session.execute(query).all())
    items = moved(content["items"], events)
    if items != content["items"]:
        put(issue, content | {"items": items})


def moved(items: Iterable[Mapping[str, Any]], events: Mapping[int, int]) -> list[dict[str, Any]]:
    """Items, each with the event of its lead story (`events`: story to event), one for each event. Pure."""
    kept: dict[int, dict[str, Any]] = {}
    for item in items:
        event_id = events.get(item["story_id"], item["event_id"])
        kept.setdefault(event_id, {**item, "event_id": event_id})
    return [item | {"position": position} for position, item in enumerate(kept.values(), start=1)]
