import math
from itertools import combinations

import pytest

from newsletter.events.linkage import link, product


def vector(letters: str) -> dict[str, float]:
    """Of length 1, with a term a letter: "ab" and "ac" have a similarity of one half."""
    return {letter: 1 / math.sqrt(len(letters)) for letter in letters}


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
    vectors = [vector(text) for text in texts]
    threshold = 0.51 if "bcd" in texts else 0.4
    groups = link(events, vectors, combinations(range(len(texts)), 2), threshold)
    assert {frozenset(group) for group in groups} == {frozenset(group) for group in expected}


def test_groups_that_no_pair_connects_are_not_looked_at():
    assert len(link([None, None], [vector("ab"), vector("ab")], [], 0.4)) == 2


def test_a_pair_within_an_event_or_given_twice_changes_nothing():
    vectors = [vector("ab"), vector("ab"), vector("ab")]
    assert len(link([7, 7, None], vectors, [(0, 1), (1, 2), (2, 1), (0, 2)], 0.4)) == 1


def test_the_product_of_unit_vectors_is_their_cosine():
    assert product(vector("ab"), vector("ab")) == pytest.approx(1)
    assert product(vector("ab"), vector("acde")) == pytest.approx(1 / math.sqrt(8))
    assert product(vector("ab"), vector("cd")) == 0
    assert product({}, vector("a")) == 0
