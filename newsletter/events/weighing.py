"""Vectors of length 1: how much each of a story's terms says, by how rare it is. Pure.

Rarity is counted twice. At first by stories: among four of a first day as among thousands of a week. Then, once groups
are there, by groups: what thirty reports of one event all say is rare as soon as they count as one.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from newsletter.events.terms import Terms

Vector = Mapping[str, float]

MOST_TERMS = 60  # of a story's vector, the weightiest; a title and two paragraphs have some forty


class Rarity(dict[str, float]):
    """Term to how rare it is; a term that was never seen is as rare as can be."""

    def __init__(self, frequency: Mapping[str, float], total: int) -> None:
        super().__init__({term: math.log(1 + (total + 1) / (count + 0.5)) for term, count in frequency.items()})
        self._unseen = math.log(1 + (total + 1) / 1.5)  # by now one story has it

    def __missing__(self, term: str) -> float:
        return self._unseen


def by_stories(stories: Sequence[Terms]) -> Rarity:
    """The rarity of each term, from the number of stories that have it."""
    frequency: Counter[str] = Counter()
    for story in stories:
        frequency.update(story.terms)
    return Rarity(frequency, len(stories))


def by_groups(groups: Iterable[tuple[int, Mapping[str, int]]]) -> Rarity:
    """The same from groups: each the number of its stories, and in how many of them a term is.

    A term counts for a group with the share of its stories that have it.
    """
    frequency: dict[str, float] = {}
    total = 0
    for size, counts in groups:
        total += 1
        for term, count in counts.items():
            frequency[term] = frequency.get(term, 0.0) + count / size
    return Rarity(frequency, total)


def vector(story: Terms, rarity: Rarity) -> dict[str, float]:
    """Of length 1; empty for a story without terms."""
    weights = {
        term: (1 + math.log(count)) * rarity[term] for term, count in zip(story.terms, story.weights, strict=True)
    }
    if len(weights) > MOST_TERMS:
        weights = dict(heapq.nlargest(MOST_TERMS, weights.items(), key=lambda pair: pair[1]))
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def product(one: Vector, other: Vector) -> float:
    """The inner product; of vectors of length 1 their cosine. Exact whatever the order of the terms."""
    return math.fsum([one[term] * other[term] for term in one.keys() & other.keys()])


def add(total: dict[str, float], vector: Vector) -> None:
    for term, weight in vector.items():
        total[term] = total.get(term, 0.0) + weight


def summed(vectors: Iterable[Vector]) -> dict[str, float]:
    total: dict[str, float] = {}
    for one in vectors:
        add(total, one)
    return total
