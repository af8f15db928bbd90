import math
from itertools import combinations

import pytest

from newsletter.events.groups import Group, group_of, mean_similarity, merged
from newsletter.events.linkage import link
from newsletter.events.terms import Terms
from newsletter.events.weighing import product


def vector(letters: str) -> dict[str, float]:
    """Of length 1, with a term a letter: "ab" and "ac" have a similarity of one half."""
    return {letter: 1 / math.sqrt(len(letters)) for letter in letters}


def groups(texts: list[str], events: list[int | None]) -> list[Group]:
    """One for each event, and one for each text without any."""
    stories = [Terms(terms=tuple(text), weights=(1.0,) * len(text)) for text in texts]
    vectors = [vector(text) for text in texts]
    by_event: dict[object, list[int]] = {}
    for number, event in enumerate(events):
        by_event.setdefault(f"alone {number}" if event is None else event, []).append(number)
    return [group_of(members, stories, vectors, events[members[0]]) for members in by_event.values()]


def allow(one: Group, other: Group, similarity: float) -> bool:
    return False


def linked(texts, events, pairs=None, threshold=0.4, forbids=allow) -> set[frozenset[int]]:
    pairs = combinations(range(len(texts)), 2) if pairs is None else pairs
    return {frozenset(group.members) for group in link(groups(texts, events), pairs, threshold, forbids)}


ROWS = [
    ("nothing", [], [], set()),
    ("alone", ["ab"], [None], {(0,)}),
    ("near enough", ["ab", "ac"], [None, None], {(0, 1)}),
    ("not near enough", ["abc", "ade"], [None, None], {(0,), (1,)}),
    ("no chain through a middle one", ["ab", "bc", "cd"], [None] * 3, {(0, 1), (2,)}),
    ("all near", ["abc", "abd", "abe"], [None] * 3, {(0, 1, 2)}),
    ("the nearest first", ["ab", "bcd", "bcd"], [None] * 3, {(0,), (1, 2)}),
    ("one event holds together", ["ab", "cd"], [7, 7], {(0, 1)}),
    ("a newcomer joins an event by its average", ["ab", "ac", "a"], [7, 7, None], {(0, 1, 2)}),
    (
        "a newcomer near one story of a wide event stays out",
        ["ab", "cd", "ef", "ab"],
        [7, 7, 7, None],
        {(0, 1, 2), (3,)},
    ),
    ("two events stay two", ["ab", "ab"], [7, 8], {(0,), (1,)}),
    ("two events stay two through a newcomer", ["ab", "ab", "ab"], [7, 8, None], {(0, 2), (1,)}),
]


@pytest.mark.parametrize(("texts", "events", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_average_linkage(texts, events, expected):
    threshold = 0.51 if "bcd" in texts else 0.4
    assert linked(texts, events, threshold=threshold) == {frozenset(group) for group in expected}


def test_groups_that_no_pair_connects_are_not_looked_at():
    assert len(linked(["ab", "ab"], [None, None], pairs=[])) == 2


def test_a_pair_within_an_event_or_given_twice_changes_nothing():
    assert len(linked(["ab", "ab", "ab"], [7, 7, None], pairs=[(0, 1), (1, 2), (2, 1), (0, 2)])) == 1


def test_what_is_forbidden_stays_apart_and_the_rest_goes_on():
    def forbids(one: Group, other: Group, similarity: float) -> bool:
        return 0 in one.members + other.members

    assert linked(["ab"] * 3, [None] * 3, forbids=forbids) == {frozenset({0}), frozenset({1, 2})}


def test_what_is_forbidden_is_asked_again_once_one_side_has_grown():
    def until_there_are_two(one: Group, other: Group, similarity: float) -> bool:
        return 0 in one.members + other.members and len(one) + len(other) < 3

    texts = ["ab", "ab", "abc"]  # 0 and 1 are the nearest and come first
    assert linked(texts, [None] * 3, forbids=until_there_are_two) == {frozenset({0, 1, 2})}


def test_the_product_of_unit_vectors_is_their_cosine():
    assert product(vector("ab"), vector("ab")) == pytest.approx(1)
    assert product(vector("ab"), vector("acde")) == pytest.approx(1 / math.sqrt(8))
    assert product(vector("ab"), vector("cd")) == 0
    assert product({}, vector("a")) == 0


def test_a_merged_group_knows_what_a_fresh_one_of_its_stories_would():
    texts = ["ab", "ac", "bcd", "a"]
    one, other, third, fourth = groups(texts, [None] * 4)
    grown = merged(merged(one, other, mean_similarity(one, other)), third, 0.0)
    (fresh,) = groups(texts[:3], [7] * 3)
    assert sorted(grown.members) == fresh.members
    assert grown.total == pytest.approx(fresh.total)
    assert grown.counts == fresh.counts
    assert mean_similarity(grown, fourth) == pytest.approx(mean_similarity(fresh, fourth))


def test_merging_leaves_the_vectors_of_single_stories_alone():
    one, other = groups(["ab", "ac"], [None] * 2)
    merged(one, other, 0.5)
    assert (one.total, other.total) == (vector("ab"), vector("ac"))


def test_the_inner_similarity_of_a_group_is_the_mean_over_its_pairs():
    (group,) = groups(["ab", "ac", "ad"], [7] * 3)
    assert group.inner == pytest.approx(0.5)
    (alone,) = groups(["ab"], [None])
    assert alone.inner == 1
