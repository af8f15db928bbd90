"""Commands that decide about the choice: pin, take in, lead with another report. They join `newsletter issues`."""

from typing import Annotated

import typer

from newsletter.cli.issue_edits import AsJson, Position, Ref, edit
from newsletter.issues import choosing, repicking

app = typer.Typer()


@app.command()
def pin(
    ref: Ref,
    position: Position,
    off: Annotated[bool, typer.Option("--off", help="Let a fresh pick decide again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep an item whatever a fresh pick finds.

    \b
    Examples:
      newsletter issues pin MX 2
      newsletter issues pin MX 2 --off
    """
    edit(lambda *at, **who: choosing.pin(*at, pinned=not off, **who), ref, as_json, position)


@app.command()
def repick(ref: Ref, as_json: AsJson = False) -> None:
    """Choose anew with what has come in since. Pinned items stay, dropped ones stay out, and undo takes it back.

    \b
    Example:
      newsletter issues repick MX
    """
    edit(repicking.repick, ref, as_json)


@app.command()
def take(
    ref: Ref,
    event: Annotated[int, typer.Argument(help="As `newsletter issues show MX --candidates` lists it.", min=1)],
    as_json: AsJson = False,
) -> None:
    """Add an event that the pick left out, as the last item.

    \b
    Example:
      newsletter issues take MX 118
    """
    edit(choosing.take_in, ref, as_json, event)


@app.command()
def lead(
    ref: Ref,
    position: Position,
    story: Annotated[int, typer.Argument(help="The id of the report.", min=1, show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Tell an item by another report of its event.

    \b
    Example:
      newsletter issues lead MX 1 4711
    """
    edit(choosing.lead_with, ref, as_json, position, story)
