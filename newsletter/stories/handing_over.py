"""Stories that a newsroom gives by hand or by the API into rows, with a result for each in the order given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.stories.intake import split
from newsletter.stories.models import Source
from newsletter.stories.parsed import ParsedStory, RejectedEntry
from newsletter.stories.region_rows import Rows, Told
from newsletter.stories.rejecting import keep
from newsletter.stories.storing import store, tag_ahead


@dataclass(frozen=True)
class HandedOver:
    """What became of one story: its outcome and row, or the reason why it was refused."""

    outcome: str = "refused"
    story_id: int | None = None
    url: str | None = None
    title: str | None = None
    reason: str | None = None


def tag_given(session: Session, source: Source, given: Sequence[ParsedStory | RejectedEntry]) -> Mapping[Told, Rows]:
    """The regions of what is new among the stories given, before the transaction that stores them."""
    return tag_ahead(session, source, split(given)[0])


def hand_over(
    session: Session,
    source: Source,
    given: Sequence[ParsedStory | RejectedEntry],
    now: datetime,
    tagged: Mapping[Told, Rows] | None = None,
) -> list[HandedOver]:
    """Store what can be stored, keep the rest for another look. Takes a session and never commits."""
    stories, refused = split(given)
    stored = store(session, source, stories, now, tagged).stories
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
