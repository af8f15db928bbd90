"""Charts as shapes for a template: bars over issues, and the parts of one bar. Pure; lengths are SVG's user units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, BASE = 320, 130, 104  # of a chart of bars: all of it, and where bars stand
_GAP = 0.25  # of the place of a bar


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str  # under it
    value: float | None  # None: not known, nothing is drawn
    is_this: bool  # the one that the page is about


@dataclass(frozen=True)
class Bars:
    bars: Sequence[Bar]
    most: float  # the value at the top line
    usual_y: float | None  # where the usual value stands


@dataclass(frozen=True)
class Piece:
    """A part of one bar from left to right."""

    name: str
    x: float
    width: float
    count: int


def bars(values: Sequence[tuple[str, float | None]], usual: float | None = None, *, this: int = -1) -> Bars:
    """Labels with values, drawn from left to right against the largest; `this` is the place of the page's own."""
    known = [value for _, value in values if value is not None]
    most = max([*known, usual or 0.0]) or 1.0
    place = WIDTH / max(len(values), 1)
    own = this % len(values) if values else 0
    drawn = [
        Bar(
            x=round(number * place + place * _GAP / 2, 1),
            y=round(BASE - _length(value, most), 1),
            width=round(place * (1 - _GAP), 1),
            height=round(_length(value, most), 1),
            label=label,
            value=value,
            is_this=number == own,
        )
        for number, (label, value) in enumerate(values)
    ]
    return Bars(drawn, most, round(BASE - _length(usual, most), 1) if usual is not None else None)


def pieces(counts: Mapping[str, int], width: int = 1000) -> list[Piece]:
    """One bar of all `counts`; what there is one of is still to be seen."""
    whole = sum(counts.values())
    drawn: list[Piece] = []
    x = 0.0
    for name, count in counts.items():
        length = max(width * count / whole, 2.0) if whole and count else 0.0
        drawn.append(Piece(name, round(min(x, width - length), 1), round(length, 1), count))
        x += length
    return drawn


def _length(value: float | None, most: float) -> float:
    """Something that is there is never nothing on the page."""
    return max((BASE - 14) * value / most, 1.5) if value else 0.0
