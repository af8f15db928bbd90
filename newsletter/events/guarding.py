"""What forbids that two groups become one event although their words are alike. Pure.

Four questions, from the cheapest on. Is there evidence: do their stories share two things at least, or is it one name
that many events share? Are they as near to each other as each is in itself? And do facts or names exclude each other:
another country, another magnitude, "Rahman" in all reports of the one and in none of the other? Are they about
different persons, or the one about an act and the other about its undoing (`subjects`)?
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.events.contrast import Contrast, contrast, headline_contrast
from newsletter.events.groups import Group
from newsletter.events.names import Names
from newsletter.events.subjects import are_others, knows_of_no_undoing, persons, tells_of_undoing
from newsletter.events.terms import Terms, is_number, is_place
from newsletter.events.vocabulary import UNDOING

_LEAST_SHARE = 0.2  # of a group's stories that must have a term before it counts
_NAME, _PLACE, _SMALL_NUMBER = 1.25, 0.75, 0.5  # what sharing it is worth; any other term 1
_SMALL = 20  # numbers up to here are in many stories
_OWN = 0.5  # share of a group's stories from which on a country is its own
_COPIES = 0.5  # similarity from which on two texts are versions of one, whatever countries they name
_ONE_QUAKE = 0.25  # agencies differ by so much on one earthquake
_CLEAR_APART = 0.65  # nearness, by what the two are in themselves, below which names may exclude each other
_CHANCE = -4.5  # log10 of the chance that two names exclude each other by accident
_CHANCE_EACH = -1.5
_LONE = (
    0.32  # nearness of a lone report to a group, by what that is in itself, from which on its headline may say little
)
_FEWEST = 4  # stories on either side from which on that can be told


class Reason(StrEnum):
    EVIDENCE = "evidence"  # they share too little
    NEARNESS = "nearness"  # each is much closer in itself than to the other
    COUNTRIES = "countries"
    MAGNITUDE = "magnitude"
    NAMES = "names"
    UNDOING = "undoing"  # the one tells that an act was taken back, the other of the act alone
    BETWEEN = "between"  # a lone report is as near to another event


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why two groups stay two, with the words that say so: of the one and of the other."""

    reason: Reason
    one: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strictness:
    """How much is asked of a merge."""

    evidence: float
    alone: float  # evidence, of two lone reports: a place and an everyday word look rare among the few of a first day
    nearness: float


Guard = Callable[[Group, Group, float], Refusal | None]


def guard(names: Names, strictness: Strictness, stories: Sequence[Terms]) -> Guard:
    def refused(one: Group, other: Group, similarity: float) -> Refusal | None:
        if evidence(one, other, names) < _asked(one, other, strictness):
            return Refusal(Reason.EVIDENCE)
        if _headlines_are_strange(one, other, similarity) or _is_only_of_one_town(one, other, similarity, names):
            return Refusal(Reason.EVIDENCE)
        if facts := _facts_exclude(one, other, similarity):
            return facts
        nearness = similarity / math.sqrt(max(one.inner * other.inner, 1e-12))
        fewer = min(len(one), len(other))
        if fewer > 1 and nearness < strictness.nearness:
            return Refusal(Reason.NEARNESS)
        if undone := _undone(one, other, similarity, stories):
            return undone
        if nearness >= _CLEAR_APART:
            return None
        if fewer >= _FEWEST and (
            found := _names_exclude(contrast(one, other, names))
            or _names_exclude(headline_contrast(one, other, names, stories))
        ):
            return found
        return _persons_exclude(one, other, similarity, names, stories)

    return refused


def _asked(one: Group, other: Group, strictness: Strictness) -> float:
    return strictness.alone if len(one) == len(other) == 1 else strictness.evidence


def evidence(one: Group, other: Group, names: Names) -> float:
    """How many things two stories, one of each group, share: names count more, places and small numbers less.

    Words that stand side by side on both sides are one thing: "Hong Kong", "Apple Watch".
    """
    mine, theirs = one.counts, other.counts
    small, large = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    of_small, of_large = (len(one), len(other)) if small is mine else (len(other), len(one))
    least_here, least_there = _LEAST_SHARE * of_small, _LEAST_SHARE * of_large
    worth: dict[str, float] = {}
    for term, here in small.items():
        there = large.get(term, 0)
        if here >= least_here and there >= least_there:
            worth[term] = _worth(term, names) * math.sqrt(here * there / (of_small * of_large))
    return sum(_as_units(worth, one.joints & other.joints))


def _headlines_are_strange(one: Group, other: Group, similarity: float) -> bool:
    """Whether neither of two reports has a word of the other's headline: then they share a phrase of a feed at most."""
    if not one.headline or not other.headline or similarity >= _COPIES:
        return False
    return not any(map(other.share, one.headline)) and not any(map(one.share, other.headline))


def _is_only_of_one_town(one: Group, other: Group, similarity: float, names: Names) -> bool:
    """Whether a lone report's headline shares one name at most with an event: a quake, where a station was opened."""
    lone, group = (one, other) if len(one) == 1 else (other, one)
    if len(lone) > 1 or len(group) == 1 or not lone.headline:
        return False
    if similarity >= _LONE * math.sqrt(max(group.inner, 1e-12)):
        return False
    worth = {
        term: _worth(term, names) * math.sqrt(share)
        for term in lone.headline
        if (share := group.share(term)) >= _LEAST_SHARE
    }
    return sum(_as_units(worth, lone.joints & group.joints)) <= _NAME


def _worth(term: str, names: Names) -> float:
    if is_place(term):
        return _PLACE
    if is_number(term):
        return _SMALL_NUMBER if not term.isdigit() or len(term) < 2 or int(term) <= _SMALL else 1.0
    return _NAME if term in names else 1.0


def _as_units(worth: dict[str, float], joints: frozenset[tuple[str, str]]) -> Iterator[float]:
    """Of terms that are joined, directly or through others, the worth of the weightiest."""
    unit: dict[str, str] = {term: term for term in worth}
    for first, second in joints:
        if first in worth and second in worth:
            unit[_root(unit, first)] = _root(unit, second)
    best: dict[str, float] = {}
    for term, value in worth.items():
        root = _root(unit, term)
        best[root] = max(best.get(root, 0.0), value)
    yield from best.values()


def _root(unit: dict[str, str], term: str) -> str:
    while unit[term] != term:
        term = unit[term]
    return term


def _facts_exclude(one: Group, other: Group, similarity: float) -> Refusal | None:
    if one.magnitudes and other.magnitudes:
        nearest = min(abs(mine - theirs) for mine in one.magnitudes for theirs in other.magnitudes)
        if nearest > _ONE_QUAKE:
            return Refusal(Reason.MAGNITUDE, _shown(one.magnitudes), _shown(other.magnitudes))
    if similarity < _COPIES:
        mine = _countries(one)
        theirs = _countries(other) if mine else ()
        if mine and theirs and not any(map(other.share, mine)) and not any(map(one.share, theirs)):
            return Refusal(Reason.COUNTRIES, mine, theirs)
    return None


def _countries(group: Group) -> tuple[str, ...]:
    least = _OWN * len(group)
    return tuple(sorted(term for term, count in group.counts.items() if count >= least and is_place(term)))


def _shown(magnitudes: frozenset[float]) -> tuple[str, ...]:
    return tuple(str(magnitude) for magnitude in sorted(magnitudes))


def _undone(one: Group, other: Group, similarity: float, stories: Sequence[Terms]) -> Refusal | None:
    """An act and its undoing are two events. What is a version of one text is one, whatever verb it has."""
    if similarity < _COPIES:
        if tells_of_undoing(one, stories) and knows_of_no_undoing(other):
            return Refusal(Reason.UNDOING, (UNDOING,), ())
        if tells_of_undoing(other, stories) and knows_of_no_undoing(one):
            return Refusal(Reason.UNDOING, (), (UNDOING,))
    return None


def _persons_exclude(
    one: Group, other: Group, similarity: float, names: Names, stories: Sequence[Terms]
) -> Refusal | None:
    """Each is about somebody else. Two lone reports may quote different people of one event."""
    if similarity >= _COPIES or (min(len(one), len(other)) == 1 and max(len(one), len(other)) < _FEWEST):
        return None
    mine, theirs = persons(one, names, stories), persons(other, names, stories)
    if are_others(one, mine, other, theirs):
        return Refusal(Reason.NAMES, tuple(sorted(mine)), tuple(sorted(theirs)))
    return None


def _names_exclude(found: Contrast) -> Refusal | None:
    if found.chance <= _CHANCE and found.weaker <= _CHANCE_EACH:
        return Refusal(Reason.NAMES, (found.one.term,), (found.other.term,))
    return None
