"""What counts how much in picking, as a region's settings file says it. Pure.

A file is TOML with two tables, `[score]` and `[variety]`; what it leaves out counts as usual.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from newsletter.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Weights:
    """The most that each part of a score can count, and what variety costs; docs/decisions/0101 says why so much."""

    # [score]
    sources: float = 3.0
    region: float = 2.0
    severity: float = 2.0
    reach: float = 1.0
    freshness: float = 1.0
    lasting: float = 0.5
    weight: float = 1.0
    opened: float = 1.0  # added or taken away
    repeat: float = 2.0  # taken away
    half_life_days: float = 3.0  # of freshness

    # [variety]
    variety: float = 2.0  # the most that likeness to an event already taken costs
    topics: float = 0.6  # the shares of likeness: in words, ...
    places: float = 0.2  # ... in countries, ...
    one_source: float = 0.2  # ... in the lead source
    most_a_source: float = 1 / 3  # share of the items that one source may lead, two at least
    most_a_place: float = 0.5  # share of the items about one country, where the region has several, two at least
    same_news: float = 0.75  # so alike in words that readers would take it for the same news: never both


USUAL = Weights()

_VARIETY = ("variety", "topics", "places", "one_source", "most_a_source", "most_a_place", "same_news")
# The least and the most of each; what is not named here lies between 0 and 10.
_BOUNDS = {
    "half_life_days": (0.1, 365.0),
    "topics": (0.0, 1.0),
    "places": (0.0, 1.0),
    "one_source": (0.0, 1.0),
    "most_a_source": (0.01, 1.0),
    "most_a_place": (0.01, 1.0),
    "same_news": (0.1, 1.0),
}


def parse(text: str, name: str, usual: Weights = USUAL) -> Weights:
    """The weights of a file's text; what it leaves out is as in `usual`. Raises SettingsError that says all wrong."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} is not TOML: {error}.") from error
    problems = list(_problems(data))
    if problems:
        raise SettingsError("\n  ".join([f"{name} can't be used.", *problems]))
    given = {key: float(value) for table in data.values() for key, value in table.items()}
    return Weights(**{field.name: given.get(field.name, getattr(usual, field.name)) for field in fields(Weights)})


def read(texts: Mapping[str, str], usual: Weights = USUAL) -> tuple[Weights, frozenset[str]]:
    """The weights that a person typed, by name, and the names of those that can't be used: these stay as in `usual`.

    What is left out stays too; a decimal comma is one.
    """
    given: dict[str, float] = {}
    wrong: set[str] = set()
    for field in fields(Weights):
        typed = texts.get(field.name, "").strip().replace(",", ".")
        if not typed:
            continue
        try:
            value = float(typed)
        except ValueError:
            wrong.add(field.name)
            continue
        if _value_problem(field.name, value) is None:
            given[field.name] = value
        else:
            wrong.add(field.name)
    return replace(usual, **given), frozenset(wrong)


def as_toml(weights: Weights, heading: str) -> str:
    """A file's text; `heading` is its first line, a comment."""
    lines = [f"# {heading}"]
    for table, values in tables(weights).items():
        lines += ["", f"[{table}]", *(f"{name} = {round(value, 4)}" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def bounds(name: str) -> tuple[float, float]:
    """The least and the most that a weight may be."""
    return _BOUNDS.get(name, (0.0, 10.0))


def tables(weights: Weights) -> dict[str, dict[str, float]]:
    """The weights as a file has them."""
    values = {field.name: getattr(weights, field.name) for field in fields(Weights)}
    return {
        "score": {name: value for name, value in values.items() if name not in _VARIETY},
        "variety": {name: values[name] for name in _VARIETY},
    }


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    known = tables(USUAL)
    for table, values in data.items():
        if table not in known or not isinstance(values, dict):
            yield f"{table}: there are the tables [score] and [variety], and nothing else."
            continue
        for key, value in values.items():
            if key not in known[table]:
                yield f"[{table}] {key}: no such weight. {_advice(key, table)}"
            elif (problem := _value_problem(key, value)) is not None:
                yield f"[{table}] {key}: {problem}"


def _advice(key: str, table: str) -> str:
    for other, values in tables(USUAL).items():
        if key in values:
            return f"It belongs into [{other}]."
    names = list(tables(USUAL)[table])
    close = get_close_matches(key, names, n=1)
    return f"Perhaps {close[0]}?" if close else f"There are: {', '.join(names)}."


def _value_problem(key: str, value: object) -> str | None:
    low, high = bounds(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "must be a number."
    return None if low <= value <= high else f"must lie between {low:g} and {high:g}."
