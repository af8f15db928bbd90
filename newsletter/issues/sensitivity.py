"""What in an issue asks for care: death, minors, sexual violence, suicide. Pure.

By words, in the languages of care_words.py; a note to an editor, not a judgement. It would rather point at one item too
many than miss one, but for words of everyday use ("a dead heat", "kills the bill").
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from newsletter.issues.care_words import WORDS, YOUNG
from newsletter.issues.models import Issue


class Care(StrEnum):
    SUICIDE = "suicide"
    SEXUAL_VIOLENCE = "sexual-violence"
    MINORS = "minors"  # who came to harm, or are accused
    DEATH = "death"

    @property
    def words(self) -> str:
        """For people: "sexual violence"."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Sensitive:
    """An item with what it is about, and the words that say so, as they are written in it."""

    position: int
    event_id: int
    words: Mapping[Care, str]


def sensitive(issue: Issue, kinds: Collection[Care] = frozenset(Care)) -> list[Sensitive]:
    """Its items that are about one of `kinds`, by what readers would read of them."""
    found = []
    for item in issue.items:
        words = words_of_care(f"{item.headline}\n{item.summary}", issue.language)
        if asked := {care: word for care, word in words.items() if care in kinds}:
            found.append(Sensitive(item.position, item.event_id, asked))
    return found


def words_of_care(text: str, language: str) -> dict[Care, str]:
    """What a text is about that asks for care, each with the first words that say so; none in a language without."""
    return dict(_found(text, language.replace("_", "-").split("-", 1)[0].lower()))


def _found(text: str, language: str) -> Iterator[tuple[Care, str]]:
    patterns = _patterns(language)
    plain = _without_accents(text)
    first = {name: match for name, pattern in patterns.items() if (match := pattern.search(plain))}
    for care in Care:
        if care in first:
            yield care, text[slice(*first[care].span())]
    if YOUNG in first and len(first) > 1:
        yield Care.MINORS, text[slice(*first[YOUNG].span())]


@cache
def _patterns(language: str) -> Mapping[str, re.Pattern[str]]:
    table = WORDS.get(language, {})
    return {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE | re.VERBOSE) for name, words in table.items()}


def _without_accents(text: str) -> str:
    """Letter by letter, so that places in it are places in `text`."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)
