"""Countries that stories are about: `countries: [..]` on each line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from newsletter.evaluation.lines import LabelledStory, read, refuse_twice, story, texts
from newsletter.evaluation.metrics import ENOUGH, LabelScores
from newsletter.evaluation.report import Meter, Progress, Report, at_once, half_of
from newsletter.regions.placenames import lexicon
from newsletter.stories.tagging import RegionTag, countries_about, tag


@dataclass(frozen=True, slots=True)
class Line:
    story: LabelledStory
    countries: frozenset[str]


def evaluate(name: str, lines: Iterable[bytes], *, progress: Progress = at_once) -> Report:
    """A country counts as found from ABOUT on. Raises InvalidInputError with the lines that can't be used."""
    labelled = read(name, lines, _line)
    refuse_twice((line.story.id for line in labelled), name)
    for language in {line.story.language for line in labelled}:
        lexicon(language)  # is made once, and not what is measured
    meter = Meter()
    tagged = [_tags(line.story) for line in progress(labelled, "Tagging")]
    cost = meter.read(len(labelled), "stories")
    found = [frozenset(countries_about(tags)) for tags in tagged]
    figures = {"stories": len(labelled), **_scores(labelled, found).as_data(), "halves": _halves(labelled, found)}
    predictions = [_prediction(line, tags, codes) for line, tags, codes in zip(labelled, tagged, found, strict=True)]
    return Report("regions", figures, predictions, cost)


def _line(data: dict[str, Any]) -> Line:
    return Line(story(data), frozenset(code.upper() for code in texts(data, "countries")))


def _tags(of: LabelledStory) -> list[RegionTag]:
    return tag(of.title, of.summary, home=of.home, language=of.language)


def _scores(labelled: list[Line], found: list[frozenset[str]], half: str | None = None) -> LabelScores:
    scores = LabelScores()
    for line, codes in zip(labelled, found, strict=True):
        if half in (None, half_of(line.story.id)):
            scores.add(line.countries, codes)
    return scores


def _halves(labelled: list[Line], found: list[frozenset[str]]) -> dict[str, Any]:
    halves = {half: _scores(labelled, found, half) for half in ("first", "second")}
    return {
        half: {"micro": one.all.as_data(), "macro": one.macro(), "macro_of_frequent": one.macro(ENOUGH)}
        for half, one in halves.items()
    }


def _prediction(line: Line, tags: list[RegionTag], found: frozenset[str]) -> dict[str, Any]:
    return {
        "id": line.story.id,
        "countries": sorted(found),
        "wrong": sorted(found - line.countries),
        "missed": sorted(line.countries - found),
        "tags": [
            {"code": tag.code, "confidence": tag.confidence, "words": [span.text for span in tag.spans]} for tag in tags
        ],
    }
