"""Average linkage over a sparse table of similarities: what is not in the table counts as 0. Pure."""

import heapq
from collections.abc import Mapping, Sequence
from itertools import count


def link(events: Sequence[int | None], pairs: Mapping[tuple[int, int], float], threshold: float) -> list[list[int]]:
    """Merge groups, the most similar first, while the average over their pairs of stories reaches the threshold.

    `events` gives, by a story's position, the event that it is in already; `pairs` the similarities by two positions.
    Stories of one event begin as one group, and no two such groups are merged: that is for a person to decide.
    """
    return _Linkage(events, pairs, threshold).run()


class _Linkage:
    def __init__(self, events: Sequence[int | None], pairs: Mapping[tuple[int, int], float], threshold: float) -> None:
        self.threshold = threshold
        self.members: dict[int, list[int]] = {}
        self.events: dict[int, int | None] = {}
        self.sums: dict[int, dict[int, float]] = {}  # between groups: the sum over their pairs of stories
        self.heap: list[tuple[float, int, int]] = []
        self.numbers = count(len(events))  # of groups that come to be by merging
        group_of = self._start(events)
        for (one, other), value in pairs.items():
            a, b = group_of[one], group_of[other]
            if a != b:
                self.sums[a][b] = self.sums[b][a] = self.sums[a].get(b, 0.0) + value
        for a in self.sums:
            for b in self.sums[a]:
                if a < b:
                    self._offer(a, b)

    def _start(self, events: Sequence[int | None]) -> list[int]:
        """One group for each event that is there, and one for each story without any."""
        by_event: dict[int, int] = {}
        group_of = []
        for number, event in enumerate(events):
            group = number if event is None else by_event.setdefault(event, number)
            self.members.setdefault(group, []).append(number)
            self.events[group] = event
            self.sums.setdefault(group, {})
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
        sums = self.sums.pop(a)
        for other, value in self.sums.pop(b).items():
            sums[other] = sums.get(other, 0.0) + value
        sums.pop(a, None)
        sums.pop(b, None)
        self.sums[merged] = sums
        for other, value in sums.items():
            self.sums[other].pop(a, None)
            self.sums[other].pop(b, None)
            self.sums[other][merged] = value
            self._offer(merged, other)

    def _offer(self, a: int, b: int) -> None:
        if self.events[a] is not None and self.events[b] is not None:
            return  # two events that are there are a person's to merge
        average = self.sums[a][b] / (len(self.members[a]) * len(self.members[b]))
        if average >= self.threshold:
            heapq.heappush(self.heap, (-average, min(a, b), max(a, b)))
