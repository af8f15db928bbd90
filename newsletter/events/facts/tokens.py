"""Sentences and their words, in running text and in text that a program cut into words with spaces. Pure.

Spaces are not looked at: "33-year-old" and "33 - year - old" give the same words, as do "$4.1" and "$ 4 . 1".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from newsletter.events.facts.words import bag

MOST_READ = 6000  # characters of a summary: news says its facts first

_TOKEN = re.compile(
    r"""
      (?P<number>\d{1,3}(?:\ ,\ \d{3})+(?!\d) | \d+\ \.\ \d+(?![\d]) | \d+(?:[.,]\d+)*)
    | n['’]t\b | (?<=\w)['’]s\b | (?<=\s)['’]s\b
    | [^\W\d_]+?(?=n['’]t\b) | [^\W\d_]+
    | ``|''|\S
    """,
    re.VERBOSE,
)
_ENDS = frozenset(".!?…")
_CLOSING = frozenset("\"'”’»)]") | {"''"}
# A dot after one of these ends no sentence.
_ABBREVIATIONS = bag(
    """
    mr mrs ms dr prof gen col lt sgt capt maj cpl sen rep gov st jr no vs inc ltd corp co rev hon det insp jan feb
    mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ala ariz ark calif colo conn del fla ga ill
    ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo sr sra srta dra
    gral cnel lic ing av num ee uu aprox
    """
)


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    low: str  # in lower case and without accents
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdecimal()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True)
class Sentence:
    """`quote` is the sentence as its source wrote it, on one line."""

    tokens: tuple[Token, ...]
    quote: str
    in_title: bool = False

    @cached_property
    def lows(self) -> tuple[str, ...]:
        return tuple(token.low for token in self.tokens)

    def low(self, at: int) -> str:
        """The word at a place; an empty one outside of the sentence."""
        return self.lows[at] if 0 <= at < len(self.lows) else ""

    def has(self, at: int, words: tuple[str, ...]) -> bool:
        return self.lows[at : at + len(words)] == words

    def between(self, start: int, end: int) -> str:
        """The text from one token up to another, as written."""
        offset = self.tokens[0].start
        return self.quote_of(self.tokens[start].start - offset, self.tokens[end - 1].end - offset)

    def quote_of(self, start: int, end: int) -> str:
        return " ".join(self.raw[start:end].split())

    raw: str = ""


def sentences(text: str, *, in_title: bool = False) -> Iterator[Sentence]:
    """The sentences of a text. A blank line or a line's end after a full stop ends one; a dateline is left out."""
    for paragraph in re.split(r"\n\s*\n", text[:MOST_READ]):
        found = [Token(match[0], fold(match[0]), match.start(), match.end()) for match in _TOKEN.finditer(paragraph)]
        start = 0
        for end in [*_ends(found), len(found)]:
            if end > start:
                first, last = found[start].start, found[end - 1].end
                raw = paragraph[first:last]
                yield Sentence(tuple(found[start:end]), " ".join(raw.split()), in_title, raw)
            start = end


def fold(word: str) -> str:
    """In lower case, without accents."""
    low = word.lower()
    if low.isascii():
        return low
    low = low.replace("’", "'")
    return "".join(sign for sign in unicodedata.normalize("NFD", low) if not unicodedata.combining(sign))


def _ends(tokens: list[Token]) -> Iterator[int]:
    """The places after which sentences end."""
    at = 0
    while at < len(tokens):
        if tokens[at].text in _ENDS and not _abbreviates(tokens, at):
            end = at + 1
            while end < len(tokens) and (tokens[end].text in _ENDS or tokens[end].text in _CLOSING):
                end += 1
            if end < len(tokens) and not tokens[end].text[0].islower():
                yield end
            at = end
        else:
            at += 1


def _abbreviates(tokens: list[Token], at: int) -> bool:
    """Whether the dot belongs to "Lt.", "J." or "U.S." rather than ending a sentence."""
    if tokens[at].text != "." or at == 0:
        return False
    before = tokens[at - 1]
    if before.is_word and len(before.text) == 1 and before.text not in "IyoaA":
        return True
    if before.low in ("a", "p", "m") and at > 1 and tokens[at - 2].text == ".":
        return False
    return before.low in _ABBREVIATIONS and before.end == tokens[at].start
