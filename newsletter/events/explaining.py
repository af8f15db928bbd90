"""Why each report is in its event, as plain data; the sentence is made where it is shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.events.deciding import decided
from newsletter.events.joining import CUT
from newsletter.events.models import Decision, Doubt, EventStory
from newsletter.stories.models import Source, Story


@dataclass(frozen=True, slots=True)
class JoinExplanation:
    story_id: int
    source: str
    title: str
    dated_at: datetime
    similarity: float | None  # to the rest of the event when it joined; None for the first, and where a person decided
    shared: tuple[tuple[str, str], ...]  # what tied it most, as written, with "name", "place", "number" or "word"
    decision: Decision | None  # by which a person put it here

    @property
    def above_cut(self) -> float | None:
        """How far above the cut it lay; a join that is near to it is less sure."""
        return None if self.similarity is None else round(self.similarity - CUT, 4)


def explain_event(session: Session, event_id: int) -> list[JoinExplanation]:
    """The reports of an event, oldest first."""
    rows = session.execute(
        select(EventStory, Story.title, Story.dated_at, Source.name)
        .join(Story, Story.id == EventStory.story_id)
        .join(Source, Source.id == Story.source_id)
        .where(EventStory.event_id == event_id)
        .order_by(Story.dated_at, Story.id)
    )
    by_person = decided(session, event_id)
    return [_explained(place, title, dated_at, source, by_person) for place, title, dated_at, source in rows]


def why_doubted(doubt: Doubt) -> str:
    """What speaks for two events, in words."""
    one, other = (", ".join(words) for words in doubt.words)
    match doubt.reason:
        case "magnitude":
            return f"Magnitudes differ: {one} and {other}."
        case "countries":
            return f"Countries differ: {one} and {other}."
        case "undoing":
            return f"Only the reports of one tell that something was taken back: {one or other}."
        case "between":
            return "One of the two is a report that is as near to another event, so it was left alone."
        case _:
            return f"Reports of the one say {one}, those of the other {other}."


def _explained(
    place: EventStory, title: str, dated_at: datetime, source: str, by_person: dict[int, Decision]
) -> JoinExplanation:
    decision = by_person.get(place.story_id) if place.similarity is None else None
    shared = tuple((str(row[0]), str(row[2]) if len(row) > 2 else "word") for row in place.shared_terms)
    return JoinExplanation(place.story_id, source, title, dated_at, place.similarity, shared, decision)
