"""Precision, recall and F, against values worked out by hand."""

import pytest

from newsletter.evaluation.metrics import LabelScores, Tally


def scores(*lines: tuple[str, str]) -> LabelScores:
    found = LabelScores()
    for expected, given in lines:
        found.add(expected.split(), given.split())
    return found


def test_micro_puts_all_decisions_in_one_pot() -> None:
    micro = scores(("MX", "MX"), ("MX US", "MX"), ("", "FR")).as_data()["micro"]
    assert micro == {"precision": 0.6667, "recall": 0.6667, "f": 0.6667, "right": 2, "wrong": 1, "missed": 1}


def test_macro_is_the_mean_over_labels_that_lines_carry() -> None:
    macro = scores(("MX", "MX"), ("MX", "MX"), ("US", "")).macro()
    assert (macro["f"], macro["labels"]) == (0.5, 2)


def test_a_label_that_no_line_carries_counts_in_micro_alone() -> None:
    found = scores(("MX", "MX FR"))
    assert found.macro()["f"] == 1.0
    assert found.all.precision == 0.5
    assert found.as_data()["macro_with_found"] == {"precision": 0.5, "recall": 0.5, "f": 0.5, "labels": 2}


def test_a_line_without_labels_is_right_where_none_is_found() -> None:
    assert scores(("", ""), ("MX", "")).per_line == [1.0, 0.0]


@pytest.mark.parametrize(
    ("tally", "precision", "recall"),
    [
        pytest.param(Tally(), 1.0, 1.0, id="nothing there, nothing found"),
        pytest.param(Tally(missed=2), 0.0, 0.0, id="nothing found though there"),
        pytest.param(Tally(wrong=2), 0.0, 0.0, id="found though not there"),
    ],
)
def test_rates_of_nothing(tally: Tally, precision: float, recall: float) -> None:
    assert (tally.precision, tally.recall) == (precision, recall)
