"""How surely a story is about a country, from all that its text says for it. Pure.

Evidence adds up as independent chances do: two halves make three quarters. The weights come from how reports are
written, not from training: what a report is about stands in its title, its dateline and its first sentence.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.regions.terms import Kind, Term
from newsletter.stories.contexts import Role
from newsletter.stories.mentions import Mention


class Part(StrEnum):
    TITLE = "title"
    DATELINE = "dateline"
    FIRST = "first"  # the first sentence
    ELSEWHERE = "elsewhere"  # the first sentence, where title or dateline tell of another country
    BELOW = "below"  # after it, where title and first sentence tell of no country but the dateline's
    REST = "rest"  # after it, else
    LIST = "list"  # among many countries, of which a report is about each


_BY_PART = {
    Part.TITLE: 0.8,
    Part.DATELINE: 0.65,
    Part.FIRST: 0.65,
    Part.ELSEWHERE: 0.5,
    Part.BELOW: 0.5,
    Part.LIST: 0.6,
    Part.REST: 0.2,
}
_BY_KIND = {
    Kind.NAME: 1.0,
    Kind.PEOPLE: 0.9,
    Kind.PLACE: 0.8,
    Kind.TRAP: 0.8,
    Kind.CITY: 0.8,
    Kind.SIGN: 0.7,
    Kind.SEVERAL: 0.7,
}
_BY_ROLE = {Role.PLAIN: 1.0, Role.OFFICIAL: 1 / _BY_KIND[Kind.PEOPLE], Role.ASIDE: 0.5, Role.NAMED: 0.5, Role.FLAG: 0.4}
_WEAK = 0.3  # what is left of a word that often means something else
_HOME_ALONE = 0.5  # how far the source's home speaks for itself where the story is about no other country ...
_HOME_NAMED = 1 - (1 - _BY_PART[Part.REST]) ** 2.5  # ... and where it is: as two or three mentions in passing


@dataclass(frozen=True)
class Span:
    field: str  # "title" or "summary"
    start: int  # offsets into that field's text, in characters
    end: int
    text: str


@dataclass(frozen=True)
class Evidence:
    part: Part
    mention: Mention
    span: Span


def confidence(found: Sequence[Evidence]) -> float:
    """How surely a story is about the country or division that all of this evidence names: 0 to 1."""
    doubtful = _doubtful(found)
    supported = len(doubtful) < len(found) or len({evidence.mention.term for evidence in doubtful}) > 1
    worths = [(_worth(evidence) * (1.0 if supported else _WEAK), evidence.part) for evidence in found]
    doubt = 1.0
    seen: Counter[Part] = Counter()
    for worth, part in sorted(worths, key=lambda pair: -pair[0]):
        seen[part] += 1
        doubt *= 1 - worth / seen[part]  # the second mention in a part counts half, the third a third
    return 1 - doubt


def with_home(score: float | None, *, about_others: bool) -> float | None:
    """The confidence in a source's home, given what the text alone says for it; None where it stays unnamed."""
    if score is None and about_others:
        return None
    prior = _HOME_NAMED if about_others else _HOME_ALONE
    return 1 - (1 - (score or 0.0)) * (1 - prior)


def _worth(evidence: Evidence) -> float:
    mention = evidence.mention
    return _BY_PART[evidence.part] * _BY_KIND[mention.term.kind] * _BY_ROLE[mention.role]


def _doubtful(found: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that may well be something else: Georgia the state, Jordan the player, even by surname alone."""
    persons = {evidence.mention.term for evidence in found if evidence.mention.person}
    companies = {evidence.mention.term for evidence in found if evidence.mention.role is Role.NAMED}
    return [evidence for evidence in found if _doubts(evidence, persons | companies)]


def _doubts(evidence: Evidence, named_after: Collection[Term]) -> bool:
    mention = evidence.mention
    if mention.person or (mention.term.weak and not mention.term.name_like):
        return True
    as_a_place = mention.led or evidence.part is Part.DATELINE
    return (mention.term.weak or mention.term in named_after) and not as_a_place
