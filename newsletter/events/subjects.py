"""Whom and what the reports of a group are about, as far as it tells two events of one kind apart. Pure.

Two deputies are shot in one county, two actresses enter clinics: most words are the same, but each report names whom it
is about. And an act is one event, its undoing months later another, though all reports of the second tell of the first.
"""

from collections.abc import Sequence

from newsletter.events.groups import Group
from newsletter.events.names import Names
from newsletter.events.terms import Terms, is_number, is_sign_of_a_name
from newsletter.events.vocabulary import UNDOING

_MOST = 0.6  # of a group's reports that must tell it; of two, both
_HARDLY = 0.2  # of the other's that may


def persons(group: Group, names: Names, stories: Sequence[Terms]) -> frozenset[str]:
    """Terms of the names of several words that most reports tell: of persons, ships, firms; not of towns or countries.

    Of a lone report those in its headline: below it many are named who only say something.
    """
    least = _MOST * len(group)
    counts = group.counts
    found = {
        term
        for pair in group.joints
        if counts[pair[0]] >= least
        and counts[pair[1]] >= least
        and all(_may_name_someone(term, names) for term in pair)
        for term in pair
    }
    if group.headline:
        found.intersection_update(group.headline)
    if not found:
        return frozenset()
    towns = {term for number in group.members for term in stories[number].towns}
    return frozenset(found - _beside(towns, group.joints))


def are_others(one: Group, mine: frozenset[str], other: Group, theirs: frozenset[str]) -> bool:
    """Whether each group is about persons whom the reports of the other hardly know."""
    return (
        bool(mine)
        and bool(theirs)
        and all(other.share(term) <= _HARDLY for term in mine)
        and all(one.share(term) <= _HARDLY for term in theirs)
    )


def tells_of_undoing(group: Group, stories: Sequence[Terms]) -> bool:
    """Whether most headlines tell that an act was taken back."""
    if group.share(UNDOING) < _MOST:
        return False
    told = sum(UNDOING in stories[number].terms[: stories[number].headline] for number in group.members)
    return told >= _MOST * len(group)


def knows_of_no_undoing(group: Group) -> bool:
    return group.share(UNDOING) <= _HARDLY


def _may_name_someone(term: str, names: Names) -> bool:
    return term in names and not is_number(term) and not is_sign_of_a_name(term)


def _beside(towns: set[str], joints: frozenset[tuple[str, str]]) -> set[str]:
    """The terms of towns, and what stands beside them: "Los Angeles County" is no person either."""
    return towns | {term for pair in joints if not towns.isdisjoint(pair) for term in pair}
