"""Commands: what other weights would have picked."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from newsletter.cli.context import service
from newsletter.cli.output import out, print_json, say
from newsletter.issues.trying import MOST_WEEKS, Trial, try_weights
from newsletter.issues.weighing import read_weights
from newsletter.regions.service import region

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """With one command alone, Typer would leave its name out."""


@app.command("try")
def try_(
    code: Annotated[str, typer.Argument(metavar="REGION", help="Its code, such as MX.", show_default=False)],
    weights: Annotated[Path, typer.Option(metavar="FILE", help="Weights to try, as TOML.", show_default=False)],
    weeks: Annotated[int, typer.Option(metavar="N", min=1, max=MOST_WEEKS, help="Past issues to pick again.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show what other weights would have picked in past weeks, against what was picked. Changes nothing.

    `newsletter regions weights MX` prints the weights that hold, to begin from.

    \b
    Examples:
      newsletter picks try MX --weights more-reach.toml
      newsletter picks try MX --weights more-reach.toml --weeks 8 --json
    """
    wanted = read_weights(weights)
    with service().db.reading() as session:
        trials = try_weights(session, region(session, code), wanted, weeks=weeks)
    if as_json:
        print_json([asdict(trial) for trial in trials])
        return
    if not trials:
        say(f"{code.upper()} has no issues yet that could be picked again.")
    for trial in trials:
        _show(trial)


def _show(trial: Trial) -> None:
    summary = f"{len(trial.came)} came in, {len(trial.left)} went out, {len(trial.moved)} moved"
    out.print(f"[bold]{trial.week}[/bold]: {summary}", highlight=False)
    for entry in trial.entries:
        was = "new" if entry.was is None else "" if entry.was == entry.position else f"was {entry.was}"
        told_by = f"[dim]{escape(entry.source)}, {entry.score:.2f}[/dim]"
        line = f"{entry.position:>4}  {was:<7} {escape(entry.headline)}  {told_by}"
        out.print(line, highlight=False, soft_wrap=True)
    for left in trial.left:
        out.print(f"   -  was {left.was:<3} {escape(left.headline)}", highlight=False, soft_wrap=True)
    out.print()
