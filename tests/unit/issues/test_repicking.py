"""Where pinned items stand in a fresh pick."""

import pytest

from newsletter.issues.repicking import arranged


def pinned(**places):
    return [{"event_id": event, "position": position} for event, position in places.items()]


@pytest.mark.parametrize(
    ("kept", "fresh", "count", "order"),
    [
        ({"a": 2}, "xyz", 4, "xayz"),
        ({"a": 1, "b": 2}, "xyz", 4, "abxy"),
        ({"a": 4}, "xyz", 3, "xya"),
        ({"a": 9}, "x", 4, "xa"),
        ({}, "xyz", 2, "xy"),
        ({"a": 1, "b": 2, "c": 3}, "x", 2, "abc"),
        ({"b": 2, "a": 2}, "x", 3, "xba"),
        ({}, "", 3, ""),
    ],
    ids=[
        "in its place",
        "two on top",
        "the last",
        "behind all",
        "none",
        "more than fit",
        "one place for two",
        "nothing",
    ],
)
def test_pinned_items_keep_their_places_and_fresh_ones_fill_the_rest(kept, fresh, count, order):
    items = arranged(pinned(**kept), [{"event_id": event, "position": 0} for event in fresh], count)
    assert "".join(item["event_id"] for item in items) == order
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
