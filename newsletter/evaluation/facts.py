"""Facts on which two reports differ: `{a: story, b: story, differ: [attributes]}`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from newsletter.evaluation.lines import BadLineError, LabelledStory, read, story, texts
from newsletter.evaluation.metrics import LabelScores
from newsletter.evaluation.report import Meter, Progress, Report, at_once, half_of
from newsletter.events.facts import fact
from newsletter.events.facts.comparing import Difference, differences
from newsletter.events.facts.reading import facts_of

# What others call our attributes.
_OTHER_NAMES = {
    "dates": "date", "day": "date", "dead": "killed", "deaths": "killed", "death_toll": "killed",
    "fatalities": "killed",
    "wounded": "injured", "injuries": "injured", "hurt": "injured", "arrests": "arrested", "detained": "arrested",
    "ages": "age", "amounts": "amount", "money": "amount", "magnitudes": "magnitude", "places": "place",
    "location": "place",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    a: LabelledStory
    b: LabelledStory
    differ: frozenset[str]


def evaluate(name: str, lines: Iterable[bytes], *, progress: Progress = at_once) -> Report:
    """Updates (a toll that rose from one report to the next) are no differences. Raises InvalidInputError."""
    labelled = read(name, lines, _line)
    for language in ("en", "es"):
        facts_of(_report(0, LabelledStory("", language, "", "")))  # the tables are read once, and not what is measured
    meter = Meter()
    found = [differences([_report(1, line.a), _report(2, line.b)]) for line in progress(labelled, "Comparing")]
    cost = meter.read(len(labelled), "pairs")
    figures = {
        "pairs": len(labelled),
        **_scores(labelled, found).as_data(),
        "halves": {half: {"micro": _scores(labelled, found, half).all.as_data()} for half in ("first", "second")},
    }
    predictions = [_prediction(line, one) for line, one in zip(labelled, found, strict=True)]
    return Report("facts", figures, predictions, cost)


def _line(data: dict[str, Any]) -> Line:
    differ = frozenset(_OTHER_NAMES.get(name.lower(), name.lower()) for name in texts(data, "differ"))
    strange = sorted(differ - set(fact.ATTRIBUTES))
    if strange:
        raise BadLineError(f"differ names {', '.join(strange)}; there are: {', '.join(fact.ATTRIBUTES)}.")
    return Line(story(data.get("a"), what="a"), story(data.get("b"), what="b"), differ)


def _report(number: int, of: LabelledStory) -> fact.Report:
    return fact.Report(number, of.title, of.summary, of.language, of.published_at, of.source)


def _attributes(found: Iterable[Difference]) -> frozenset[str]:
    return frozenset(one.attribute for one in found if one.kind == "disagreement")


def _scores(labelled: list[Line], found: list[list[Difference]], half: str | None = None) -> LabelScores:
    scores = LabelScores()
    for line, one in zip(labelled, found, strict=True):
        if half in (None, half_of(f"{line.a.id} {line.b.id}")):
            scores.add(line.differ, _attributes(one))
    return scores


def _prediction(line: Line, found: list[Difference]) -> dict[str, Any]:
    attributes = _attributes(found)
    return {
        "a": line.a.id,
        "b": line.b.id,
        "differ": sorted(attributes),
        "wrong": sorted(attributes - line.differ),
        "missed": sorted(line.differ - attributes),
        "differences": [
            {
                "attribute": one.attribute,
                "subject": one.subject,
                "kind": one.kind,
                "values": [{"value": stated.fact.shown, "quote": stated.fact.quote} for stated in one.values],
            }
            for one in found
        ],
    }
