"""Commands: how well regions, events, facts and picks are found, measured on labelled lines."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.progress import track

from newsletter.cli.evaluation_views import print_report
from newsletter.cli.output import err, print_json, say
from newsletter.errors import InvalidInputError
from newsletter.evaluation.lines import lines_of
from newsletter.evaluation.report import Report

app = typer.Typer(no_args_is_help=True)

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.jsonl", help="Labelled lines; - reads standard input.", show_default=False, allow_dash=True
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Predictions = Annotated[
    Path | None,
    typer.Option(metavar="OUT", help="Write what was found, a line of JSON for each line.", show_default=False),
]


@app.command()
def regions(file: File, as_json: AsJson = False, predictions: Predictions = None) -> None:
    """Measure how well the countries that stories are about are found.

    Lines: {"id", "language", "title", "summary", "countries": ["MX", ...]}; "home" may name the country of the
    story's source. A country counts as found where the story is about it (a confidence of 0.5 and more).

    Micro: all decisions in one pot. Macro: the mean over the countries that lines carry; "of frequent" over those that
    five lines carry, "with found" over those as well that were found and that no line carries, which count as 0.

    \b
    Examples:
      newsletter evaluate regions labelled.jsonl
      newsletter evaluate regions labelled.jsonl --json --predictions found.jsonl
    """
    from newsletter.evaluation.regions import evaluate

    _report(evaluate, file, as_json, predictions)


@app.command()
def events(file: File, as_json: AsJson = False, predictions: Predictions = None) -> None:
    """Measure how well stories of one event are joined.

    Lines: {"id", "language", "title", "summary", "published_at"?, "event": "name of the event"}. Stories without a
    date count as of one moment.

    BCubed: for each story the share of its group that tells its event, and of its event that is in its group; the
    mean over stories. Pairwise: the same of pairs. Among the 20 and the 50 largest groups of two stories and more,
    a group is mixed if it holds a story of another event than the rest, be it a single one (by a stray: a single one
    of three or more), and a duplicate if a larger group tells mostly the same event. Both halves of a file, made of
    whole events, are reported alone; a group belongs to the half of the event that it mostly tells.

    \b
    Examples:
      newsletter evaluate events labelled.jsonl
      newsletter evaluate events labelled.jsonl --json --predictions found.jsonl
    """
    from newsletter.evaluation.events import evaluate

    _report(evaluate, file, as_json, predictions)


@app.command()
def facts(file: File, as_json: AsJson = False, predictions: Predictions = None) -> None:
    """Measure how well facts on which two reports of one event differ are found.

    Lines: {"a": story, "b": story, "differ": ["date", "killed", ...]}. Attributes: date, killed, injured, arrested,
    missing, age, amount, magnitude, place.

    \b
    Examples:
      newsletter evaluate facts pairs.jsonl
      newsletter evaluate facts pairs.jsonl --json --predictions found.jsonl
    """
    from newsletter.evaluation.facts import evaluate

    _report(evaluate, file, as_json, predictions)


@app.command()
def picks(file: File, as_json: AsJson = False, predictions: Predictions = None) -> None:
    """Measure how near picks come to an editor's order, beside two simple orders.

    The file holds lines with stories ({"id", "language", "title", "summary", "published_at"?, "source"?}) and lines
    with picks ({"week": "2026-W20", "region": "MX", "ids": [...]}, in the editor's order). What was published in the
    week and the four days before it could be picked, and stories without a date.

    \b
    Examples:
      newsletter evaluate picks weeks.jsonl
      newsletter evaluate picks weeks.jsonl --json --predictions found.jsonl
    """
    from newsletter.evaluation.picks import evaluate

    _report(evaluate, file, as_json, predictions)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; it is made if need be.", show_default=False)],
) -> None:
    """Write this newsroom's own decisions as labelled lines: events.jsonl, facts.jsonl and picks.jsonl.

    They come from the issues that a person approved: their events, the facts on which reports differ that were let
    stand or taken out, and their picks beside all that could have been picked. They hold texts of your sources.

    \b
    Examples:
      newsletter evaluate export labelled
      newsletter evaluate picks labelled/picks.jsonl
    """
    from newsletter.cli.context import service
    from newsletter.evaluation.exporting import KINDS
    from newsletter.evaluation.exporting import export as lines

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(f"{folder} cannot be made: {error.strerror}.") from error
    with service().db.reading() as session:
        for kind in KINDS:
            written = _write(folder / f"{kind}.jsonl", track(lines(session, kind), kind, console=err, transient=True))
            say(f"{folder / kind}.jsonl: {written} lines")


def _report(evaluate: Callable[..., Report], file: Path, as_json: bool, predictions: Path | None) -> None:
    with _opened(file) as lines:
        report = evaluate(str(file), lines, progress=_progress)
    if predictions is not None:
        _write(predictions, report.predictions)
    print_json(report.as_data()) if as_json else print_report(report)
    if predictions is not None:
        say(f"What was found is in {predictions}.")


def _progress(items: Iterable[Any], label: str) -> Iterable[Any]:
    return track(list(items), label, console=err, transient=True)


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from error
    with opened:
        yield opened


def _write(file: Path, records: Iterable[dict[str, Any]]) -> int:
    """How many lines were written."""
    written = 0
    try:
        with file.open("wb") as opened:
            for line in lines_of(records):
                written += bool(opened.write(line))
        return written
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be written: {error.strerror}.") from error
