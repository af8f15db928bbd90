"""Stories that a newsroom gives by hand or by the API into rows, with a result for each in the order given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.stories.intake import split
from newsletter.stories.models import Source
from newsletter.stories.parsed import ParsedStory, RejectedEntry
from newsletter.stories.rejecting import keep
from newsletter.stories.storing import store


@dataclass(frozen=True)
class HandedOver:
    """What became of one story: its outcome and row, or the reason why it was refused."""

    outcome: str = "refused"
    story_id: int | None = None
    url: str | None = None
    title: str | None = None
    reason: str | None = None


def hand_over(
    session: Session, source: Source, given: Sequence[ParsedStory | RejectedEntry], now: datetime
) -> list[HandedOver]:
    """Store what can be stored, keep the rest for another look. Takes a session and never commits."""
    stories, refused = split(given)
    stored = store(session, source, stories, now).stories
    keep(session, source.id, refused, now)
    source.fetched_at = source.succeeded_at = now
    return [
        HandedOver(reason=result.reason)
        if isinstance(result, RejectedEntry)
        else HandedOver(
            stored[result.canonical_url].outcome.value,
            stored[result.canonical_url].story_id,
            result.url,
            result.title,
        )
        for result in given
    ]
