"""Taking apart a group in which two events of one kind came together story by story. Pure.

The guards of merging see only what is there when two groups meet; a group may have grown from both sides. So each large
one is looked at again, by what differs inside of it: terms that all its stories share say nothing now, and two names or
numbers that exclude each other show where to cut.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from newsletter.events.contrast import Contrast, contrast
from newsletter.events.groups import Group, group_of
from newsletter.events.names import Names
from newsletter.events.terms import Terms
from newsletter.events.weighing import Vector, product, summed

_FEWEST = 8  # stories of a group that is looked at
_MOST = 400  # ... and at most; a flood of alike reports is one thing
_LEAST_SIDE, _MOST_SIDE = 0.2, 0.8  # share of the stories that a mark must have
_BOTH = 0.05  # of the stories that may have both marks
_EITHER = 0.6  # of the stories that must have one of the two
_TRIED = 30  # pairs of marks, those that cover the most first
_ROUNDS = 10  # of moving stories to the side that they are nearer to
_CHANCE, _CHANCE_EACH = -6.0, -1.8  # log10; stricter than in merging, for the cut is the best of many


def split(
    group: Group, stories: Sequence[Terms], vectors: Sequence[dict[str, float]], names: Names
) -> tuple[Group, Group, Contrast] | None:
    """The two events in a group, or None if it is one. A group that is an event already is left to the editors."""
    if group.event is not None or not _FEWEST <= len(group) <= _MOST:
        return None
    inside = [_inside(stories[number], group, vectors[number]) for number in group.members]
    best: tuple[Group, Group, Contrast] | None = None
    for mark, against in _marks(group, stories, names):
        sides = _sides(inside, [stories[number] for number in group.members], mark, against)
        if sides is None:
            continue
        one, other = (
            group_of(
                [number for number, side in zip(group.members, sides, strict=True) if side is which], stories, vectors
            )
            for which in (True, False)
        )
        found = contrast(one, other, names)
        if best is None or found.chance < best[2].chance:
            best = one, other, found
    if best and best[2].chance <= _CHANCE and best[2].weaker <= _CHANCE_EACH:
        return best
    return None


def _inside(story: Terms, group: Group, vector: Vector) -> dict[str, float]:
    """A vector of length 1 of what tells this story from others of its group."""
    size = len(group)
    weights = {
        term: math.log(size / group.counts[term]) * math.sqrt(vector.get(term, 0.0))
        for term in story.terms
        if 1 < group.counts[term] < size
    }
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _marks(group: Group, stories: Sequence[Terms], names: Names) -> Iterator[tuple[str, str]]:
    """Pairs of names or numbers that hardly meet in one story, those that cover the most stories first."""
    size = len(group)
    having = {
        term: frozenset(number for number in group.members if term in stories[number].terms)
        for term, count in group.counts.items()
        if max(3, _LEAST_SIDE * size) <= count <= _MOST_SIDE * size and names.tells_apart(term)
    }
    found = []
    for one, other in combinations(sorted(having), 2):
        both, either = len(having[one] & having[other]), len(having[one] | having[other])
        if both <= _BOTH * size and either >= _EITHER * size:
            found.append((2 * both - either, one, other))
    for _, one, other in sorted(found)[:_TRIED]:
        yield one, other


def _sides(inside: Sequence[Vector], stories: Sequence[Terms], mark: str, against: str) -> list[bool] | None:
    """Which stories stand on the mark's side: they move to where they are nearer until none does. None: all on one."""
    one = summed(
        v for v, story in zip(inside, stories, strict=True) if mark in story.terms and against not in story.terms
    )
    other = summed(
        v for v, story in zip(inside, stories, strict=True) if against in story.terms and mark not in story.terms
    )
    counts = [
        sum(mark in s.terms and against not in s.terms for s in stories),
        sum(against in s.terms and mark not in s.terms for s in stories),
    ]
    sides = [product(v, one) * counts[1] >= product(v, other) * counts[0] for v in inside]
    for _ in range(_ROUNDS):
        if all(sides) or not any(sides):
            return None
        moved = _moved(inside, sides)
        if moved == sides:
            break
        sides = moved
    return None if all(sides) or not any(sides) else sides


def _moved(inside: Sequence[Vector], sides: Sequence[bool]) -> list[bool]:
    """Each story on the side whose other stories it is more like on average."""
    totals = {
        which: summed(v for v, side in zip(inside, sides, strict=True) if side is which) for which in (True, False)
    }
    sizes = {which: sides.count(which) for which in (True, False)}
    moved = []
    for vector, side in zip(inside, sides, strict=True):
        own = product(vector, vector)
        mean = {
            which: (product(vector, totals[which]) - own * (side is which)) / max(1, sizes[which] - (side is which))
            for which in (True, False)
        }
        moved.append(mean[True] > mean[False] or (mean[True] == mean[False] and side))
    return moved
