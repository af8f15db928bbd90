"""Which stories tell one event: TF-IDF similarity and average linkage. Pure.

A story is compared with those that share the most of its rare terms and lie within a week of it; so the cost grows
with the number of stories and not with its square. Groups are merged, the most similar first, as long as the average
similarity of their stories reaches THRESHOLD (docs/decisions/0011-joining.md says how it was chosen).
Stories that are in an event already stay there: a group holds at most one such event.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.events.linkage import Vector, link, summed
from newsletter.events.terms import Terms

THRESHOLD = 0.17
WINDOW = timedelta(days=7)
SHARED_TERMS = 6  # kept as the explanation of a join
_LEAST_COMMON, _MOST_COMMON = 60, 400  # a term in more stories than a tenth, within these, brings no two together
_PROBES = 25  # rarest terms of a story that are looked up
_NEIGHBOURS = 40  # of a story, that it is compared with
_FEW = 200  # among fewer stories nobody knows which terms are rare ...
_LEAST_SHARED = 2  # ... so two must share so many terms beside names of places


@dataclass(frozen=True)
class Document:
    """A story as far as joining looks at it."""

    id: int
    at: datetime
    terms: Terms
    event: int | None = None  # where it is already


@dataclass(frozen=True)
class Member:
    id: int
    similarity: float | None  # to the rest of its group; None for the story that began it
    shared_terms: list[tuple[str, float]]  # as written, with their share of the similarity; weightiest first


@dataclass(frozen=True)
class Group:
    event: int | None  # the event that it goes on with; None for a new one
    members: list[Member]  # the stories that join now, oldest first


def join(documents: Sequence[Document], *, threshold: float = THRESHOLD) -> list[Group]:
    """Group documents of one language; those that are in an event already draw others to it, and are not moved."""
    vectors = weigh(documents)
    groups = link([document.event for document in documents], vectors, _near_pairs(documents, vectors), threshold)
    return [found for group in groups if (found := _explained(group, documents, vectors)) is not None]


def weigh(documents: Sequence[Document]) -> list[Vector]:
    """A vector of length 1 for each document: how often a term occurs in it times how rare it is among all."""
    frequency = Counter(term for document in documents for term in document.terms.counts)
    rarity = {term: math.log(1 + (len(documents) + 1) / (count + 0.5)) for term, count in frequency.items()}
    return [
        _unit({term: (1 + math.log(count)) * rarity[term] for term, count in document.terms.counts.items()})
        for document in documents
    ]


def _unit(weights: dict[str, float]) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _near_pairs(documents: Sequence[Document], vectors: Sequence[Vector]) -> Iterator[tuple[int, int]]:
    """For each document the pairs, by positions, with those that share the most of its rare terms."""
    containing: dict[str, list[int]] = {}
    for number, vector in enumerate(vectors):
        for term in vector:
            containing.setdefault(term, []).append(number)
    common = min(max(_LEAST_COMMON, len(documents) // 10), _MOST_COMMON)
    few = len(documents) < _FEW
    for number, vector in enumerate(vectors):
        rare = [term for term in vector if len(containing[term]) <= common]
        shared: dict[int, float] = {}
        for term in heapq.nlargest(_PROBES, rare, key=lambda term: vector[term]):
            for other in containing[term]:
                shared[other] = shared.get(other, 0.0) + vector[term] * vectors[other][term]
        shared.pop(number, None)
        for other in heapq.nlargest(_NEIGHBOURS, shared, key=lambda other: (shared[other], -other)):
            if _may_join(documents[number], documents[other], few):
                yield number, other


def _may_join(one: Document, other: Document, few: bool) -> bool:
    if abs(one.at - other.at) > WINDOW:
        return False
    shared = one.terms.counts.keys() & other.terms.counts.keys()
    return not few or len(shared - one.terms.places) >= _LEAST_SHARED


def _explained(group: Iterable[int], documents: Sequence[Document], vectors: Sequence[Vector]) -> Group | None:
    """The group's newcomers with what ties each to the rest; None if it has none."""
    ordered = sorted(group, key=lambda number: (documents[number].at, documents[number].id))
    event = next((documents[number].event for number in ordered if documents[number].event is not None), None)
    total = summed(vectors[number] for number in ordered)
    members = []
    for place, number in enumerate(ordered):
        if documents[number].event is None:
            begins = event is None and place == 0
            rest = None if begins else _rest(total, vectors[number], len(ordered) - 1)
            members.append(_member(documents[number], vectors[number], rest))
    return Group(event, members) if members else None


def _rest(total: Mapping[str, float], vector: Vector, others: int) -> Vector:
    """The mean vector of a group without one of its members, in the terms of that member."""
    return {term: (total[term] - weight) / others for term, weight in vector.items()}


def _member(document: Document, vector: Vector, rest: Vector | None) -> Member:
    if rest is None:
        return Member(document.id, None, [])
    shares = {term: weight * rest[term] for term, weight in vector.items() if rest[term] > 1e-9}
    weightiest = heapq.nlargest(SHARED_TERMS, shares.items(), key=lambda share: share[1])
    top = [(document.terms.written[term], round(share, 4)) for term, share in weightiest]
    return Member(document.id, round(sum(shares.values()), 4), top)
