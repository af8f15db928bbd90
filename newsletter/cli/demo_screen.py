"""What the demonstration shows while it runs, on standard error, and what it says at its end."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from newsletter.cli.output import err, out, print_table, say
from newsletter.demo.accounting import Account
from newsletter.regions.catalogue import find, name_of


class Screen:
    """A line with a bar for each stage; without a terminal, a line when a stage begins."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._stage: TaskID | None = None

    def begin(self, title: str, steps: int) -> None:
        if not err.is_terminal:
            say(title)
        self._stage = self._progress.add_task(escape(title), total=steps, note="")

    def step(self, note: str) -> None:
        if self._stage is not None:
            self._progress.update(self._stage, advance=1, note=escape(note))


@contextmanager
def screen() -> Iterator[Screen]:
    columns = (
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description:<26}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        yield Screen(progress)


def show_account(account: Account) -> None:
    _tell(f"{account.stories} stories told {account.events} events; {account.subscribers:,} people are on the list.")
    for one in account.rounds:
        _tell(
            f"\n{one.week}: {one.audience:,} letters in {one.editions} editions; {one.accepted:,} accepted, "
            f"{one.refused} refused, {one.unknown} unknown, {one.skipped} skipped."
        )
        print_table(
            ("", "Region", "Issue", "Items", "Readers"),
            ((find(i.region).flag, name_of(i.region), i.number, i.items, f"{i.readers:,}") for i in one.issues),
        )


def show_what_next(places: Sequence[tuple[str, str]], program: str, commands: Sequence[str], folder: Path) -> None:
    """`places` to open in the browser, `commands` of `program` to try in another terminal, in `folder`."""
    out.print("\nLook around", style="bold")
    for what, url in places:
        _tell(f"  {what:<36} {url}")
    out.print("\nIn another terminal", style="bold")
    _tell(f"  cd {shlex.quote(str(folder))}")
    for command in commands:
        _tell(f"  {program} {command}")
    out.print("\nCtrl-C ends it.", style="bold")


def program() -> str:
    """How this very command was called, for a terminal in another folder; to be asked before the folder changes."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m newsletter"
    return shlex.quote(str(Path(shutil.which(called) or called).absolute()))


def _tell(text: str) -> None:
    out.print(escape(text), highlight=False, soft_wrap=True)
