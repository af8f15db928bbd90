"""Copies of what was picked: an item of an issue, with its reasons. Pure."""

from collections.abc import Sequence

from newsletter.issues.models import Item
from newsletter.issues.shortening import shorten
from newsletter.picking.candidates import CandidateStory
from newsletter.picking.copies import texts
from newsletter.picking.score import Scored

MOST_ALSO = 5  # sources that "also reported by" names


def snapshot(scored: Scored, position: int) -> Item:
    lead = scored.lead
    return Item(
        event_id=scored.candidate.event_id,
        story_id=lead.story_id,
        position=position,
        story_title=lead.title,
        headline=lead.title,
        summary=summary_of(lead),
        url=lead.url,
        source=lead.source_name,
        also=also_reported(scored.candidate.stories, lead),
        differences=[dict(difference) for difference in scored.candidate.differences],
        is_update=scored.candidate.told_in is not None,
        score=scored.score,
        parts=[{"name": part.name, "value": part.value, "reason": part.reason} for part in scored.parts],
    )


def summary_of(story: CandidateStory) -> str:
    """As much of the story's summary as an item shows; none where the feed just says the title twice."""
    summary = shorten(story.summary)
    return "" if summary == story.title else summary


def also_reported(stories: Sequence[CandidateStory], lead: CandidateStory) -> list[dict[str, str]]:
    """One report each of other sources, the most trusted first; none that prints the text of the lead story."""
    others: dict[int, CandidateStory] = {}
    for text in texts(sorted(stories, key=_trust)):
        if lead not in text:
            first = text[0]
            if first.source_id != lead.source_id:
                others.setdefault(first.source_id, first)
    return [{"source": story.source_name, "url": story.url} for story in list(others.values())[:MOST_ALSO]]


def _trust(story: CandidateStory) -> tuple[float, float, int]:
    return -story.weight, -story.dated_at.timestamp(), story.story_id
