"""What an editor decides about the choice itself: what is in for certain, what comes in, which report leads."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.issues.drafting import reconsider
from newsletter.issues.editing import closed, item_at, opened
from newsletter.issues.models import Issue, Item
from newsletter.issues.snapshots import also_reported, snapshot, summary_of
from newsletter.issues.states import name_of
from newsletter.picking.candidates import CandidateStory
from newsletter.picking.choice import Missed
from newsletter.picking.pick import Pick
from newsletter.picking.score import Scored


def pin(session: Session, issue: Issue, position: int, *, by: str, now: datetime, pinned: bool = True) -> Issue:
    """Whether a fresh pick must keep the item. Readers see nothing of it, so that an approval stays."""
    issue = opened(session, issue)
    item = item_at(issue, position)
    before, item.pinned = item.pinned, pinned
    return closed(session, issue, by, now, f"pin of item {position}", before, item.pinned)


def take_in(session: Session, issue: Issue, event_id: int, *, by: str, now: datetime) -> Issue:
    """Add an event that the pick left out, as the last item. Raises NotFoundError."""
    issue = opened(session, issue)
    scored = scored_by_event(reconsider(session, issue)).get(event_id)
    if scored is None or any(item.event_id == event_id for item in issue.items):
        raise NotFoundError(f"Event {event_id} is not among those that {name_of(issue)} could still carry.")
    item = snapshot(scored, len(issue.items) + 1)
    item.pinned = True
    issue.items.append(item)
    issue.dropped = [dropped for dropped in issue.dropped if dropped != event_id]
    return closed(session, issue, by, now, "items", None, f"{item.position}: {item.headline}")


def lead_with(session: Session, issue: Issue, position: int, story_id: int, *, by: str, now: datetime) -> Issue:
    """Tell the item by another report of its event. Raises NotFoundError where it has no such report."""
    issue = opened(session, issue)
    item = item_at(issue, position)
    reports = reports_of(session, issue, item)
    lead = next((story for story in reports if story.story_id == story_id), None)
    if lead is None:
        raise NotFoundError(f"Story {story_id} does not tell item {position} of {name_of(issue)}.")
    before = item.headline
    item.story_id, item.story_title = lead.story_id, lead.title
    item.headline, item.summary = lead.title, summary_of(lead)
    item.url, item.source, item.also = lead.url, lead.source_name, also_reported(reports, lead)
    item.pinned = True
    return closed(session, issue, by, now, f"lead story of item {position}", before, item.headline)


def reports_of(session: Session, issue: Issue, item: Item) -> tuple[CandidateStory, ...]:
    """All reports of an item's event that the issue could show."""
    return reports(reconsider(session, issue)).get(item.event_id, ())


def reports(picked: Pick) -> dict[int, tuple[CandidateStory, ...]]:
    """All reports of every event that a pick looked at, by event."""
    return {event_id: scored.candidate.stories for event_id, scored in scored_by_event(picked).items()}


def scored_by_event(picked: Pick) -> dict[int, Scored]:
    """All that a pick looked at, by event."""
    return {scored.candidate.event_id: scored for scored in _all(picked)}


def left_out(picked: Pick, issue: Issue) -> list[Missed]:
    """What the issue does not carry though a pick found it, with the reason; near misses first."""
    carried = {item.event_id for item in issue.items}
    chosen = [Missed(one, _why_out(one, issue)) for one in picked.chosen]
    return [one for one in (*chosen, *picked.choice.missed) if one.scored.candidate.event_id not in carried]


def _why_out(scored: Scored, issue: Issue) -> str:
    if scored.candidate.event_id in issue.dropped:
        return "An editor took it out."
    return "It came in after the draft, or was too little then; a fresh pick would carry it."


def _all(picked: Pick) -> Iterator[Scored]:
    yield from picked.chosen
    yield from (one.scored for one in picked.choice.missed)
    yield from picked.other_languages
