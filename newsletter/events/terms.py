"""What a story's text is compared by: stems of its words, those of the title counting more. Pure.

Accents are folded, stop words dropped, and words stemmed in the story's language (Snowball). Scripts that put no spaces
between words are cut into pairs of signs. Each term remembers how it was written, for explanations.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from newsletter.events.stop_words import STOP_WORDS
from newsletter.regions.placenames import lexicon

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
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:]\d+)*|(?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f])+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
_stemming = threading.Lock()  # Snowball's stemmers keep the word that they work on in themselves


@dataclass
class Terms:
    """Term to its weighted count, and to a word that it was written as; which of them name a country or a city."""

    counts: dict[str, float] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)

    def add(self, text: str, language: str, weight: float, most: int | None = None) -> None:
        for number, word in enumerate(_words(text)):
            if number == most:
                break
            term = term_of(word, language)
            if term:
                self.counts[term] = self.counts.get(term, 0.0) + weight
                self.written.setdefault(term, word)
                if term in _places(language):
                    self.places.add(term)


def terms_of(title: str, summary: str, language: str) -> Terms:
    """`language` is a primary tag such as "es"."""
    found = Terms()
    found.add(title, language, TITLE_WEIGHT)
    found.add(summary, language, 1.0, MOST_WORDS)
    return found


@lru_cache(maxsize=100_000)
def term_of(word: str, language: str) -> str:
    """The stem of a word without accents; empty for a stop word and for a single letter."""
    lower = unicodedata.normalize("NFC", word.lower()).replace(".", "") if not word[0].isdigit() else word
    if len(lower) < 2 or fold(lower) in STOP_WORDS.get(language, ()):
        return ""
    name = _STEMMERS.get(language)
    if name is None or word[0].isdigit():
        return fold(lower)
    with _stemming:
        return fold(_stemmer(name).stemWord(lower))


def fold(word: str) -> str:
    plain = unicodedata.normalize("NFD", word)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match[0]
        if _UNSPACED.match(word):
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word


@cache
def _places(language: str) -> frozenset[str]:
    """The terms of names of one word."""
    terms = (term for found in lexicon(language).terms.values() for term in found)
    return frozenset(term_of(term.words[0], language) for term in terms if term.code and len(term.words) == 1)


@cache
def _stemmer(name: str) -> Any:
    return snowballstemmer.stemmer(name)
