"""The words that name countries: files of ours, and CLDR, read into one lexicon a language. Pure; built once.

English and Spanish have countries, their people, cities, states and traps ("New Mexico"). Other languages have CLDR's
names of countries and of the cities that stand for their main time zones; Arabic has its nisbas as well.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from newsletter.regions.catalogue import catalogue, locale_of
from newsletter.regions.inflection import arabic_forms, arabic_prefixed, english_plural, spanish_forms
from newsletter.regions.tables import rows, split

# CLDR names that are ordinary words or given names somewhere ("Réunion", "Maurice", مالي for "financial").
_OFTEN_SOMETHING_ELSE = {"AI", "BJ", "BL", "GD", "GP", "JE", "LC", "MF", "ML", "MS", "MU", "OM", "RE", "SH"}

_UNSPACED = frozenset(("ja", "km", "lo", "my", "th", "yue", "zh"))  # written without spaces between words

WORD = re.compile(
    # A letter, then letters and the marks on them: decomposed accents, Arabic and Indic vowel signs, joiners.
    r"(?:[^\W\d_]\.){2,}|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0903\u093a-\u094f\u0962\u0963\u0980-\u0983\u09bc-\u09cd\u200c\u200d])*"
)


class Kind(StrEnum):
    NAME = "name"
    PEOPLE = "people"
    PLACE = "place"
    TRAP = "trap"
    CITY = "city"  # of the gazetteer: counts only where something leads to a place
    SIGN = "sign"  # a leader or an institution


@dataclass(frozen=True)
class Term:
    """A name of one or more words, and the country that it means: none where it is a trap."""

    code: str | None
    kind: Kind
    words: tuple[str, ...]  # as `word_key` makes them
    capitals: tuple[bool, ...]  # by word: must it begin with a capital?
    acronym: bool = False  # "US": all in capitals, and among small letters only
    weak: bool = False  # often something else
    name_like: bool = False  # people are called so too
    division: str | None = None  # the state or province within the country: "MX-JAL"

    @property
    def codes(self) -> tuple[str, ...]:
        """The country, and the division where it is known."""
        return tuple(code for code in (self.code, self.division) if code)


class Lexicon(NamedTuple):
    terms: Mapping[str, tuple[Term, ...]]  # by first word, those of most words first
    states: Mapping[str, tuple[Term, ...]] = {}  # what speaks for a country after a comma
    word: re.Pattern[str] = WORD  # how a text is cut into words


@cache
def lexicon(language: str) -> Lexicon:
    """The names of a language such as "es" or "pt-BR"."""
    match language.replace("_", "-").split("-")[0].lower():
        case "en" as base:
            terms = [*_traps(), *_countries(base), *_places(), *_cldr_names(base)]
            return Lexicon(_by_first_word(terms), _by_first_word(_states()))
        case "es" as base:
            return Lexicon(_by_first_word([*_traps(), *_countries(base), *_places(), *_cldr_names(base)]))
        case "ar" as base:
            terms = [*_countries(base), *_cldr_names(base), *_cldr_cities(base)]
            return Lexicon(_by_first_word(_prefixed(terms)))
        case base if base in _UNSPACED:
            return _unspaced(language)
    return Lexicon(_by_first_word([*_cldr_names(language), *_cldr_cities(language)]))


@lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """What words are compared by: small letters without accents, dots, vowel signs and tatweel."""
    if word.isascii():
        return word.lower().replace(".", "")
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in plain if sign.isalpha() and sign != "\u0640")


def _countries(language: str) -> Iterator[Term]:
    """The lines of countries.txt in one of its languages."""
    for code, english_names, english_people, spanish_names, spanish_people, arabic_people in rows("countries.txt", 6):
        match language:
            case "en":
                yield from (_term(name, code, Kind.NAME) for name in split(english_names))
                yield from _inflected(english_people, code, english_plural, capital=True)
            case "es":
                yield from (_term(name, code, Kind.NAME) for name in split(spanish_names))
                yield from _inflected(spanish_people, code, spanish_forms, capital=False)
            case _:
                yield from _inflected(arabic_people, code, arabic_forms, capital=False)


def _inflected(column: str, code: str, inflect: Callable[[str], list[str]], *, capital: bool) -> Iterator[Term]:
    for written in split(column):
        word = written.lstrip("~*")
        marks = written[: len(written) - len(word)]
        for form in inflect(word):
            term = _term(marks + form, code, Kind.PEOPLE)
            yield term if capital else replace(term, capitals=(False,) * len(term.words), acronym=False)


def _places() -> Iterator[Term]:
    for code, places in rows("cities.txt", 2):
        for place in split(places):
            yield _term(place, code, Kind.PLACE)


def _states() -> Iterator[Term]:
    for code, states in rows("states.txt", 2):
        for state in split(states):
            yield replace(_term(state, code, Kind.PLACE), acronym=False)


def _traps() -> Iterator[Term]:
    for phrase, code in rows("traps.txt", 2):
        yield _term(phrase, code or None, Kind.TRAP)


def _cldr_names(language: str) -> Iterator[Term]:
    """CLDR's names, without what it adds in brackets: "Myanmar (Burma)"."""
    names = locale_of(language).territories
    for code, territory in catalogue().items():
        if territory.kind == "country" and (name := names.get(code)):
            term = _term(re.sub(r"\s*[(（].*[)）]", "", name), code, Kind.NAME)
            yield replace(term, weak=code in _OFTEN_SOMETHING_ELSE)


def _cldr_cities(language: str) -> Iterator[Term]:
    zones = locale_of(language).time_zones
    for code, territory in catalogue().items():
        city = zones.get(territory.time_zones[0], {}).get("city") if territory.kind == "country" else None
        if city:
            yield _term(city, code, Kind.PLACE)


def _unspaced(language: str) -> Lexicon:
    """Names are looked for anywhere, and each is one word."""
    names = {name: code for code, name in locale_of(language).territories.items() if _is_country(code)}
    names |= {name.split("（")[0].split("(")[0]: code for name, code in names.items()}
    terms = [Term(code, Kind.NAME, (word_key(name),), (False,)) for name, code in names.items()]
    any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return Lexicon(_by_first_word(terms), word=re.compile(any_name))


def _is_country(code: str) -> bool:
    return code in catalogue() and catalogue()[code].kind == "country"


def _prefixed(terms: Iterable[Term]) -> Iterator[Term]:
    for term in terms:
        for first in arabic_prefixed(term.words[0]):
            yield replace(term, words=(first, *term.words[1:]))


def _term(written: str, code: str | None, kind: Kind) -> Term:
    """A term from how a file writes it: marks, then words whose capitals must be kept."""
    name = written.lstrip("~*")
    marks = written[: len(written) - len(name)]
    words = WORD.findall(name)
    letters = "".join(words).replace(".", "")
    return Term(
        code=code,
        kind=kind,
        words=tuple(word_key(word) for word in words),
        capitals=tuple(word[0].isupper() for word in words),
        acronym=letters.isupper() and len(letters) <= 5,
        weak="~" in marks,
        name_like="*" in marks,
    )


def _by_first_word(terms: Iterable[Term]) -> Mapping[str, tuple[Term, ...]]:
    """Terms by their first word; of two that are written alike the first one given stays."""
    unique: dict[tuple[str, ...], Term] = {}
    for term in terms:
        if term.words:
            unique.setdefault(term.words, term)
    found: dict[str, list[Term]] = {}
    for term in sorted(unique.values(), key=lambda term: -len(term.words)):
        found.setdefault(term.words[0], []).append(term)
    return {word: tuple(group) for word, group in found.items()}
