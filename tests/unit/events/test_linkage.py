import pytest

from newsletter.events.linkage import link


def groups(*arguments) -> set[frozenset[int]]:
    return {frozenset(group) for group in link(*arguments)}


ROWS = [
    ("nothing", [], {}, set()),
    ("alone", [None], {}, {(0,)}),
    ("near enough", [None, None], {(0, 1): 0.5}, {(0, 1)}),
    ("exactly at the threshold", [None, None], {(0, 1): 0.4}, {(0, 1)}),
    ("not near enough", [None, None], {(0, 1): 0.39}, {(0,), (1,)}),
    ("no chain through a middle one", [None] * 3, {(0, 1): 0.7, (1, 2): 0.7}, {(0, 1), (2,)}),
    ("all near", [None] * 3, {(0, 1): 0.9, (1, 2): 0.5, (0, 2): 0.5}, {(0, 1, 2)}),
    ("the nearest first", [None] * 3, {(0, 1): 0.5, (1, 2): 0.9}, {(0,), (1, 2)}),
    ("one event holds together", [7, 7], {}, {(0, 1)}),
    ("a newcomer joins an event by its average", [7, 7, None], {(0, 2): 0.6, (1, 2): 0.3}, {(0, 1, 2)}),
    ("a newcomer near one story of a wide event stays out", [7, 7, None], {(0, 2): 0.6}, {(0, 1), (2,)}),
    ("two events stay two", [7, 8], {(0, 1): 1.0}, {(0,), (1,)}),
    ("two events stay two through a newcomer", [7, 8, None], {(0, 1): 1, (0, 2): 1, (1, 2): 1}, {(0, 2), (1,)}),
]


@pytest.mark.parametrize(("events", "pairs", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_average_linkage(events, pairs, expected):
    assert groups(events, pairs, 0.4) == {frozenset(group) for group in expected}
