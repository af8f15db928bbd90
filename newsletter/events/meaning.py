"""Whether events told in two languages are one by what their heads mean, where no name or number ties them. Pure.

Nearness between two texts says little by itself: it depends on the model, and long or vague texts are near to all
others. So two heads are one event where each is the nearest of its language to the other, and they are clearly nearer
to each other than either is to those that come next (the margin of Artetxe and Schwenk, 2019, "Margin-based parallel
corpus mining"). What forbids a join within a language forbids it here: days too far apart, other countries, facts that
can't both be true.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.events.facts.comparing import differences
from newsletter.events.facts.fact import Report
from newsletter.events.nearness import WINDOW

if TYPE_CHECKING:
    import numpy as np

_LEAST = 0.3  # cosine, below which two texts tell of different things in any model
_NEXT = 4  # heads on either side that nearness is compared with; where there are fewer, nothing can be said
_WORDS = 40  # of title and summary: what happened stands first


@dataclass(frozen=True, slots=True)
class Told:
    """An event by its first report."""

    id: int
    language: str
    first_at: datetime
    last_at: datetime
    countries: frozenset[str]  # that its report is about by words of its own
    report: Report

    @property
    def text(self) -> str:
        """What stands for it: its headline, which counts double, and how the report begins."""
        title, summary = self.report.title, self.report.summary
        return f"{title}. {' '.join(f'{title}. {summary}'.split()[:_WORDS])}"


@dataclass(frozen=True, slots=True)
class Likeness:
    one: int
    other: int
    nearness: float  # how many times as near to each other as to the heads next to them


def one_by_meaning(
    events: Sequence[Told],
    vectors: "np.ndarray",
    fresh: Collection[int],
    taken: Collection[tuple[int, str]],
    cut: float,
) -> list[Likeness]:
    """The pairs of which one at least is in `fresh`; each event has one at most in each other language.

    `vectors` has a row of length 1 for each of `events`. `taken` are events with a language in which their counterpart
    is known already.
    """
    by_language: dict[str, list[int]] = {}
    for row, event in enumerate(events):
        by_language.setdefault(event.language, []).append(row)
    sides = {language: _Side(events, rows, vectors) for language, rows in by_language.items()}
    found: dict[tuple[int, int], Likeness] = {}
    for row, event in enumerate(events):
        if event.id in fresh and vectors[row].any():
            for likeness in _found(event, vectors[row], sides, taken, cut):
                found.setdefault((min(likeness.one, likeness.other), max(likeness.one, likeness.other)), likeness)
    return list(found.values())


def _found(
    event: Told, vector: "np.ndarray", sides: dict[str, "_Side"], taken: Collection[tuple[int, str]], cut: float
) -> Iterator[Likeness]:
    own = sides[event.language]
    for language, side in sides.items():
        if language == event.language or (event.id, language) in taken:
            continue
        there = side.nearest(event, vector)
        if there is None or (there.event.id, event.language) in taken:
            continue
        back = own.nearest(there.event, there.vector)
        if back is None or back.event.id != event.id:
            continue
        nearness = 2 * there.cosine / max(there.next_ones + back.next_ones, 1e-9)
        if nearness >= cut and not facts_exclude(event.report, there.event.report):
            yield Likeness(event.id, there.event.id, round(nearness, 3))


@dataclass(frozen=True, slots=True)
class _Nearest:
    event: Told
    vector: "np.ndarray"
    cosine: float
    next_ones: float  # mean cosine to those that come next


class _Side:
    """The events of one language."""

    def __init__(self, events: Sequence[Told], rows: Sequence[int], vectors: "np.ndarray") -> None:
        import numpy as np

        self.events = [events[row] for row in rows]
        self.vectors = vectors[rows]
        self.first = np.array([event.first_at.timestamp() for event in self.events])
        self.last = np.array([event.last_at.timestamp() for event in self.events])

    def nearest(self, to: Told, vector: "np.ndarray") -> _Nearest | None:
        """The nearest one that may be the same event; None where none is near, or where too few are to compare with."""
        import numpy as np

        if len(self.events) <= _NEXT:
            return None
        cosines = self.vectors @ vector
        window = WINDOW.total_seconds()
        in_time = (self.first - to.last_at.timestamp() <= window) & (to.first_at.timestamp() - self.last <= window)
        left = np.where(in_time, cosines, -1.0)
        while left[at := int(left.argmax())] >= _LEAST:
            if not countries_exclude(to.countries, self.events[at].countries):
                next_ones = np.partition(np.delete(cosines, at), -_NEXT)[-_NEXT:]
                return _Nearest(self.events[at], self.vectors[at], float(cosines[at]), float(next_ones.mean()))
            left[at] = -1.0
        return None


def countries_exclude(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both are about countries, and none of them is both's."""
    return bool(one and other) and not one & other


def facts_exclude(one: Report, other: Report) -> bool:
    """Whether they say what can't both be true; a toll that rose is no such thing."""
    return any(difference.kind == "disagreement" for difference in differences([one, other]))
