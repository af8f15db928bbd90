"""Where something happened: names after "in" or "near" that are tied to a verb. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsletter.events.facts.fact import Fact
from newsletter.events.facts.ties import tie, topic
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag
from newsletter.regions.divisions import divisions
from newsletter.regions.placenames import lexicon
from newsletter.regions.terms import Kind, word_key

_IN = bag("in at near outside inside en")
_NEAR = bag("near outside off")
_KINDS = bag(
    """
    town city village district municipality neighborhood neighbourhood suburb ciudad municipio poblado pueblo
    colonia localidad
    """
)
_JOINING = bag("de del la las los el of the y al")
_HAPPENED = bag(
    """
    death violence occur crash quake storm fire arrest found kidnap theft meet open sign protest escape
    """
)


@dataclass(frozen=True, slots=True)
class Known:
    """Where a name lies."""

    level: str  # "country", "division" or "city"
    country: str
    division: str | None  # where it is known

    def excludes(self, other: "Known") -> bool:
        """Whether nothing can happen in both places."""
        if self.country != other.country:
            return True
        if self.level == other.level:
            return self.level == "city" or self.division != other.division
        if "country" in (self.level, other.level) or not (self.division and other.division):
            return False
        return self.division != other.division


@dataclass(frozen=True, slots=True)
class Place:
    """Names from the narrowest to the widest: ("zapopan", "jalisco")."""

    names: tuple[str, ...]
    known: Known | None  # what the atlas knows of the first name
    town: bool  # the text calls it a town or a village
    near: bool
    told: frozenset[str]  # the words of the story's text: who names both places knows of both

    def agrees(self, other: object) -> bool:
        if not isinstance(other, Place) or self.near or other.near:
            return True
        mine, theirs = self.names[0], other.names[0]
        if mine == theirs or mine in theirs.split() or theirs in mine.split():
            return True
        if set(mine.split()) <= other.told or set(theirs.split()) <= self.told:
            return True
        if len(self.names) > 1 and len(other.names) > 1 and len(self.names) == len(other.names):
            return False
        if self.town and other.town:
            return False
        return self.known is None or other.known is None or not self.known.excludes(other.known)


def find(sentence: Sentence, words: Words, told: frozenset[str], language: str) -> Iterator[Fact]:
    """Each place at which the sentence says that something happened."""
    at = 0
    titled = _is_titled(sentence)
    while at < len(sentence.tokens):
        found = _place_at(sentence, at, words, told, language) if sentence.low(at) in _IN else None
        if found is None:
            at += 1
            continue
        place, start, end = found
        subject = tie(sentence, at, end, words)
        if subject in _HAPPENED and not (titled and place.known is None):
            shown = sentence.between(start, end)
            about = topic(sentence, 0, len(sentence.tokens), words)
            yield Fact("place", subject, place, shown, None, sentence.quote, about, sentence.in_title)
        at = end


def _is_titled(sentence: Sentence) -> bool:
    """Whether This Is Written Like a Headline, where a capital says nothing."""
    long_words = [token for token in sentence.tokens if token.is_word and len(token.text) > 3]
    return sentence.in_title and sum(token.is_capital for token in long_words) > 0.7 * len(long_words)


def _place_at(
    sentence: Sentence, at: int, words: Words, told: frozenset[str], language: str
) -> tuple[Place, int, int] | None:
    start, named = at + 1, False
    for place in range(at + 1, min(at + 7, len(sentence.tokens))):  # "in the northern town of Altar"
        if sentence.low(place) in _KINDS and sentence.low(place + 1) in ("of", "de"):
            start, named = place + 2, True
            break
        if sentence.tokens[place].is_capital and place > at + 1:
            break
    names: list[str] = []
    end = start
    while True:
        name, after = _name_at(sentence, end, words)
        if name is None:
            break
        names.append(name)
        end = after
        if sentence.low(end) in (",", "in", "en") and end + 1 < len(sentence.tokens):
            if _name_at(sentence, end + 1, words)[0] is None:
                break
            end += 1
            continue
        break
    if not names:
        return None
    return Place(tuple(names), _known(names[0], language), named, sentence.low(at) in _NEAR, told), start, end


def _name_at(sentence: Sentence, at: int, words: Words) -> tuple[str | None, int]:
    end = at
    while end < len(sentence.tokens):
        token = sentence.tokens[end]
        joins = (
            token.low in _JOINING
            and end > at
            and end + 1 < len(sentence.tokens)
            and sentence.tokens[end + 1].is_capital
        )
        if not joins and not (token.is_word and token.is_capital and token.low not in words.months):
            break
        if token.low in words.weekdays:
            break
        end += 1
    if end == at or sentence.low(end) == "'s":
        return None, at
    return " ".join(sentence.lows[at:end]), end


@cache
def _atlas(language: str) -> dict[str, Known]:
    """What is known of names. One that often means something else tells nothing."""
    found: dict[str, Known] = {}
    for terms in lexicon(language).everything.values():
        for term in terms:
            if term.code and term.kind in (Kind.NAME, Kind.PLACE, Kind.CITY) and not term.weak:
                level = "country" if term.kind is Kind.NAME else "city"
                found.setdefault(" ".join(term.words), Known(level, term.code, term.division))
    for code, division in divisions().items():
        for name in (*division.english, *division.spanish):
            key = " ".join(word_key(word) for word in name.split())
            if key in found and name[0].isupper():
                found[key] = Known("division", division.country, code)
    return found


def _known(name: str, language: str) -> Known | None:
    return _atlas(language).get(" ".join(word_key(word) for word in name.split()))
