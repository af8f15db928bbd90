"""How commands show what an evaluation came to."""

from collections.abc import Iterator, Mapping
from typing import Any

from newsletter.cli.output import out, print_table
from newsletter.evaluation.report import Report

_SHOWN_LABELS = 15  # of the labels that cost most; --json has all


def print_report(report: Report) -> None:
    """Figures of the same kind as rows of a table, single ones before it."""
    figures = report.figures
    single = [f"{value:,} {_words(key)}" for key, value in figures.items() if isinstance(value, int | float)]
    out.print(f"{report.task.capitalize()}: {', '.join(single)}", highlight=False)
    rows = list(_rates(figures))
    if rows:
        print_table(("", "Precision", "Recall", "F"), rows)
    orders = [(measure, value) for measure, value in figures.items() if isinstance(value, dict) and "ours" in value]
    if orders:
        names = list(orders[0][1])
        rows = [(_words(measure), *(f"{value[name]:.3f}" for name in names)) for measure, value in orders]
        print_table(("", *map(_words, names)), rows)
    for most, counts in figures.get("largest", {}).items():
        out.print(
            f"Among the {most} largest groups ({counts['groups']} there): {counts['mixed']} mixed "
            f"({counts['by_a_stray']} of them by one stray story), {counts['duplicates']} that tell an event again.",
            highlight=False,
        )
    if "by_label" in figures:
        _print_labels(figures["by_label"])
    out.print("Cost: " + ", ".join(f"{value:,} {_words(key)}" for key, value in report.cost.items()), highlight=False)


def _rates(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, ...]]:
    for key, value in figures.items():
        if key == "by_label" or not isinstance(value, Mapping):
            continue
        if "precision" in value:
            yield (prefix + _words(key), *(f"{value[name]:.3f}" for name in ("precision", "recall", "f")))
        else:
            yield from _rates(value, f"{prefix}{_words(key)}, ")


def _print_labels(by_label: Mapping[str, Mapping[str, Any]]) -> None:
    worst = sorted(by_label.items(), key=lambda pair: -(pair[1]["wrong"] + pair[1]["missed"]))[:_SHOWN_LABELS]
    columns = ("Label", "Precision", "Recall", "F", "Right", "Wrong", "Missed")
    print_table(
        columns,
        (
            (
                label,
                *(f"{at[name]:.3f}" for name in ("precision", "recall", "f")),
                at["right"],
                at["wrong"],
                at["missed"],
            )
            for label, at in worst
        ),
    )


def _words(key: str) -> str:
    return key.replace("_", " ")
