"""Stories of one event: `event: ".."` on each line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsletter.evaluation.grouping import LARGEST, among_largest, bcubed, scores
from newsletter.evaluation.lines import LabelledStory, identity, read, refuse_twice, story
from newsletter.evaluation.report import Meter, Progress, Report, at_once, half_of
from newsletter.events.joining import Document, join
from newsletter.events.terms import terms_of

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # of stories without a date: all of one moment


@dataclass(frozen=True, slots=True)
class Line:
    story: LabelledStory
    event: str


def evaluate(name: str, lines: Iterable[bytes], *, progress: Progress = at_once) -> Report:
    """Raises InvalidInputError with the lines that can't be used."""
    labelled = read(name, lines, _line)
    refuse_twice((line.story.id for line in labelled), name)
    meter = Meter()
    found = grouped([line.story for line in labelled], progress)
    cost = meter.read(len(labelled), "stories")
    expected = [line.event for line in labelled]
    figures = {**scores(expected, found), "halves": _halves(expected, found)}
    predictions = [{"id": line.story.id, "event": str(group)} for line, group in zip(labelled, found, strict=True)]
    return Report("events", figures, predictions, cost)


def grouped(stories: Sequence[LabelledStory], progress: Progress = at_once) -> list[int]:
    """The group of each story, by number: joined in one go, as the first gathering of a new service does."""
    documents: dict[str, list[Document]] = {}
    for number, one in enumerate(progress(stories, "Reading")):
        terms = terms_of(one.title, one.summary, one.language)
        documents.setdefault(one.language, []).append(Document(number, one.published_at or _SOME_DAY, terms))
    groups = [group for language in sorted(documents) for group in join(documents[language])]
    group_of = {member.id: number for number, group in enumerate(groups) for member in group.members}
    return [group_of[number] for number in range(len(stories))]


def _line(data: dict[str, Any]) -> Line:
    return Line(story(data), identity(data.get("event"), "event"))


def _halves(expected: Sequence[str], found: Sequence[int]) -> dict[str, Any]:
    """Halves are made of whole events; a story's group may hold stories of the other half, and is the worse for it."""
    sides = {event: half_of(event) for event in expected}
    halves = {half: {event for event in sides if sides[event] == half} for half in ("first", "second")}
    return {
        half: {
            "bcubed": bcubed(expected, found, of=events),
            "largest": {str(most): among_largest(expected, found, most, of=events) for most in LARGEST},
        }
        for half, events in halves.items()
    }
