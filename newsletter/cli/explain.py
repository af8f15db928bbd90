"""Command: why an event is in an issue or missed it."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape

from newsletter.cli.context import service
from newsletter.cli.output import out, print_json
from newsletter.issues import explaining, finding
from newsletter.issues.states import name_of

app = typer.Typer()


@app.command()
def explain(
    ref: Annotated[
        str,
        typer.Argument(metavar="ISSUE", help="MX (its latest), MX/2026-W20, MX/1 (its number).", show_default=False),
    ],
    item: Annotated[
        int | None, typer.Argument(metavar="ITEM", help="Its position. Default: all, and what missed.", min=1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Say why each item is in an issue, and why what nearly was is not.

    For each: the parts of its score, why its reports count as one event, which event of another language is the same
    and why, the words that gave its region, and on which facts the reports differ.

    \b
    Examples:
      newsletter explain MX
      newsletter explain MX/2026-W20 3
      newsletter explain MX 3 --json
    """
    with service().db.reading() as session:
        issue = finding.issue(session, ref)
        name, found = name_of(issue), explaining.explain(session, issue, item)
    if as_json:
        print_json({"issue": name, "explanations": [asdict(one) for one in found]})
        return
    _line(f"[bold]{escape(name)}[/bold]")
    for one in found:
        _show(one)


def _show(one: explaining.Explanation) -> None:
    _line()
    place = "missed" if one.position is None else f"{one.position:>2}"
    _line(f"{place}  [bold]{escape(one.headline)}[/bold]")
    _line(f"    {escape(one.sentence)}")
    for part in one.parts:
        _line(f"    {part['value']:+6.2f}  {part['name']:<9}  {escape(part['reason'])}")
    if len(one.joins) > 1:
        for join in one.joins:
            _line(f"    one event   {escape(join.sentence)}")
    for told in one.elsewhere:
        _line(f"    elsewhere   {escape(f'“{told.title}” (event {told.event_id}, {told.language}): {told.sentence}')}")
    for tag in one.tags:
        _line(f"    region      {escape(tag.sentence)}")
    for difference in one.differences:
        _line(f"    differs     {escape(_in_words(difference))}")


def _in_words(difference: dict[str, Any]) -> str:
    values = "; ".join(f"{value['source']}: “{value['quote']}”" for value in difference["values"])
    subject = f" ({difference['subject']})" if difference["subject"] else ""
    return f"{difference['attribute']}{subject}, {difference['kind']}: {values}"


def _line(markup: str = "") -> None:
    out.print(markup, highlight=False, soft_wrap=True)
