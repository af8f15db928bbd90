"""Which countries a story is about, how surely, and the words that said so. Pure.

Every mention of a country is a piece of evidence, worth more in the title than in the first sentence and there more
than below; `weighing` adds them up. The country that the source reports from counts a little by itself, and more where
the text names no country at all. The states of large countries are tagged beside their country.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from newsletter.regions.catalogue import country_of
from newsletter.regions.placenames import lexicon
from newsletter.regions.terms import Kind
from newsletter.stories.datelines import dateline_end, sentence_end
from newsletter.stories.lists import ROLL_CALL, listed
from newsletter.stories.mentions import Mention, find_mentions
from newsletter.stories.weighing import Evidence, Part, Span, confidence, with_home

__all__ = ["ABOUT", "VERSION", "RegionTag", "Span", "countries_about", "tag"]

VERSION = 4  # raised when the same text may get other tags than before: `newsletter stories retag` brings rows up to it
ABOUT = 0.5  # from here on a story is about a country; below, it mentions it

_LEAST = 0.1  # less is not worth a row
_WHERE = (" in ", " near ", " at ", " en ", "In ", "Near ", "En ")


@dataclass(frozen=True)
class RegionTag:
    code: str  # a country of the catalogue, or a division such as "MX-JAL"
    confidence: float  # 0 to 1
    spans: list[Span]  # empty where only the source's home spoke for it


def tag(title: str, summary: str, *, home: str | None = None, language: str = "en") -> list[RegionTag]:
    """The countries of a story and their divisions, best first. `home` is the region code of its source."""
    by_code: dict[str, list[Evidence]] = {}
    for evidence in _collect(title, summary, language):
        for code in evidence.mention.term.codes:
            by_code.setdefault(code, []).append(evidence)
    scores = {code: confidence(found) for code, found in by_code.items()}
    for code in _homes(home):
        _add_home(scores, code)
    tags = [
        RegionTag(code, round(score, 3), [evidence.span for evidence in by_code.get(code, [])])
        for code, score in scores.items()
        if score >= _LEAST
    ]
    return sorted(tags, key=lambda tag: (-tag.confidence, tag.code))


def countries_about(tags: Iterable[RegionTag]) -> list[str]:
    """The countries, without their divisions, that a story with these tags is about, best first."""
    return [tag.code for tag in tags if tag.confidence >= ABOUT and country_of(tag.code) == tag.code]


def _collect(title: str, summary: str, language: str) -> Iterator[Evidence]:
    names = lexicon(language)
    start = dateline_end(summary)
    found = find_mentions(summary, names)
    written = _written(summary, [mention for mention in found if mention.end <= start])
    below = [mention for mention in found if mention.end > start and _counts(mention)]
    told = [mention for mention in find_mentions(title, names) if _counts(mention)]
    for mention in told:
        yield Evidence(Part.TITLE, mention, _span("title", title, mention))
    for mention in written:
        yield Evidence(Part.DATELINE, mention, _span("summary", summary, mention))
    setting = _Setting(summary, start, written, told, below)
    for mention in below:
        yield Evidence(setting.part_of(mention), mention, _span("summary", summary, mention))


class _Setting:
    """What a report's dateline, title and first sentence say of where it plays."""

    def __init__(
        self, text: str, start: int, written: list[Mention], told: list[Mention], below: list[Mention]
    ) -> None:
        self.text = text
        self.here = _countries(written)
        self.title = _countries(mention for mention in told if not mention.term.weak)
        self.first_end = sentence_end(text, start)
        self.listed = listed(text, below)
        first = [mention for mention in below if mention.start < self.first_end]
        named = _countries((*told, *first))
        # Its title and first sentence tell of no country but the dateline's: the one that it is about may come below.
        self.is_open = bool(self.here) and not named - self.here
        self.is_roll_call = len(_countries((*told, *below)) - self.here) >= ROLL_CALL

    def part_of(self, mention: Mention) -> Part:
        if self.is_roll_call or mention.start in self.listed:
            return Part.LIST
        if mention.start >= self.first_end:
            return Part.BELOW if self.is_open else Part.REST
        return Part.ELSEWHERE if self._is_elsewhere(mention) else Part.FIRST

    def _is_elsewhere(self, mention: Mention) -> bool:
        """Whether title or dateline tell of other countries alone; "in Lisbon" is where it happens all the same."""
        if self.here:
            return mention.term.code not in self.here
        is_where = self.text.endswith(_WHERE, max(0, mention.start - 10), mention.start)
        return bool(self.title) and mention.term.code not in self.title and not is_where


def _countries(mentions: Iterable[Mention]) -> set[str]:
    return {code for mention in mentions for code in mention.term.countries}


def _counts(mention: Mention) -> bool:
    """Many cities are called like a person or a thing, so most count only where something leads to a place."""
    return mention.term.kind is not Kind.CITY or mention.led


def _written(text: str, dateline: list[Mention]) -> list[Mention]:
    """The places of a dateline; of "TOLUCA LAKE, Calif." only what stands last."""
    before_others = [
        one for one, next_ in pairwise(dateline) if "/" in text[one.end : next_.start] or _same(one, next_)
    ]
    return before_others + dateline[-1:]


def _same(one: Mention, other: Mention) -> bool:
    return one.term.code == other.term.code


def _span(field: str, text: str, mention: Mention) -> Span:
    return Span(field, mention.start, mention.end, text[mention.start : mention.end])


def _homes(home: str | None) -> list[str]:
    """A source's home and, where that is a division, its country."""
    country = country_of(home) if home else None
    return list(dict.fromkeys((home, country))) if home and country else []


def _add_home(scores: dict[str, float], home: str) -> None:
    country = country_of(home)
    others = any(score >= ABOUT for code, score in scores.items() if country_of(code) != country)
    score = with_home(scores.get(home), about_others=others)
    if score is not None:
        scores[home] = score
