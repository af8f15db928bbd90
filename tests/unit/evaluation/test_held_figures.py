"""Figures on the labelled sets in tests/data/editorial that a change must not make worse by more than a point.

Where a change makes them better, write the new figures into figures.json.
"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data" / "editorial"
FIGURES = json.loads((DATA / "figures.json").read_text())
ONE_POINT = 0.01


@pytest.mark.parametrize("task", sorted(FIGURES))
def test_no_figure_loses_more_than_a_point(task: str) -> None:
    evaluate = import_module(f"newsletter.evaluation.{task}").evaluate
    with (DATA / f"{task}.jsonl").open("rb") as lines:
        figures = evaluate(f"{task}.jsonl", lines).as_data()
    lost = {
        path: (held, found) for path, held in FIGURES[task].items() if (found := _at(figures, path)) < held - ONE_POINT
    }
    assert not lost, f"held and found now: {lost}"


def _at(figures: dict[str, Any], path: str) -> float:
    """The figure at "micro.f"."""
    value: Any = figures
    for key in path.split("."):
        value = value[key]
    return float(value)
