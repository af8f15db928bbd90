"""Reports that are as near to another event as to their own."""

import pytest

from newsletter.events.groups import Group, group_of
from newsletter.events.straying import strays
from newsletter.events.terms import Terms


def vector(*weights: tuple[str, float]) -> dict[str, float]:
    length = sum(weight * weight for _, weight in weights) ** 0.5
    return {term: weight / length for term, weight in weights}


def world(toward_own: float, toward_other: float, *, reports: int = 5) -> tuple[list[Group], list[dict[str, float]]]:
    """Two events of near copies, and in the first one, last of all, a report that shares a little with either."""
    vectors = [vector(("own", 1.0), (f"own{number}", 0.1)) for number in range(reports)]
    vectors += [vector(("other", 1.0), (f"other{number}", 0.1)) for number in range(reports)]
    vectors += [vector(("own", toward_own), ("other", toward_other), ("else", 1.0))]
    stories = [Terms(tuple(one), tuple(1.0 for _ in one)) for one in vectors]
    first = [*range(reports), 2 * reports]
    return [group_of(first, stories, vectors), group_of(range(reports, 2 * reports), stories, vectors)], vectors


@pytest.mark.parametrize(
    ("toward_own", "toward_other", "found"),
    [
        pytest.param(0.2, 0.25, {10: 1}, id="as near to another"),
        pytest.param(0.2, 0.1, {}, id="nearer to its own"),
        pytest.param(1.0, 1.0, {}, id="near to its own, whatever else it is near to"),
    ],
)
def test_a_far_report_that_is_as_near_to_another_event_is_a_stray(toward_own, toward_other, found):
    groups, vectors = world(toward_own, toward_other)
    assert strays(groups, [(10, 7)], vectors, range(11)) == found
    assert strays(groups, [(7, 10)], vectors, range(11)) == found


def test_nobody_leaves_an_event_that_readers_may_have_seen():
    groups, vectors = world(0.2, 0.25)
    assert strays(groups, [(10, 7)], vectors, range(10)) == {}


def test_only_events_that_a_near_report_leads_to_are_looked_at():
    groups, vectors = world(0.2, 0.25)
    assert strays(groups, [(10, 2)], vectors, range(11)) == {}


def test_a_lone_report_is_no_event_that_another_could_belong_to():
    groups, vectors = world(0.2, 0.25)
    stories = [Terms(tuple(one), tuple(1.0 for _ in one)) for one in vectors]
    alone = [groups[0], *(group_of([number], stories, vectors) for number in range(5, 10))]
    assert strays(alone, [(10, 7)], vectors, range(11)) == {}


def test_a_small_event_is_not_looked_through():
    groups, vectors = world(0.2, 0.25, reports=2)
    assert strays(groups, [(4, 3)], vectors, range(5)) == {}
