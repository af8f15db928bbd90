"""Figures of groups, against values worked out by hand."""

import pytest

from newsletter.evaluation.grouping import among_largest, bcubed, pairwise


@pytest.mark.parametrize(
    ("expected", "found", "precision", "recall"),
    [
        pytest.param("aabb", "1122", 1.0, 1.0, id="all right"),
        pytest.param("aabb", "1111", 0.5, 1.0, id="two events in one group"),
        pytest.param("aabb", "1234", 1.0, 0.5, id="each story alone"),
        pytest.param("aaab", "1122", 0.75, 2 / 3, id="one story in the wrong group"),
        pytest.param("", "", 1.0, 1.0, id="nothing"),
    ],
)
def test_bcubed_is_a_mean_over_stories(expected: str, found: str, precision: float, recall: float) -> None:
    figures = bcubed(expected, found)
    assert (figures["precision"], figures["recall"]) == pytest.approx((precision, recall), abs=1e-4)


@pytest.mark.parametrize(
    ("expected", "found", "precision", "recall"),
    [
        pytest.param("aabb", "1122", 1.0, 1.0, id="all right"),
        pytest.param("aabb", "1111", 2 / 6, 1.0, id="two events in one group"),
        pytest.param("aaab", "1122", 0.5, 1 / 3, id="one story in the wrong group"),
        pytest.param("abcd", "1234", 1.0, 1.0, id="no pairs at all"),
        pytest.param("abcd", "1123", 0.0, 1.0, id="a pair where there is none"),
    ],
)
def test_pairwise_is_about_pairs(expected: str, found: str, precision: float, recall: float) -> None:
    figures = pairwise(expected, found)
    assert (figures["precision"], figures["recall"]) == pytest.approx((precision, recall), abs=1e-4)


def test_bcubed_of_a_half_counts_strangers_of_the_other_half_in_its_groups() -> None:
    assert bcubed("aabb", "1111", of={"a"})["precision"] == 0.5


def test_a_group_is_mixed_if_it_holds_two_events_and_a_duplicate_if_a_larger_one_tells_the_same() -> None:
    #           three of a and one of b, two more of a, two of c, and one alone
    figures = among_largest("aaabaaccd", "111122334", 20)
    assert figures == {"groups": 3, "mixed": 1, "by_a_stray": 1, "duplicates": 1}


def test_a_group_belongs_to_the_half_of_the_event_that_it_mostly_tells() -> None:
    both = among_largest("aaabbbba", "11112222", 20)
    assert [among_largest("aaabbbba", "11112222", 20, of=half)["mixed"] for half in ("a", "b")] == [1, 1]
    assert both["mixed"] == 2
    assert among_largest("aaabbbba", "11112222", 20, of="a")["groups"] == 1


def test_only_the_largest_groups_are_looked_at() -> None:
    assert among_largest("aaaabb", "111122", 1) == {"groups": 1, "mixed": 0, "by_a_stray": 0, "duplicates": 0}


@pytest.mark.parametrize(
    ("expected", "by_a_stray"),
    [
        pytest.param("aaab", 1, id="one of four"),
        pytest.param("aabb", 0, id="two of four"),
        pytest.param("aabc", 0, id="one each of two events"),
        pytest.param("ab", 0, id="of two stories neither is the stray one"),
    ],
)
def test_a_stray_is_the_only_one_among_reports_of_another_event(expected: str, by_a_stray: int) -> None:
    figures = among_largest(expected, "1" * len(expected), 20)
    assert (figures["mixed"], figures["by_a_stray"]) == (1, by_a_stray)
