"""Which countries a story is about, how surely, and the words that said so. Pure.

Every mention of a country is a piece of evidence, worth more in the title than in the first sentence and there more
than below. Evidence adds up as independent chances do: two halves make three quarters. The country that the source
reports from counts a little by itself, and more where the text names no country at all.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.regions.catalogue import catalogue
from newsletter.regions.placenames import Kind, lexicon
from newsletter.stories.mentions import Mention, find_mentions

ABOUT = 0.5  # from here on a story is about a country; below, it mentions it

_BY_PART = {"title": 0.8, "dateline": 0.65, "first": 0.65, "rest": 0.2}
_BY_KIND = {Kind.NAME: 1.0, Kind.PEOPLE: 0.9, Kind.PLACE: 0.8, Kind.TRAP: 0.8}
_WEAK = 0.3  # what is left of a word that often means something else
_LEAST = 0.1  # less is not worth a row
_HOME_ALONE = 0.5  # how far the source's home speaks for itself where the story is about no other country ...
_HOME_BESIDE_OTHERS = 0.2  # ... and where it is, if the text names the home as well

# A run of dots is tried from its first one only: a summary of nothing else would take the square of its length.
_FIRST_SENTENCE = re.compile(
    r".+?(?:(?<![A-Z]\.[A-Z])(?<!\b[A-Z])(?<![.!?؟。])[.!?؟。]+[\"'”’)]*(?=\s)|\n|$)", re.DOTALL
)
# "MEXICO CITY, May 14 (Agency) - ": capitals, then up to a dash.
_DATELINE = re.compile(
    r"\s*[A-Z][A-Z .'-]{2,60}(?:[,/][^\n\-\u2013\u2014]{0,40})?(?:\([^)\n]{1,30}\)\s*)?\s*[-\u2013\u2014]{1,3}\s"
)


@dataclass(frozen=True)
class Span:
    field: str  # "title" or "summary"
    start: int  # offsets into that field's text, in characters
    end: int
    text: str


@dataclass(frozen=True)
class RegionTag:
    code: str  # a country of the catalogue
    confidence: float  # 0 to 1
    spans: list[Span]  # empty where only the source's home spoke for the country


@dataclass(frozen=True)
class _Evidence:
    part: str  # a key of _BY_PART
    mention: Mention
    span: Span


def tag(title: str, summary: str, *, home: str | None = None, language: str = "en") -> list[RegionTag]:
    """The countries of a story, best first. `home` is the region code of its source."""
    by_code: dict[str, list[_Evidence]] = {}
    for evidence in _collect(title, summary, language):
        by_code.setdefault(evidence.mention.term.code or "", []).append(evidence)
    scores = {code: _confidence(found) for code, found in by_code.items()}
    _add_home(scores, home)
    tags = [
        RegionTag(code, round(score, 3), [evidence.span for evidence in by_code.get(code, [])])
        for code, score in scores.items()
        if score >= _LEAST
    ]
    return sorted(tags, key=lambda tag: (-tag.confidence, tag.code))


def _collect(title: str, summary: str, language: str) -> Iterator[_Evidence]:
    names = lexicon(language)
    for mention in find_mentions(title, names):
        yield _Evidence("title", mention, _span("title", title, mention))
    dateline = _DATELINE.match(summary)
    start = dateline.end() if dateline else 0
    first = _FIRST_SENTENCE.match(summary, start)
    first_end = first.end() if first else len(summary)
    for mention in find_mentions(summary, names):
        part = "dateline" if mention.end <= start else "first" if mention.start < first_end else "rest"
        yield _Evidence(part, mention, _span("summary", summary, mention))


def _span(field: str, text: str, mention: Mention) -> Span:
    return Span(field, mention.start, mention.end, text[mention.start : mention.end])


def _confidence(found: Sequence[_Evidence]) -> float:
    """How surely a story is about the country that all of this evidence names."""
    doubtful = _doubtful(found)
    supported = len(doubtful) < len(found) or len({evidence.mention.term for evidence in doubtful}) > 1
    doubt = 1.0
    seen: Counter[str] = Counter()
    for evidence in sorted(found, key=lambda evidence: -_BY_KIND[evidence.mention.term.kind]):
        worth = _BY_PART[evidence.part] * _BY_KIND[evidence.mention.term.kind]
        if not supported:  # then every mention is a doubtful one
            worth *= _WEAK
        seen[evidence.part] += 1
        doubt *= 1 - worth / seen[evidence.part]  # the second mention in a part counts half, the third a third
    return 1 - doubt


def _doubtful(found: Sequence[_Evidence]) -> list[_Evidence]:
    """The evidence that may well be something else: Georgia the state, Jordan the player, even by surname alone."""
    persons = {evidence.mention.term for evidence in found if evidence.mention.person}

    def doubts(evidence: _Evidence) -> bool:
        mention = evidence.mention
        if mention.term.weak and not mention.term.name_like:
            return True
        if mention.person:
            return True
        as_a_place = mention.led or evidence.part == "dateline"
        return (mention.term.weak or mention.term in persons) and not as_a_place

    return [evidence for evidence in found if doubts(evidence)]


def _add_home(scores: dict[str, float], home: str | None) -> None:
    if home is None or home not in catalogue() or catalogue()[home].kind != "country":
        return
    elsewhere = any(score >= ABOUT for code, score in scores.items() if code != home)
    if home in scores or not elsewhere:
        prior = _HOME_BESIDE_OTHERS if elsewhere else _HOME_ALONE
        scores[home] = 1 - (1 - scores.get(home, 0.0)) * (1 - prior)
