"""Whether events told in two languages are one: by what every language writes alike. Pure.

Names of people and places are written much the same in languages of one script, numbers are the same, and the signs of
countries, institutions and words of news are made to be (`vocabulary`). All else is left out of account.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.events.names import Names
from newsletter.events.terms import Terms, fold, is_number, is_place, is_sign_of_a_name
from newsletter.events.vocabulary import CONCEPT
from newsletter.events.weighing import product

CUT = 0.3  # of similarity, from which on two are one event
_LEAST_WORTH = 2.5  # of what both tell
_NAME, _NUMBER, _PLACE, _SMALL_NUMBER, _CONCEPT = 1.25, 1.0, 0.75, 0.5, 0.5
_SMALL = 20
_MOST_COMMON = 100  # a mark of more events than this leads to none


@dataclass(frozen=True, slots=True)
class Head:
    """An event by its first reports."""

    id: int
    language: str
    marks: dict[str, str]  # what every language writes alike, and how it stands there


@dataclass(frozen=True, slots=True)
class Match:
    one: int
    other: int
    similarity: float
    shared: tuple[str, ...]  # as the one writes it, the weightiest first


def marks_of(reports: Iterable[Terms], names: Names) -> dict[str, str]:
    """Mark to how it is written. A mark is a sign, a number or a name's letters without accents."""
    found: dict[str, str] = {}
    for terms in reports:
        for term, written in zip(terms.terms, terms.written, strict=True):
            if term[0] == CONCEPT or is_sign_of_a_name(term) or is_number(term):
                found.setdefault(term, written)
            elif term in names:
                found.setdefault(fold(written.lower()), written)
    return found


def matches(heads: Sequence[Head], others: Sequence[Head]) -> list[Match]:
    """For each of `heads` the event of another language that it is, among `others`; at most one a language."""
    frequency = Counter(mark for head in [*heads, *others] for mark in head.marks)
    total = len(heads) + len(others)
    rarity = {mark: _worth(mark) * math.log(1 + (total + 1) / (count + 0.5)) for mark, count in frequency.items()}
    vectors = {id(head): _unit(head, rarity) for head in [*heads, *others]}
    index: dict[str, list[Head]] = defaultdict(list)
    for head in others:
        for mark in head.marks:
            index[mark].append(head)
    found = []
    for head in heads:
        best: dict[str, tuple[float, int, Head]] = {}
        for other in _near(head, index):
            similarity = product(vectors[id(head)], vectors[id(other)])
            if similarity >= CUT and sum(map(_worth, head.marks.keys() & other.marks.keys())) >= _LEAST_WORTH:
                best[other.language] = max(
                    best.get(other.language, (0.0, 0, other)), (similarity, -other.id, other), key=lambda row: row[:2]
                )
        found += [
            Match(head.id, other.id, round(similarity, 4), _shared(head, other, rarity))
            for similarity, _, other in best.values()
        ]
    return found


def _near(head: Head, index: dict[str, list[Head]]) -> list[Head]:
    """Events of another language that share a name, a place or a number."""
    met: dict[int, Head] = {}
    for mark in head.marks:
        having = index.get(mark, [])
        if mark[0] != CONCEPT and len(having) <= _MOST_COMMON:
            met.update((other.id, other) for other in having if other.language != head.language)
    return list(met.values())


def _unit(head: Head, rarity: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(rarity[mark] ** 2 for mark in head.marks)) or 1.0
    return {mark: rarity[mark] / length for mark in head.marks}


def _worth(mark: str) -> float:
    if mark[0] == CONCEPT:
        return _CONCEPT
    if is_place(mark):
        return _PLACE
    if is_number(mark):
        return _SMALL_NUMBER if mark.isdigit() and int(mark[:6]) <= _SMALL else _NUMBER
    return _NAME


def _shared(head: Head, other: Head, rarity: dict[str, float]) -> tuple[str, ...]:
    both = sorted(head.marks.keys() & other.marks.keys(), key=lambda mark: (-rarity[mark], mark))
    return tuple(head.marks[mark] for mark in both)
