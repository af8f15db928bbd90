"""Command: the verdict on one mail that came back, or came in."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table
from newsletter.errors import InvalidInputError
from newsletter.feedback.examining import Examined, examine
from newsletter.feedback.mime import read_mail
from newsletter.regions.service import active_regions

app = typer.Typer()

Source = Annotated[
    str, typer.Argument(metavar="FILE|-", help="A mail as it came (.eml); - reads standard input.", show_default=False)
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="ADDRESS", help="The envelope's recipient. Default: what the headers say."),
]


@app.command()
def bounce(
    source: Source, to: To = None, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False
) -> None:
    """Say what one mail is and what would follow from it, without changing anything.

    \b
    As JSON: kind (bounce, complaint, auto-reply, list, subscribe, unsubscribe, confirmation, other), reason (or null),
    hard (true, false, or null where it says nothing about the reader), address (who did not get the mail; or null),
    action (count hard, count soft, suppress, alarm, join, leave, confirm, keep, none), why (a sentence),
    delivery (failed, delayed, or null), status ("5.1.1" or null), said (the words of the server, or null), return_path
    (valid, forged or none).

    \b
    Examples:
      newsletter bounce returned.eml
      newsletter bounce - --json < returned.eml
      newsletter bounce returned.eml --to bounce+abc@bounces.news.example
    """
    with service().db.reading() as session:
        codes = [region.code for region in active_regions(session)]
    found = examine(read_mail(_read(source)), service().reception.recipients, codes, to=to or "")
    if as_json:
        print_json(_as_data(found))
    else:
        print_table(("", ""), [(key.replace("_", " "), value) for key, value in _as_data(found).items()])


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{source} cannot be read: {error.strerror}.") from error


def _as_data(found: Examined) -> dict[str, Any]:
    verdict = found.verdict
    is_bounce = verdict.kind == "bounce"
    return {
        "kind": verdict.kind,
        "reason": verdict.reason,
        "hard": verdict.hard,
        "address": verdict.address or None,
        "action": found.action,
        "why": found.why,
        "delivery": ("delayed" if verdict.is_delay else "failed") if is_bounce else None,
        "status": verdict.status or None,
        "said": verdict.said or None,
        "return_path": found.return_path,
    }
