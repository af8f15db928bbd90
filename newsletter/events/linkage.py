"""Average linkage: groups are merged, the most similar first, while they are alike on average and nothing forbids it.

Pure. Only groups that a pair of near stories connects are looked at.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from newsletter.events.groups import Group, mean_similarity, merged

_LEAST = 0.06  # similarity of two groups that are watched at all

_MANY = 1000  # offers that are stale, from which on it pays to go through all

Offer = tuple[float, int, int]  # similarity below zero, so that the highest comes first, and the two groups
Put = Callable[[list[Offer], Offer], None]
Forbids = Callable[[Group, Group, float], bool]


def link(groups: Sequence[Group], pairs: Iterable[tuple[int, int]], threshold: float, forbids: Forbids) -> list[Group]:
    """`pairs` are of stories. No two groups that are events already are merged: that is for a person to decide."""
    return _Linkage(groups, pairs, threshold, forbids).run()


class _Linkage:
    def __init__(
        self, groups: Sequence[Group], pairs: Iterable[tuple[int, int]], threshold: float, forbids: Forbids
    ) -> None:
        self.threshold = threshold
        self.forbids = forbids
        self.groups: dict[int, Group] = dict(enumerate(groups))
        self.near: dict[int, dict[int, float]] = {number: {} for number in self.groups}  # similarity to each
        self.heap: list[Offer] = []
        self.stale = 0  # offers that no longer hold; somewhat more than are in the heap
        self.numbers = count(len(groups))  # of groups that come to be by merging
        group_of = {member: number for number, group in self.groups.items() for member in group.members}
        for one, other in pairs:
            a, b = group_of[one], group_of[other]
            if a != b and b not in self.near[a]:
                similarity = mean_similarity(self.groups[a], self.groups[b])
                if similarity >= _LEAST:
                    self._offer(a, b, similarity)

    def run(self) -> list[Group]:
        heapq.heapify(self.heap)
        while self.heap:
            similarity, a, b = heapq.heappop(self.heap)
            if a in self.groups and b in self.groups:  # else one of them has been merged since this was offered
                self._consider(a, b, -similarity)
        return list(self.groups.values())

    def _consider(self, a: int, b: int, similarity: float) -> None:
        """What is forbidden now may be allowed once one of the two has grown: then it is offered anew."""
        if self.forbids(self.groups[a], self.groups[b], similarity):
            return
        number = next(self.numbers)
        one, other = self.groups.pop(a), self.groups.pop(b)
        to_one, to_other = self.near.pop(a), self.near.pop(b)
        to_one.pop(b, None)
        to_other.pop(a, None)
        self._drop_stale(len(to_one) + len(to_other))
        near = self._together(one, other, to_one, to_other)
        self.groups[number] = merged(one, other, similarity)
        self.near[number] = {}
        for third in sorted(near):
            others = self.near[third]
            others.pop(a, None)
            others.pop(b, None)
            if near[third] >= _LEAST:
                self._offer(number, third, near[third], heapq.heappush)

    def _together(
        self, one: Group, other: Group, to_one: dict[int, float], to_other: dict[int, float]
    ) -> dict[int, float]:
        """The similarity of both as one group to each group that is near to either."""
        groups, size, other_size = self.groups, len(one), len(other)
        together = {}
        for third, first in to_one.items():
            second = to_other[third] if third in to_other else mean_similarity(other, groups[third])
            together[third] = (first * size + second * other_size) / (size + other_size)
        for third, second in to_other.items():
            if third not in to_one:
                first = mean_similarity(one, groups[third])
                together[third] = (first * size + second * other_size) / (size + other_size)
        return together

    def _offer(self, a: int, b: int, similarity: float, put: Put = list.append) -> None:
        self.near[a][b] = self.near[b][a] = similarity
        if similarity >= self.threshold and (self.groups[a].event is None or self.groups[b].event is None):
            put(self.heap, (-similarity, a, b) if a < b else (-similarity, b, a))

    def _drop_stale(self, more: int) -> None:
        """To take each from the heap's top would cost more than all the rest."""
        self.stale += more
        if self.stale > max(_MANY, len(self.heap) // 2):
            self.heap = [offer for offer in self.heap if offer[1] in self.groups and offer[2] in self.groups]
            heapq.heapify(self.heap)
            self.stale = 0
