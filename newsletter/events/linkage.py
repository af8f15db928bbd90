"""Average linkage: groups are merged, the most similar first, while they are alike on average and nothing forbids it.

Pure. Only groups that a pair of near stories connects are looked at.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from newsletter.events.groups import Group, mean_similarity, merged

_LEAST = 0.06  # similarity of two groups that are watched at all

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
        self.heap: list[tuple[float, int, int]] = []
        self.numbers = count(len(groups))  # of groups that come to be by merging
        group_of = {member: number for number, group in self.groups.items() for member in group.members}
        for one, other in pairs:
            a, b = group_of[one], group_of[other]
            if a != b and b not in self.near[a]:
                similarity = mean_similarity(self.groups[a], self.groups[b])
                if similarity >= _LEAST:
                    self._offer(a, b, similarity)

    def run(self) -> list[Group]:
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
        near = self._together(one, other, self.near.pop(a), self.near.pop(b))
        self.groups[number] = merged(one, other, similarity)
        self.near[number] = {}
        for third in sorted(near.keys() - {a, b}):
            self.near[third].pop(a, None)
            self.near[third].pop(b, None)
            self._offer(number, third, near[third])

    def _together(
        self, one: Group, other: Group, to_one: dict[int, float], to_other: dict[int, float]
    ) -> dict[int, float]:
        """The similarity of both as one group to each group that is near to either."""
        together = {}
        for third in to_one.keys() | to_other.keys():
            if third in self.groups:
                group = self.groups[third]
                first = to_one[third] if third in to_one else mean_similarity(one, group)
                second = to_other[third] if third in to_other else mean_similarity(other, group)
                together[third] = (first * len(one) + second * len(other)) / (len(one) + len(other))
        return together

    def _offer(self, a: int, b: int, similarity: float) -> None:
        self.near[a][b] = self.near[b][a] = similarity
        if similarity >= self.threshold and (self.groups[a].event is None or self.groups[b].event is None):
            heapq.heappush(self.heap, (-similarity, min(a, b), max(a, b)))
