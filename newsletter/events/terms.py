"""What a story's text is compared by: its words' stems, and signs for what has several names. Pure.

Accents are folded, stop words dropped, and words stemmed in the story's language (Snowball). Countries, institutions
and words of news become signs that are the same in every language (`vocabulary`), numbers as words become digits. A
term remembers how it was written, for explanations, and whether it is a name.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from sys import intern
from typing import Any, NamedTuple

import snowballstemmer

from newsletter.events.numerals import NUMERALS
from newsletter.events.stop_words import STOP_WORDS
from newsletter.events.vocabulary import COUNTRY, INSTITUTION, concepts, names, towns
from newsletter.events.words import Word, bare, put_together, words_of
from newsletter.regions.terms import word_key

TITLE_WEIGHT = 1.5
MOST_WORDS = 150  # of a summary: news says first what it is about
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_MAGNITUDE = re.compile(r"magnitud\w*\D{0,12}?(\d[.,]\d)|(\d[.,]\d)[\s-]*(?:degree )?magnitud", re.IGNORECASE)
_THOUSANDS = re.compile(r"[,.](?=\d{3}(?!\d))")
_LARGE, _SMALL = 1, 2  # how a word begins inside of a sentence
_SIDE_BY_SIDE = frozenset((" ", "-", " '", ' "'))  # what stands between the words of one name
_stemming = threading.Lock()  # Snowball's stemmers keep the word that they work on in themselves


@dataclass(slots=True)
class Terms:
    """The terms of one story; the tuples run side by side, each term once. Small, for a week has very many."""

    terms: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()  # how often, occurrences in the title counting more
    written: tuple[str, ...] = ()  # as it stands where it comes first
    capitals: bytes = b""  # by term: 1 written with a capital inside of a sentence, 2 without, 0 unknown
    headline: int = 0  # so many of the terms, the first ones, are in the title
    joints: frozenset[tuple[str, str]] = frozenset()  # neighbours that may be one name: "Hong", "Kong"
    magnitudes: frozenset[float] = frozenset()  # of earthquakes
    towns: tuple[str, ...] = ()  # terms that are part of a town's or state's name of several words

    @property
    def counts(self) -> Mapping[str, float]:
        return dict(zip(self.terms, self.weights, strict=True))

    @property
    def places(self) -> set[str]:
        return {term for term in self.terms if is_place(term)}

    def written_as(self, term: str) -> str:
        """`term` itself where this story has it not."""
        return self.written[self.terms.index(term)] if term in self.terms else term


def is_place(term: str) -> bool:
    return term.startswith(COUNTRY)


def is_number(term: str) -> bool:
    return term[0].isdigit()


def is_sign_of_a_name(term: str) -> bool:
    """Of a country or an institution: a name whatever its capitals."""
    return term[0] in (COUNTRY, INSTITUTION)


def terms_of(title: str, summary: str, language: str) -> Terms:
    """`language` is a primary tag such as "es"."""
    found: dict[str, list[Any]] = {}  # term: weight, written, capital
    joints: set[tuple[str, str]] = set()
    in_towns: set[str] = set()
    headline: int | None = None
    for text, weight, most in ((title, TITLE_WEIGHT, None), (summary, 1.0, MOST_WORDS)):
        before = ""
        for term, word, is_town in _read(words_of(text)[:most], language):
            is_capital = word.written[0].isupper()
            if term:
                row = found.get(term)
                if row is None:
                    row = found[term] = [0.0, intern(bare(word.written)), 0]
                row[0] += weight
                if word.is_inside and not row[2]:
                    row[2] = _LARGE if is_capital else _SMALL
                if before and is_capital and word.gap in _SIDE_BY_SIDE:
                    joints.add((before, term))
                if is_town:
                    in_towns.add(term)
            before = term if is_capital else ""
        headline = headline if headline is not None else len(found)
    return Terms(
        tuple(found),
        tuple(row[0] for row in found.values()),
        tuple(row[1] for row in found.values()),
        bytes(row[2] for row in found.values()),
        headline or 0,
        frozenset(joints),
        frozenset(_magnitudes(title, summary)),
        tuple(sorted(in_towns)),
    )


def _read(words: Sequence[Word], language: str) -> Iterator[tuple[str, Word, bool]]:
    """Each word or name with its term, and whether it is part of a town's name; the term of a stop word is empty."""
    read = [_looked_up(word.written, language) for word in words]
    keys = [one.key for one in read]
    known, known_towns = names(language), towns(language)
    at = town_ends = 0
    while at < len(words):
        if keys[at] in known:
            written = [one.bare for one in read]
            name = next((name for name in known[keys[at]] if name.matches(written, keys, at)), None)
            if name:
                end = at + len(name.words)
                yield name.sign, words[at]._replace(written=" ".join(written[at:end])), False
                at = end
                continue
        for town in known_towns.get(keys[at], ()):
            if tuple(keys[at : at + len(town)]) == town:
                town_ends = at + len(town)
                break
        yield read[at].term, words[at], at < town_ends
        at += 1


class _Read(NamedTuple):
    bare: str  # without the 's at its end
    key: str
    term: str


@lru_cache(maxsize=200_000)
def _looked_up(word: str, language: str) -> _Read:
    written = bare(word)
    return _Read(written, word_key(written), term_of(written, language))


def term_of(word: str, language: str) -> str:
    """A word's sign, digits or stem without accents; empty for a stop word and for a single letter."""
    if word[0].isdigit():
        return intern(_THOUSANDS.sub("", word))
    key = word_key(word) or word.lower()
    if number := NUMERALS.get(language, {}).get(key):
        return number
    if len(key) < 2 or key in STOP_WORDS.get(language, ()):
        return ""
    return intern(concepts(language).get(key) or fold(_stem(word, language)))


def _stem(word: str, language: str) -> str:
    lower = unicodedata.normalize("NFC", word.lower()).replace(".", "")
    name = _STEMMERS.get(language)
    if name is None:
        return lower
    with _stemming:
        return str(_stemmer(name).stemWord(lower))


def fold(word: str) -> str:
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFD", word)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _magnitudes(*texts: str) -> Iterator[float]:
    for text in texts:
        if "agnitud" in text:
            for match in _MAGNITUDE.finditer(put_together(text)):
                yield float((match[1] or match[2]).replace(",", "."))


@cache
def _stemmer(name: str) -> Any:
    return snowballstemmer.stemmer(name)
