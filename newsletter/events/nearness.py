"""Which stories are compared at all: those that share rare terms and lie near in time. Pure.

An index leads from a term to the stories that have it. A story looks up its weightiest terms until it has met so many
others, and is compared with the nearest of these: a bounded number, so the cost grows with the number of stories and
not with its square.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from newsletter.events.weighing import Vector

WINDOW = timedelta(days=7)
_LEAST_COMMON, _MOST_COMMON = 60, 300  # a term in more stories than a tenth, within these, brings no two together
_PROBES = 16  # weightiest terms of a story that are looked up
_MET = 400  # stories that a story meets, counted each time, before it stops looking
_NEIGHBOURS = 20  # of a story, that it is compared with
_LEAST_SHARED = 0.05  # of similarity through the terms looked up; less comes from one word that many use

Index = dict[str, list[int]]


def index_of(vectors: Sequence[Vector]) -> Index:
    """Term to the positions of the stories that have it, in order."""
    found: Index = defaultdict(list)
    for number, vector in enumerate(vectors):
        for term in vector:
            found[term].append(number)
    return found


def near_pairs(vectors: Sequence[Vector], dates: Sequence[datetime]) -> Iterator[tuple[int, int]]:
    """Pairs of positions; a pair may come twice, once from either side."""
    index = index_of(vectors)
    for number, vector in enumerate(vectors):
        for other in neighbours(vector, index, len(vectors)):
            if other != number and abs(dates[number] - dates[other]) <= WINDOW:
                yield number, other


def neighbours(vector: Vector, index: Mapping[str, Sequence[int]], stories: int) -> list[int]:
    """The numbers in an index of so many stories that are most like one, nearest first; itself, where it is there."""
    common = min(max(_LEAST_COMMON, stories // 10), _MOST_COMMON)
    shared: dict[int, float] = defaultdict(float)
    met = 0
    for term in heapq.nlargest(_PROBES, vector, key=vector.__getitem__):
        having = index.get(term, ())
        if len(having) > common:
            continue
        worth = vector[term] ** 2
        for other in having:
            shared[other] += worth
        met += len(having)
        if met > _MET:
            break
    enough = [(similarity, -other) for other, similarity in shared.items() if similarity >= _LEAST_SHARED]
    return [-other for _, other in heapq.nlargest(_NEIGHBOURS + 1, enough)]
