"""Average linkage: groups are merged, the most similar first, while their stories are alike on average. Pure.

The vectors have length 1, so the average similarity over all pairs of two groups is the product of the groups' summed
vectors divided by the number of pairs: it is exact, and no table of all pairs is needed.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

Vector = Mapping[str, float]


def product(one: Vector, other: Vector) -> float:
    """The inner product; of vectors of length 1 their cosine."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * long[term] for term, weight in short.items() if term in long)


def summed(vectors: Iterable[Vector]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        _add(total, vector)
    return total


def link(
    events: Sequence[int | None], vectors: Sequence[Vector], pairs: Iterable[tuple[int, int]], threshold: float
) -> list[list[int]]:
    """Groups of positions. Only groups that one of `pairs` connects are looked at.

    `events` gives, by a story's position, the event that it is in already. Stories of one event begin as one group, and
    no two such groups are merged: that is for a person to decide.
    """
    return _Linkage(events, vectors, pairs, threshold).run()


class _Linkage:
    def __init__(
        self,
        events: Sequence[int | None],
        vectors: Sequence[Vector],
        pairs: Iterable[tuple[int, int]],
        threshold: float,
    ) -> None:
        self.threshold = threshold
        self.members: dict[int, list[int]] = {}
        self.events: dict[int, int | None] = {}
        self.sums: dict[int, dict[str, float]] = {}
        self.near: dict[int, set[int]] = {}  # groups that share a pair
        self.heap: list[tuple[float, int, int]] = []
        self.numbers = count(len(events))  # of groups that come to be by merging
        group_of = self._start(events, vectors)
        for one, other in pairs:
            a, b = group_of[one], group_of[other]
            if a != b and b not in self.near[a]:
                self.near[a].add(b)
                self.near[b].add(a)
                self._offer(a, b)

    def _start(self, events: Sequence[int | None], vectors: Sequence[Vector]) -> list[int]:
        """One group for each event that is there, and one for each story without any."""
        by_event: dict[int, int] = {}
        group_of = []
        for number, event in enumerate(events):
            group = number if event is None else by_event.setdefault(event, number)
            self.members.setdefault(group, []).append(number)
            self.events[group] = event
            self.near.setdefault(group, set())
            _add(self.sums.setdefault(group, {}), vectors[number])
            group_of.append(group)
        return group_of

    def run(self) -> list[list[int]]:
        while self.heap:
            _, a, b = heapq.heappop(self.heap)
            if a in self.members and b in self.members:  # else one of them has been merged since this was offered
                self._merge(a, b, next(self.numbers))
        return list(self.members.values())

    def _merge(self, a: int, b: int, merged: int) -> None:
        self.members[merged] = self.members.pop(a) + self.members.pop(b)
        event_a, event_b = self.events.pop(a), self.events.pop(b)
        self.events[merged] = event_b if event_a is None else event_a
        small, large = sorted((self.sums.pop(a), self.sums.pop(b)), key=len)
        _add(large, small)
        self.sums[merged] = large
        self.near[merged] = (self.near.pop(a) | self.near.pop(b)) - {a, b}
        for other in sorted(self.near[merged]):
            self.near[other] -= {a, b}
            self.near[other].add(merged)
            self._offer(merged, other)

    def _offer(self, a: int, b: int) -> None:
        if self.events[a] is not None and self.events[b] is not None:
            return
        pairs = len(self.members[a]) * len(self.members[b])
        average = product(self.sums[a], self.sums[b]) / pairs
        if average >= self.threshold:
            heapq.heappush(self.heap, (-average, min(a, b), max(a, b)))


def _add(total: dict[str, float], vector: Vector) -> None:
    for term, weight in vector.items():
        total[term] = total.get(term, 0.0) + weight
