"""Words that mean one thing: names of institutions, words of news, and names of countries and their people.

Towns and states of several words are known as well, so that "Los Angeles" is taken for no person.

The files in `data` can be read and mended by a newsroom. Signs are the same in every language, which is what lets
reports in two languages meet: "~quake", "&UN", "@MX". Read once a language.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from newsletter.regions.placenames import lexicon
from newsletter.regions.terms import Kind, word_key

CONCEPT, INSTITUTION, COUNTRY = "~", "&", "@"  # what their signs begin with
UNDOING = CONCEPT + "undo"  # an act of others was taken back
_LANGUAGES = ("en", "es")  # the columns of concepts.txt after the first


class Name(NamedTuple):
    """A name of one or more words, and its sign."""

    sign: str
    words: tuple[str, ...]  # as `word_key` makes them
    capitals: tuple[bool, ...]  # by word: must it begin with a capital?
    acronym: bool  # must it be written in capitals?

    def matches(self, written: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Whether the words from `at` on are this name."""
        end = at + len(self.words)
        if tuple(keys[at:end]) != self.words:
            return False
        if self.acronym:
            return all(word.isupper() for word in written[at:end])
        return all(
            word[0].isupper() or not capital for word, capital in zip(written[at:end], self.capitals, strict=True)
        )


@cache
def concepts(language: str) -> Mapping[str, str]:
    """Word, as `word_key` makes it, to its sign."""
    if language not in _LANGUAGES:
        return {}
    column = 1 + _LANGUAGES.index(language)
    found: dict[str, str] = {}
    for row in _rows("concepts.txt"):
        for word in row[column].split():
            found.setdefault(word_key(word), CONCEPT + row[0].replace(" ", "_"))
    return found


@cache
def names(language: str) -> Mapping[str, Sequence[Name]]:
    """By the first word's key: names of institutions and of countries, those of most words first."""
    found: dict[str, list[Name]] = {}
    for name in [*_institutions(), *_countries(language)]:
        found.setdefault(name.words[0], []).append(name)
    return {first: sorted(group, key=lambda name: -len(name.words)) for first, group in found.items()}


@cache
def towns(language: str) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """By the first word's key: names of towns and states of several words, as keys of these; the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for group in lexicon(language).everything.values():
        for term in group:
            if term.kind in (Kind.PLACE, Kind.CITY) and len(term.words) > 1:
                found.setdefault(term.words[0], []).append(term.words)
    return {first: sorted(names, key=len, reverse=True) for first, names in found.items()}


def _institutions() -> Iterator[Name]:
    for sign, written in _rows("aliases.txt"):
        for name in written.split(","):
            words = name.split()
            yield Name(
                INSTITUTION + sign,
                tuple(word_key(word) for word in words),
                tuple(word[0].isupper() for word in words),
                len(words) == 1 and words[0].isupper(),
            )


def _countries(language: str) -> Iterator[Name]:
    """Countries and their people; no name that is often something else or a person's."""
    for group in lexicon(language).terms.values():
        for term in group:
            if term.code and term.kind in (Kind.NAME, Kind.PEOPLE) and not term.weak and not term.name_like:
                yield Name(COUNTRY + term.code, term.words, term.capitals, term.acronym)


def _rows(file: str) -> Iterator[list[str]]:
    """The columns of each line that is no comment."""
    text = (files("newsletter.events") / "data" / file).read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield [column.strip() for column in line.split("|")]
