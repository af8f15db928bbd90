"""How commands speak: results on standard output, everything else on standard error."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

out = Console()
err = Console(stderr=True)


def print_json(data: Any) -> None:
    """`data` as JSON for a script: instants in ISO 8601, enumerations by value."""
    typer.echo(json.dumps(data, default=_plain, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else escape(_readable(cell)) for cell in row))
    out.print(table)


def say(text: str) -> None:
    """A line for the person at the terminal; rich markup in it is not read."""
    err.print(escape(text), highlight=False)


def _readable(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    return str(_plain(value))


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    return str(value) if isinstance(value, Path) else value
