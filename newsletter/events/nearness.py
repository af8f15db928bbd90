"""Which stories are compared at all: those that share rare terms and lie near in time. Pure.

An index leads from a term to the stories that have it. A story looks up its weightiest terms until it has met so many
others, and is compared with the nearest of these: a bounded number, so the cost grows with the number of stories and
not with its square.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from newsletter.events.weighing import Vector

WINDOW = timedelta(days=7)
_LEAST_COMMON, _MOST_COMMON = 60, 300  # a term in more stories than a tenth, within these, brings no two together
_PROBES = 16  # weightiest terms of a story that are looked up
_MET = 400  # stories that a story meets, counted each time, before it stops looking
_NEIGHBOURS = 25  # of a story, that it is compared with
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
    common = min(max(_LEAST_COMMON, len(vectors) // 10), _MOST_COMMON)
    for number in range(len(vectors)):
        for other in neighbours(number, vectors, index, common):
            if abs(dates[number] - dates[other]) <= WINDOW:
                yield number, other


def neighbours(number: int, vectors: Sequence[Vector], index: Index, common: int) -> list[int]:
    """The stories most like one by the terms that it looks up, nearest first."""
    vector = vectors[number]
    shared: dict[int, float] = {}
    met = 0
    for term in heapq.nlargest(_PROBES, vector, key=vector.__getitem__):
        having = index[term]
        if len(having) > common or len(having) < 2:
            continue
        weight = vector[term]
        for other in having:
            shared[other] = shared.get(other, 0.0) + weight * weight
        met += len(having)
        if met > _MET:
            break
    shared.pop(number, None)
    nearest = heapq.nlargest(_NEIGHBOURS, shared.items(), key=lambda pair: (pair[1], -pair[0]))
    return [other for other, similarity in nearest if similarity >= _LEAST_SHARED]
