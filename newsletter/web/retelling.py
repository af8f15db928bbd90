"""Sentences that stages made, in the language of the editor who reads them.

A stage says in English what happened: in an error, a note, the reason for a pick. Many of these are kept in rows, for
readers of every language and for the log. Where the desk shows one, it is recognised by its shape, which is the msgid
of `newsletter/locale/<language>/said.po`: "Only {0} reports it." with any text in place of {0}. A translation may place
the parts anew, and says how each is told: `{0}` as it is, `{0:said}` as words of ours (of the context "part", so that
no note of a person is taken for them), `{0:region}` by the region's name, `{0:list}` as parts with the language's own
"and", `{0:language}` by the language's name, `{0:reasons}` as reasons with their points. What has no known
shape stays English.

Searching is linear in the sentence, without regular expressions, which a hostile headline could make slow.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from babel.lists import format_list
from babel.messages.pofile import read_po

from newsletter.regions.catalogue import catalogue, locale_of, name_of
from newsletter.rendering.translations import locale_folder

DEEP = 4  # a part of a part of a sentence
PART = "part"  # the context of what is no sentence by itself
_LIST = re.compile(r"[(“]|[)”]|, | and ")  # what opens, what closes, what separates
_HOLE = re.compile(r"\{\d\}")
_POINTS = re.compile(r" \(([+-]\d{1,3}\.\d\d)\)\.(?: |$)")


@dataclass(frozen=True)
class Shape:
    """A sentence with holes: the words around them, and its translation."""

    words: tuple[str, ...]
    translation: str

    def values(self, sentence: str) -> list[str] | None:
        """What stands in the holes, none of them empty; None where the sentence has another shape.

        The first fit of each word is the right one if there is a right one: what is left is only longer for it.
        """
        first, *middle, last = self.words
        if not sentence.startswith(first) or not sentence.endswith(last):
            return None
        cuts, at, end = [], len(first), len(sentence) - len(last)
        for word in middle:
            found = sentence.find(word, at + 1, end)
            if found < 0:
                return None
            cuts.append((at, found))
            at = found + len(word)
        cuts.append((at, end))
        return [sentence[start:stop] for start, stop in cuts] if at < end else None

    @property
    def weight(self) -> int:
        return sum(len(word) for word in self.words)


def told(sentence: str, language: str, *, is_part: bool = False) -> str:
    """The sentence in a language, or as it is. `is_part`: what is no sentence, such as "headline of item 3"."""
    return _told(sentence, language, PART if is_part else None, DEEP)


@lru_cache(maxsize=2_000)
def _told(sentence: str, language: str, context: str | None, deep: int) -> str:
    whole, shapes = _shapes(language, context)
    if sentence in whole:
        return whole[sentence]
    for shape in shapes if deep else ():
        values = shape.values(sentence)
        if values is not None:
            return shape.translation.format(*(_Value(value, language, deep - 1) for value in values))
    return sentence


@cache
def _shapes(language: str, context: str | None) -> tuple[dict[str, str], list[Shape]]:
    """Sentences without holes, and those with holes, the most exact first."""
    file = locale_folder() / language / "said.po"
    if not file.is_file():
        return {}, []
    with file.open("rb") as opened:
        known = [message for message in read_po(opened) if message.id and message.context == context]
    messages = {str(message.id): str(message.string) for message in known}  # none of them has plural forms
    shapes = [Shape(tuple(_HOLE.split(said)), to) for said, to in messages.items() if _HOLE.search(said)]
    return messages, sorted(shapes, key=lambda shape: -shape.weight)


@dataclass(frozen=True)
class _Value:
    """What stood in a hole, as a translation asks for it."""

    text: str
    language: str
    deep: int

    def __format__(self, way: str) -> str:
        ways: dict[str, Callable[[], str]] = {
            "": lambda: self.text,
            "said": lambda: self._part(self.text),
            "region": self._region,
            "language": self._language,
            "list": self._list,
            "reasons": self._reasons,
        }
        return ways[way]()

    def _part(self, text: str) -> str:
        part = _told(text, self.language, PART, self.deep)
        return part if part != text else _told(text, self.language, None, self.deep)

    def _region(self) -> str:
        code = _codes().get(self.text)
        return name_of(code, self.language) if code else self.text

    def _language(self) -> str:
        tag = next((tag for tag, name in locale_of("en").languages.items() if name == self.text), "")
        return str(locale_of(self.language).languages.get(tag, self.text))

    def _list(self) -> str:
        return format_list([self._part(part) for part in _items(self.text)], locale=locale_of(self.language))

    def _reasons(self) -> str:
        """ "Only El Sol reports it (+0.00). All reports came within a day (+0.10)." """
        *pairs, rest = _POINTS.split(self.text)
        reasons = zip(pairs[::2], pairs[1::2], strict=True)
        said = [(_told(f"{reason}.", self.language, None, self.deep).rstrip("."), points) for reason, points in reasons]
        return " ".join([*(f"{reason} ({points})." for reason, points in said), *([self._part(rest)] if rest else [])])


def _items(text: str) -> list[str]:
    """The parts of "A, B and C"; what stands in brackets or in quotation marks is one."""
    depth, cuts = 0, []
    for mark in _LIST.finditer(text):
        if mark[0] in "(“)”":
            depth += 1 if mark[0] in "(“" else -1
        elif depth == 0:
            cuts.append(mark)
    last = next((number for number, mark in reversed(list(enumerate(cuts))) if mark[0] == " and "), None)
    if last is None:
        return [text]
    cuts = [mark for mark in cuts[:last] if mark[0] == ", "] + [cuts[last]]
    starts = [0, *(mark.end() for mark in cuts)]
    return [text[start:stop] for start, stop in zip(starts, [*(mark.start() for mark in cuts), None], strict=True)]


@cache
def _codes() -> dict[str, str]:
    """English name of a region to its code."""
    return {name_of(code): code for code in catalogue()}
