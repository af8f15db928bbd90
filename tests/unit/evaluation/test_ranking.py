"""nDCG, against values worked out by hand."""

import math

import pytest

from newsletter.evaluation.ranking import ndcg, recall

TWO_THEN_ONE = 2 + 1 / math.log2(3)  # an editor's two stories in their order


@pytest.mark.parametrize(
    ("ranked", "value"),
    [
        pytest.param([("a",), ("b",)], 1.0, id="the editor's order"),
        pytest.param([("b",), ("a",)], (1 + 2 / math.log2(3)) / TWO_THEN_ONE, id="the other way round"),
        pytest.param([("x",), ("a",), ("b",)], (2 / math.log2(3) + 1 / 2) / TWO_THEN_ONE, id="something else first"),
        pytest.param([("x",), ("y",)], 0.0, id="nothing of it"),
        pytest.param([("a", "x"), ("b",)], 1.0, id="told by another report as well"),
        pytest.param([("a", "b")], 1.0, id="two stories of one event take one place"),
        pytest.param([("a",), ("a",), ("b",)], (2 + 1 / 2) / TWO_THEN_ONE, id="the same twice counts once"),
    ],
)
def test_ndcg(ranked: list[tuple[str, ...]], value: float) -> None:
    assert ndcg(ranked, ["a", "b"]) == pytest.approx(value)


def test_what_stands_below_the_tenth_place_is_not_seen() -> None:
    assert ndcg([*[(str(number),) for number in range(10)], ("a",)], ["a"]) == 0.0


def test_where_nothing_is_wanted_any_order_is_right() -> None:
    assert (ndcg([("a",)], []), recall([("a",)], [])) == (1.0, 1.0)


def test_recall_is_the_share_of_what_is_wanted_among_the_first() -> None:
    assert recall([("a", "b"), ("x",)], ["a", "b", "c"]) == pytest.approx(2 / 3)
