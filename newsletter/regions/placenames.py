"""The words that point to countries: tables of ours, and CLDR, read into one lexicon a language. Pure; built once.

English and Spanish have countries, their people, divisions, cities, leaders, institutions and traps ("New Mexico").
Other languages have CLDR's names of countries and of the cities that stand for their main time zones, and what the
press calls a few countries. Arabic has its nisbas as well; languages in Latin letters have divisions, leaders and
institutions by the names that they share.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from newsletter.regions.catalogue import catalogue, locale_of
from newsletter.regions.divisions import divisions
from newsletter.regions.inflection import arabic_forms, arabic_prefixed, english_plural, hebrew_prefixed, spanish_forms
from newsletter.regions.tables import rows, split
from newsletter.regions.terms import WORD, Kind, Term, make_term, word_key

# CLDR names that are ordinary words, given names or other places ("Réunion", "Maurice", مالي for "financial").
_OFTEN_SOMETHING_ELSE = {
    "en": {"BL", "JE", "MF"},
    "es": {"AI", "BL", "GD", "GP", "JE", "LC", "MF", "MS", "MU", "RE", "SH"},
}
_OFTEN_SOMETHING_ELSE_ELSEWHERE = {"AI", "BJ", "BL", "GD", "GP", "JE", "LC", "MF", "ML", "MS", "MU", "OM", "RE", "SH"}

_UNSPACED = frozenset(("ja", "km", "lo", "my", "th", "yue", "zh"))  # written without spaces between words
_LATIN = frozenset(("fr", "pt", "it", "de", "nl", "ca", "gl", "eu", "ro", "sv", "da", "nb", "no"))
_BEYOND_NAMES = frozenset((Kind.CITY, Kind.SIGN, Kind.SEVERAL))

_Index = Mapping[str, tuple[Term, ...]]  # by first word, those of most words first


class Lexicon(NamedTuple):
    terms: _Index  # names of countries, peoples, divisions and of the places that readers know a country by
    everything: _Index  # these, and the gazetteer's cities, leaders and institutions
    states: _Index  # what speaks for a country after a comma
    word: re.Pattern[str] = WORD  # how a text is cut into words


@cache
def lexicon(language: str) -> Lexicon:
    """The names of a language such as "es" or "pt-BR"."""
    match language.replace("_", "-").split("-")[0].lower():
        case "en" | "es" as base:
            names = [*_traps(), *_countries(base), *_places(), *_divisions(base), *_cldr_names(base)]
            return _lexicon([*names, *_several(base), *_signs(), *_gazetteer()], _states() if base == "en" else ())
        case "ar" as base:
            return _lexicon(_prefixed([*_countries(base), *_cldr_names(base), *_cldr_cities(base)], arabic_prefixed))
        case base if base in _UNSPACED:
            return _unspaced(language)
        case "he":
            return _lexicon(_prefixed(_names(language), hebrew_prefixed))
        case base if base in _LATIN:
            return _lexicon([*_names(language), *_sure_divisions(), *_signs()])
    return _lexicon(_names(language))


def _names(language: str) -> Iterator[Term]:
    """What a language without a table of its own has."""
    for of, code, names in rows("names.txt", 3):
        if of == language.replace("_", "-").split("-")[0].lower():
            yield from (make_term(name, code, Kind.NAME) for name in split(names))
    yield from _cldr_names(language)
    yield from _cldr_cities(language)


def _lexicon(terms: Iterable[Term], states: Iterable[Term] = (), word: re.Pattern[str] = WORD) -> Lexicon:
    unique = _unique(terms)
    names = [term for term in unique if term.kind not in _BEYOND_NAMES]
    return Lexicon(_by_first_word(names), _by_first_word(unique), _by_first_word(_unique(states)), word)


def _unique(terms: Iterable[Term]) -> list[Term]:
    """Of terms that are written alike the first one given stays, and learns from the others of its country."""
    found: dict[tuple[str, ...], Term] = {}
    for term in terms:
        first = found.setdefault(term.words, term)
        if first.code == term.code and (first.division, first.capitals) != (term.division, term.capitals):
            capitals = first.capitals if any(term.capitals) else term.capitals  # "Catalan", and "catalán" in Spanish
            found[term.words] = replace(first, division=first.division or term.division, capitals=capitals)
    return [term for words, term in found.items() if words]


def _by_first_word(terms: Iterable[Term]) -> _Index:
    found: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda term: -len(term.words)):
        found.setdefault(term.words[0], []).append(term)
    return {word: tuple(group) for word, group in found.items()}


def _countries(language: str) -> Iterator[Term]:
    """The lines of countries.txt in one of its languages."""
    for code, english_names, english_people, spanish_names, spanish_people, arabic_people in rows("countries.txt", 6):
        match language:
            case "en":
                yield from (make_term(name, code, Kind.NAME) for name in split(english_names))
                yield from _inflected(english_people, code, english_plural, capital=True)
            case "es":
                yield from (make_term(name, code, Kind.NAME) for name in split(spanish_names))
                yield from _inflected(spanish_people, code, spanish_forms, capital=False)
            case _:
                yield from _inflected(arabic_people, code, arabic_forms, capital=False)


def _inflected(
    column: str, code: str, inflect: Callable[[str], list[str]], *, capital: bool, kind: Kind = Kind.PEOPLE
) -> Iterator[Term]:
    for written in split(column):
        word = written.lstrip("~*")
        marks = written[: len(written) - len(word)]
        for form in inflect(word):
            term = make_term(marks + form, code, kind)
            yield term if capital else replace(term, capitals=(False,) * len(term.words), acronym=False)


def _places() -> Iterator[Term]:
    for code, places in rows("cities.txt", 2):
        for place in split(places):
            yield make_term(place, code, Kind.PLACE)


def _divisions(language: str) -> Iterator[Term]:
    for code, division in divisions().items():
        for name in division.spanish if language == "es" else division.english:
            if language == "es" and name.islower() and " " not in name:
                yield from _inflected(name, code, spanish_forms, capital=False, kind=Kind.PLACE)
            else:
                yield make_term(name, code, Kind.PLACE)


def _sure_divisions() -> Iterator[Term]:
    """For languages without names in the table: those in English and Spanish that are hardly ever something else."""
    for term in (*_divisions("en"), *_divisions("es")):
        if all(term.capitals) and not term.weak and not term.name_like:
            yield term


def _states() -> Iterator[Term]:
    for code, division in divisions().items():
        for state in division.after_comma:
            yield replace(make_term(state, code, Kind.PLACE), acronym=False)


def _traps() -> Iterator[Term]:
    for phrase, code in rows("traps.txt", 2):
        yield make_term(phrase, code or None, Kind.TRAP)


def _several(language: str) -> Iterator[Term]:
    for codes, english, spanish in rows("several.txt", 3):
        first, *others = codes.split()
        for name in split(spanish if language == "es" else english):
            yield replace(make_term(name, first, Kind.SEVERAL), others=tuple(others))


def _signs() -> Iterator[Term]:
    for code, leaders, institutions in rows("signs.txt", 3):
        for name in (*split(leaders), *split(institutions)):
            yield make_term(name, code, Kind.SIGN)


def _gazetteer() -> Iterator[Term]:
    for code, cities in rows("gazetteer.txt", 2):
        for city in split(cities):
            yield make_term(city, code, Kind.CITY)


def _cldr_names(language: str) -> Iterator[Term]:
    """CLDR's names, without what it adds in brackets: "Myanmar (Burma)"."""
    names = locale_of(language).territories
    doubtful = _OFTEN_SOMETHING_ELSE.get(language, _OFTEN_SOMETHING_ELSE_ELSEWHERE)
    for code, territory in catalogue().items():
        if territory.kind == "country" and (name := names.get(code)):
            term = make_term(re.sub(r"\s*[(（].*[)）]", "", name), code, Kind.NAME)
            yield replace(term, weak=code in doubtful)


def _cldr_cities(language: str) -> Iterator[Term]:
    zones = locale_of(language).time_zones
    for code, territory in catalogue().items():
        city = zones.get(territory.time_zones[0], {}).get("city") if territory.kind == "country" else None
        if city:
            yield make_term(city, code, Kind.PLACE)


def _unspaced(language: str) -> Lexicon:
    """Names are looked for anywhere, and each is one word."""
    names = {name: code for code, name in locale_of(language).territories.items() if _is_country(code)}
    names |= {name.split("（")[0].split("(")[0]: code for name, code in names.items()}
    terms = [Term(code, Kind.NAME, (word_key(name),), (False,)) for name, code in names.items()]
    any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return _lexicon(terms, word=re.compile(any_name))


def _is_country(code: str) -> bool:
    return code in catalogue() and catalogue()[code].kind == "country"


def _prefixed(terms: Iterable[Term], prefixed: Callable[[str], Iterator[str]]) -> Iterator[Term]:
    for term in terms:
        for first in prefixed(term.words[0]):
            yield replace(term, words=(first, *term.words[1:]))
