"""Lone reports that strayed into an event: they are as near to another one, and then they belong to neither. Pure.

A look at galas and their hosts shares as much with last year's host as with this year's. In an event of many reports
nobody sees such a one again; alone it is told, or is left out, as what it is.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from newsletter.events.groups import Group
from newsletter.events.weighing import Vector, product

_FEWEST = 4  # reports of an event that is looked through
_FAR = 0.35  # nearness of a report to the rest of its event, by what that is in itself, below which it may have strayed
_AS_NEAR = 0.9  # of that nearness, from which on another event is as near


def strays(
    groups: Sequence[Group], pairs: Iterable[tuple[int, int]], vectors: Sequence[Vector], free: Collection[int]
) -> dict[int, int]:
    """By position of a stray the number of the event that is as near; only `free` stories may leave their event.

    `pairs` are of near stories; only events that they lead to are looked at.
    """
    group_of = {member: number for number, group in enumerate(groups) for member in group.members}
    far = {}
    for group in groups:
        if len(group) >= _FEWEST:
            for member in group.members:
                if member in free and (nearness := _to_the_rest(group, vectors[member])) < _FAR:
                    far[member] = nearness
    others: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if one in far and group_of[one] != group_of[other]:
                others[one].add(group_of[other])
    found = {}
    for member in sorted(others):
        nearest = max(sorted(others[member]), key=lambda number: _nearness(vectors[member], groups[number]))
        if _nearness(vectors[member], groups[nearest]) >= _AS_NEAR * far[member]:
            found[member] = nearest
    return found


def _to_the_rest(group: Group, vector: Vector) -> float:
    rest = (product(vector, group.total) - product(vector, vector)) / (len(group) - 1)
    return rest / math.sqrt(max(group.inner, 1e-12))


def _nearness(vector: Vector, group: Group) -> float:
    """By what the event is in itself; a lone report is no event that another could belong to."""
    if len(group) < 2:
        return 0.0
    return product(vector, group.total) / len(group) / math.sqrt(max(group.inner, 1e-12))
