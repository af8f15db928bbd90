"""Precision, recall and F of labels. Pure.

Micro: all decisions in one pot. Macro: the mean over labels, so that a rare country counts as much as a frequent one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

ENOUGH = 5  # lines with a label, from which on its F is more than chance


@dataclass
class Tally:
    """Right ones, wrong ones and missed ones of a yes-or-no decision."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def count(self, expected: bool, found: bool) -> None:
        self.right += expected and found
        self.wrong += found and not expected
        self.missed += expected and not found

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right; 1 where nothing was found and nothing was there."""
        return share(self.right, self.right + self.wrong, otherwise=float(not self.missed))

    @property
    def recall(self) -> float:
        """Of what was there, the share that was found; 1 where nothing was there and nothing was found."""
        return share(self.right, self.right + self.missed, otherwise=float(not self.wrong))

    @property
    def f(self) -> float:
        return f_of(self.precision, self.recall)

    def as_data(self) -> dict[str, float]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f": round(self.f, 4),
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


@dataclass
class LabelScores:
    """Sets of labels, line by line: what was expected against what was found."""

    all: Tally = field(default_factory=Tally)
    by_label: dict[str, Tally] = field(default_factory=dict)
    per_line: list[float] = field(default_factory=list)  # F of each line

    def add(self, expected: Collection[str], found: Collection[str]) -> None:
        line = Tally()
        for label in {*expected, *found}:
            for tally in (line, self.all, self.by_label.setdefault(label, Tally())):
                tally.count(label in expected, label in found)
        self.per_line.append(line.f)

    def macro(self, least: int = 1) -> dict[str, float]:
        """Means over the labels that at least so many lines carry.

        From 1 on that is the usual one for several labels a line: one that no line carries, and that was found all the
        same, counts in micro alone. With 0 it counts in the mean as well, as 0, which is the harshest reading.
        """
        tallies = [tally for tally in self.by_label.values() if tally.right + tally.missed >= least]
        return {
            "precision": mean(tally.precision for tally in tallies),
            "recall": mean(tally.recall for tally in tallies),
            "f": mean(tally.f for tally in tallies),
            "labels": len(tallies),
        }

    def as_data(self) -> dict[str, object]:
        return {
            "micro": self.all.as_data(),
            "macro": self.macro(),
            "macro_of_frequent": {**self.macro(ENOUGH), "least_lines": ENOUGH},
            "macro_with_found": self.macro(0),
            "mean_f_of_lines": mean(self.per_line),
            "by_label": {label: self.by_label[label].as_data() for label in sorted(self.by_label)},
        }


def share(part: float, whole: float, *, otherwise: float = 0.0) -> float:
    """`part` of `whole`; `otherwise` where there is no whole."""
    return part / whole if whole else otherwise


def f_of(precision: float, recall: float) -> float:
    """The harmonic mean."""
    return share(2 * precision * recall, precision + recall)


def mean(values: Iterable[float]) -> float:
    """To four digits; 0 of nothing."""
    numbers = list(values)
    return round(sum(numbers) / len(numbers), 4) if numbers else 0.0
