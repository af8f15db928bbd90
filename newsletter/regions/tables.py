"""The written tables in data/: one row a line, columns separated by |, names in a column by commas."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def rows(name: str, columns: int) -> Iterator[list[str]]:
    """The rows of a table; comments and empty lines are left out, missing cells are empty."""
    for line in (files("newsletter.regions") / "data" / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("|")]
            yield cells + [""] * (columns - len(cells))


def split(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(",") if name.strip()]


@cache
def other_names() -> dict[str, tuple[str, ...]]:
    """What countries are called in English and Spanish besides CLDR's names, by code, such as UK and Holland."""
    found: dict[str, tuple[str, ...]] = {}
    for code, english, _, spanish, *_ in rows("countries.txt", 6):
        found[code] = tuple(name.lstrip("~*") for name in (*split(english), *split(spanish)))
    return found
