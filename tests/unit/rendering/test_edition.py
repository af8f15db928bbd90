import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.edition import Section, Sizes, fit, plan, share


@pytest.mark.parametrize(
    ("items", "regions", "told"),
    [
        (6, 1, 6),
        (10, 1, 8),
        (10, 2, 6),
        (10, 3, 5),
        (10, 4, 4),
        (10, 12, 4),
        (16, 3, 8),
        (40, 3, 8),
        (5, 2, 3),
        (4, 8, 3),
        (2, 8, 2),
        (0, 1, 0),
    ],
)
def test_the_more_regions_the_fewer_items_of_each(items: int, regions: int, told: int) -> None:
    assert share(items, regions) == told


@pytest.mark.parametrize(
    ("issues", "sections"),
    [
        ([[1, 2, 3]], [Section((0, 1, 2), (), 0)]),
        ([list(range(11))], [Section(tuple(range(8)), (8, 9, 10), 0)]),
        ([[1, 2, 3], [1, 4, 5]], [Section((0, 1, 2), (), 0), Section((1, 2), (), 0)]),
        ([[1, 2, 3, 4, 5], [4, 6]], [Section((0, 1, 2), (4,), 0), Section((0, 1), (), 0)]),
        ([list(range(10)), [20]], [Section(tuple(range(6)), (6, 7, 8), 1), Section((0,), (), 0)]),
        ([[1, 2], [2, 1]], [Section((0, 1), (), 0), Section((), (), 0)]),
        ([[1, 2, 3], [3, 2, 4], [4, 1]], [Section((0, 1, 2), (), 0), Section((2,), (), 0), Section((), (), 0)]),
    ],
    ids=[
        "one region",
        "a long one",
        "the next leads",
        "left out above, told below",
        "three briefs where there are several",
        "all told above",
        "three regions",
    ],
)
def test_an_event_is_told_once(issues: list[list[int]], sections: list[Section]) -> None:
    assert plan(issues) == sections


@given(st.lists(st.lists(st.integers(1, 12), unique=True, max_size=12), min_size=1, max_size=5))
def test_every_event_is_told_or_left_to_the_web_and_none_twice(issues: list[list[int]]) -> None:
    sections = plan(issues)
    told = [
        issue[place]
        for issue, section in zip(issues, sections, strict=True)
        for place in (*section.told, *section.briefs)
    ]
    assert len(told) == len(set(told))
    for events, section in zip(issues, sections, strict=True):
        assert section.left == len(set(events) - set(told))


@pytest.mark.parametrize(
    ("room", "sections"),
    [
        (560, [Section((0, 1, 2), (3, 4), 0), Section((0, 1), (), 1)]),
        (559, [Section((0, 1, 2), (3,), 1), Section((0, 1), (), 1)]),
        (499, [Section((0, 1), (), 3), Section((0, 1), (), 1)]),
        (300, [Section((0, 1), (), 3), Section((0,), (), 2)]),
        (0, [Section((), (), 5), Section((), (), 3)]),
        (-50, [Section((), (), 5), Section((), (), 3)]),
    ],
    ids=["fits", "briefs first", "one too many", "longest first, last first", "nothing", "not even the frame"],
)
def test_a_letter_that_is_too_large_gives_up_last_items(room: int, sections: list[Section]) -> None:
    sizes = [Sizes([100, 100, 100], [30, 30]), Sizes([100, 100], [])]
    assert fit([Section((0, 1, 2), (3, 4), 0), Section((0, 1), (), 1)], sizes, room) == sections
