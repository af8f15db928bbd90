"""A person's word on events, and what it means for the issues that carry them.

An item tells its lead story, so it goes with that story into whichever event it is put. What the letter says of other
reports (also reported by, reports differ) and the score are then told anew; headline, summary, place and pin stay.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.events import deciding
from newsletter.events.differing import keep_differences
from newsletter.events.models import Decision
from newsletter.issues.choosing import scored_by_event
from newsletter.issues.drafting import reconsider
from newsletter.issues.editing import closed, opened
from newsletter.issues.following import follow
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.issues.snapshots import also_reported, snapshot
from newsletter.issues.versions import content_of, item_content, put
from newsletter.picking.score import Scored

_OPEN = (IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD)


def split(session: Session, event_id: int, story_ids: Collection[int], *, by: str, now: datetime) -> Decision:
    """Give reports of an event one of their own, also in open issues. Raises what events.deciding.split raises."""
    return _followed(session, deciding.split(session, event_id, story_ids, by=by, now=now))


def merge(session: Session, event_id: int, into_id: int, *, by: str, now: datetime) -> Decision:
    """Put all reports of an event into another; an issue that carries both keeps the item that stands first."""
    return _followed(session, deciding.merge(session, event_id, into_id, by=by, now=now))


def move(session: Session, story_id: int, to_id: int, *, by: str, now: datetime) -> Decision:
    """Put one report into another event."""
    return _followed(session, deciding.move(session, story_id, to_id, by=by, now=now))


def open_issues_with(session: Session, events: Collection[int]) -> Sequence[Issue]:
    """Those that can still be edited and carry one of the events, in the order in which they are locked."""
    carrying = select(Item.issue_id).where(Item.event_id.in_(events))
    return session.scalars(select(Issue).where(Issue.id.in_(carrying), Issue.state.in_(_OPEN)).order_by(Issue.id)).all()


def told_anew(item: Mapping[str, Any], scored: Scored | None) -> dict[str, Any]:
    """The item, with what a pick finds of its event now; what an editor has looked at stays looked at. Pure."""
    lead = next((one for one in scored.candidate.stories if one.story_id == item["story_id"]), None) if scored else None
    if scored is None or lead is None:
        return {**item, "also": [], "differences": []}
    fresh = item_content(snapshot(scored, item["position"]))
    known = {_fact(one): one for one in item["differences"]}
    return {
        **item,
        "also": also_reported(scored.candidate.stories, lead),
        "differences": [known.get(_fact(one), one) for one in fresh["differences"]],
        **{name: fresh[name] for name in ("is_update", "score", "parts")},
    }


def _followed(session: Session, decision: Decision) -> Decision:
    keep_differences(session, decision.at)
    touched = {decision.from_event_id, decision.to_event_id}
    for issue in open_issues_with(session, touched):
        _follow(session, issue, touched, decision)
    return decision


def _follow(session: Session, issue: Issue, touched: Collection[int], decision: Decision) -> None:
    issue = opened(session, issue)
    before = _reports(issue)
    follow(session, issue)
    session.flush()
    found = scored_by_event(reconsider(session, issue))
    content = content_of(issue)
    items = [
        told_anew(item, found.get(item["event_id"])) if item["event_id"] in touched else item
        for item in content["items"]
    ]
    put(issue, content | {"items": items})
    closed(session, issue, decision.by, decision.at, f"{decision.kind} of an event", before, _reports(issue))


def _reports(issue: Issue) -> list[list[Any]]:
    """What a reader sees of the events: each headline with the sources beside it, and how many facts differ."""
    return [[item.headline, [one["source"] for one in item.also], len(item.differences)] for item in issue.items]


def _fact(difference: Mapping[str, Any]) -> tuple[Any, ...]:
    values = tuple((value["value"], value.get("story_id")) for value in difference["values"])
    return difference["attribute"], difference["subject"], difference["kind"], values
