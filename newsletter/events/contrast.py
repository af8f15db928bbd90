"""Names and numbers that exclude each other: in most stories of one side and in next to none of the other. Pure.

Two fights of one boxer, two fires in shops of one chain: their reports share most of their words. What tells them apart
is one name in all reports of the one and another in all of the other. How sure that is says the chance that stories of
one event would fall so by accident (Fisher's exact test, one-sided).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.events.groups import Group, counted
from newsletter.events.names import Names
from newsletter.events.terms import Terms

_MOSTLY = 0.5  # of a side's stories that must have the term
_HARDLY = 0.1  # of the other side's that may


@dataclass(frozen=True, slots=True)
class Mark:
    """The term that marks a side best, and log10 of the chance that it does by accident; 0 where there is none."""

    term: str = ""
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Contrast:
    one: Mark
    other: Mark

    @property
    def chance(self) -> float:
        """log10 that both marks are accidents."""
        return self.one.chance + self.other.chance

    @property
    def weaker(self) -> float:
        return max(self.one.chance, self.other.chance)


def contrast(one: Group, other: Group, names: Names) -> Contrast:
    """By all that their stories say."""
    return _contrast(one.counts, len(one), other.counts, len(other), names)


def headline_contrast(one: Group, other: Group, names: Names, stories: Sequence[Terms]) -> Contrast:
    """By headlines alone: below them a report tells what its rivals and forerunners did as well."""
    mine, theirs = (
        counted(stories[number].terms[: stories[number].headline] for number in group.members) for group in (one, other)
    )
    return _contrast(mine, len(one), theirs, len(other), names)


def _contrast(mine: Mapping[str, int], size: int, theirs: Mapping[str, int], other_size: int, names: Names) -> Contrast:
    return Contrast(_mark(mine, size, theirs, other_size, names), _mark(theirs, other_size, mine, size, names))


def _mark(here: Mapping[str, int], size: int, there: Mapping[str, int], other_size: int, names: Names) -> Mark:
    best = Mark()
    for term, count in here.items():
        if count < 2 or count < _MOSTLY * size or there.get(term, 0) > _HARDLY * other_size:
            continue
        if names.tells_apart(term):
            chance = log_chance(count, size, there.get(term, 0), other_size)
            if (chance, term) < (best.chance, best.term):
                best = Mark(term, chance)
    return best


def log_chance(here: int, size: int, there: int, other_size: int) -> float:
    """log10 of the chance that of here + there stories with a term, `here` or more fall among `size` by accident."""
    having, total = here + there, size + other_size
    ways = _log_choose(total, having)
    terms = [
        _log_choose(size, count) + _log_choose(other_size, having - count) - ways
        for count in range(here, min(having, size) + 1)
        if having - count <= other_size
    ]
    highest = max(terms)
    return (highest + math.log(sum(math.exp(term - highest) for term in terms))) / math.log(10)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
