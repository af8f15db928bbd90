"""A newsroom's own decisions as labelled lines, to measure with: what its editors approved, they have judged.

- events: the reports of the events that approved issues carried, and of those that editors split, merged or moved;
- facts: pairs of reports that were found to differ, with the attributes that an editor let stand;
- picks: what approved issues carried, in their order, and all that they could have carried.

Issues that approved themselves say nothing of an editor's mind and are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from newsletter.editors.log import AUTOMATIC
from newsletter.events.models import Decision, EventStory
from newsletter.issues.considering import candidates, window_of
from newsletter.issues.models import Issue, IssueState
from newsletter.stories.models import Source, Story

KINDS = ("events", "facts", "picks")
_APPROVED = (IssueState.APPROVED, IssueState.OUT)
_IDS_IN_A_QUERY = 500


def export(session: Session, kind: str) -> Iterator[dict[str, Any]]:
    """The lines of one kind (one of KINDS), ready for `newsletter evaluate`."""
    issues = _judged(session)
    match kind:
        case "events":
            yield from _events(session, issues)
        case "facts":
            yield from _facts(session, issues)
        case _:
            yield from _picks(session, issues)


def _judged(session: Session) -> Sequence[Issue]:
    """Issues that a person approved, with their items."""
    return session.scalars(
        select(Issue)
        .options(selectinload(Issue.items), selectinload(Issue.region))
        .where(Issue.state.in_(_APPROVED), Issue.approved_by.is_not(None), Issue.approved_by != AUTOMATIC)
        .order_by(Issue.week, Issue.id)
    ).all()


def _events(session: Session, issues: Iterable[Issue]) -> Iterator[dict[str, Any]]:
    decided = session.execute(select(Decision.from_event_id, Decision.to_event_id))
    carried = {item.event_id for issue in issues for item in issue.items}
    judged = sorted(carried.union(*(tuple(pair) for pair in decided)))
    for start in range(0, len(judged), _IDS_IN_A_QUERY):
        rows = session.execute(
            select(EventStory.event_id, EventStory.story_id)
            .where(EventStory.event_id.in_(judged[start : start + _IDS_IN_A_QUERY]))
            .order_by(EventStory.event_id, EventStory.story_id)
        ).all()
        stories = _stories(session, [story_id for _, story_id in rows])
        for event_id, story_id in rows:
            yield {**stories[story_id], "event": str(event_id)}


def _facts(session: Session, issues: Iterable[Issue]) -> Iterator[dict[str, Any]]:
    """Each two reports of an item that were found to differ on something, whether or not an editor let it stand."""
    for issue in issues:
        for item in issue.items:
            told = sorted({value["story_id"] for one in item.differences for value in one["values"]})
            stories = _stories(session, told)
            for a, b in combinations([story_id for story_id in told if story_id in stories], 2):
                both = [one for one in item.differences if {a, b} <= {value["story_id"] for value in one["values"]}]
                found = [one for one in both if one["kind"] == "disagreement"]
                if both:
                    kept = sorted({one["attribute"] for one in found if one["shown"]})
                    yield {"a": stories[a], "b": stories[b], "differ": kept}


def _picks(session: Session, issues: Iterable[Issue]) -> Iterator[dict[str, Any]]:
    """A story once, before the first issue that could have carried it; then the issue with its lead stories."""
    told: set[int] = set()
    for issue in issues:
        window = window_of(session, issue.region, issue.until, apart_from=issue.id)
        could = candidates(session, issue.region, window, apart_from=issue.id)
        wanted = {story.story_id for one in could for story in one.stories if story.is_new}
        wanted |= {item.story_id for item in issue.items}
        yield from _stories(session, sorted(wanted - told)).values()
        told |= wanted
        yield {
            "week": issue.week,
            "region": issue.region.code,
            "since": issue.since.isoformat(),
            "until": issue.until.isoformat(),
            "ids": [str(item.story_id) for item in issue.items],
        }


def _stories(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Stories as lines have them, by id."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _IDS_IN_A_QUERY):
        rows = session.execute(
            select(Story, Source.name, Source.home)
            .join(Source, Source.id == Story.source_id)
            .where(Story.id.in_(ids[start : start + _IDS_IN_A_QUERY]))
        )
        found.update((story.id, _line(story, name, home)) for story, name, home in rows)
    return {story_id: found[story_id] for story_id in ids if story_id in found}


def _line(story: Story, source: str, home: str | None) -> dict[str, Any]:
    line = {
        "id": str(story.id),
        "language": story.language,
        "title": story.title,
        "summary": story.summary,
        "published_at": story.dated_at.isoformat(),
        "source": source,
    }
    return line | ({"home": home} if home else {})
