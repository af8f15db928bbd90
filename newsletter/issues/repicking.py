"""A fresh pick for an issue that people have worked on: what they decided stays, and only the rest is chosen anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.issues.considering import window_of
from newsletter.issues.editing import closed, opened
from newsletter.issues.finding import lock_region
from newsletter.issues.models import Issue
from newsletter.issues.picking import near_misses, pick_for
from newsletter.issues.snapshots import snapshot
from newsletter.issues.versions import content_of, item_content, put


def repick(session: Session, issue: Issue, *, by: str, now: datetime) -> Issue:
    """Choose anew with what has come in since, beside the pinned items; what was dropped stays out.

    Raises NotAllowedError for an issue that is skipped or out.
    """
    lock_region(session, issue.region)
    issue = opened(session, issue)
    window = window_of(session, issue.region, now, apart_from=issue.id)
    picked = pick_for(session, issue.region, window, issue.id)
    content = content_of(issue)
    pinned = [item for item in content["items"] if item["pinned"]]
    out = {item["event_id"] for item in pinned} | set(issue.dropped)
    fresh = [item_content(snapshot(one, 0)) for one in picked.chosen if one.candidate.event_id not in out]
    before = [item.headline for item in issue.items]
    put(issue, content | {"items": arranged(pinned, fresh, issue.region.item_count)})
    issue.since, issue.until, issue.near_misses = window.since, window.until, near_misses(picked)
    return closed(session, issue, by, now, "a fresh pick", before, [item.headline for item in issue.items])


def arranged(pinned: Sequence[dict[str, Any]], fresh: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """At most `count` items, more only where more are pinned: each pinned one in its place, the fresh ones between.

    Positions are counted anew. Pure.
    """
    places: dict[int, dict[str, Any]] = {}
    for item in sorted(pinned, key=lambda item: item["position"]):
        places[max(item["position"], max(places, default=0) + 1)] = item
    waiting = list(fresh[: max(0, count - len(pinned))])
    items: list[dict[str, Any]] = []
    while places or waiting:
        position = len(items) + 1
        if position in places or not waiting:
            items.append(places.pop(min(places)))
        else:
            items.append(waiting.pop(0))
    return [item | {"position": position} for position, item in enumerate(items, start=1)]
