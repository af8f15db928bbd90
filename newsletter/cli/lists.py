"""Commands: lists of readers, in and out."""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from newsletter.cli.context import service
from newsletter.cli.output import err, print_json, print_table, say
from newsletter.errors import InvalidInputError
from newsletter.regions.catalogue import find
from newsletter.subscribers.finding import listed
from newsletter.subscribers.lists.cells import defused
from newsletter.subscribers.lists.exporting import write_subscribers, write_suppressions
from newsletter.subscribers.lists.importing import Importer, Source
from newsletter.subscribers.lists.judging import Options
from newsletter.subscribers.lists.models import ImportRun
from newsletter.subscribers.lists.services import SERVICES, Service
from newsletter.subscribers.models import SubscriberState

_NAMES = ", ".join(one.name for one in SERVICES)


def import_(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file.", show_default=False)],
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="What readers get whose line names no region; again for more."),
    ] = None,
    region_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column that names regions.")] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="TEXT=CODE", help="What that column says for a region; again for more."),
    ] = None,
    consent: Annotated[
        str, typer.Option(metavar="TEXT", help="Where their consent is on record; kept with each of them.")
    ] = "",
    go: Annotated[bool, typer.Option("--go", help="Do it. Without, it is only said what would happen.")] = False,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="SERVICE", help=f"Whose export it is, if not told: {_NAMES}.")
    ] = None,
    address_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column that holds addresses.")] = None,
    encoding: Annotated[str | None, typer.Option(metavar="NAME", help="Of a CSV file, if not told.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Language of letters. Default: the first region's.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="For lines that name none. Default: the first region's.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where refused lines go. Default: FILE.refused.csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Import readers whose consent is on record elsewhere; first without doing it.

    Without --go nothing changes: FILE.plan.csv says of every line what would become of it. Who has left, or is
    suppressed, stays so. Nobody is mailed. After a kill the same command goes on where it stood.

    \b
    Examples:
      newsletter subscribers import audience.csv --region MX --consent "Form on news.example since 2019"
      newsletter subscribers import audience.csv --region MX --consent "Form on news.example since 2019" --go
      newsletter subscribers import members.csv --region-column labels --map "andes=PE" --consent "Ghost, double opt-in"
    """
    codes = tuple(find(code).code for code in region or ())
    options = Options(codes, region_column, _mapped(map_ or []), language, time_zone)
    source = Source(file, options, consent, from_, address_column, encoding)
    importer = Importer(
        service().db, service().clock, service().secret_keys, service().settings.import_megabytes * 1_000_000
    )
    found = importer.look(source)
    refused = report or file.with_name(f"{file.name}.refused.csv")
    with _progress(f"Reading {_whose(found.service)}", found.lines) as advance:
        run = importer.read(source, found, refused, advance)
    if go:
        with _progress("Merging", run.read_lines) as advance:
            counts = importer.merge(run, refused, advance)
    else:
        with _progress("Looking at each line", run.read_lines) as advance:
            counts = _write_plan(importer, run, _plan_of(file), advance)
    _tell(counts, _refused(refused), found.service.name, file, refused, go=go, as_json=as_json)


def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; - or nothing: standard output.")] = None,
    region: Annotated[str | None, typer.Option(metavar="CODE", help="Only those who have this region.")] = None,
    state: Annotated[SubscriberState | None, typer.Option(help="Only those in this state.")] = None,
) -> None:
    """Write subscribers as CSV, as `import` reads them back. Cells that a spreadsheet would run are defused.

    \b
    Examples:
      newsletter subscribers export readers.csv
      newsletter subscribers export --region MX --state confirmed > mexico.csv
    """
    code = find(region).code if region else None
    with _out(file) as out, service().db.reading() as session:
        count = write_subscribers(out, listed(session, region_code=code, state=state))
    say(f"{count:,} written.")


def export_suppressions(
    file: Annotated[Path | None, typer.Argument(help="Where to; - or nothing: standard output.")] = None,
) -> None:
    """Write the keyed hashes of addresses that must not be mailed, with reasons, as CSV.

    \b
    Example:
      newsletter subscribers export-suppressions never.csv
    """
    with _out(file) as out, service().db.reading() as session:
        count = write_suppressions(out, session)
    say(f"{count:,} written.")


def _mapped(pairs: list[str]) -> Mapping[str, str]:
    found = {}
    for pair in pairs:
        said, sign, code = pair.rpartition("=")
        if not sign:
            raise InvalidInputError(f"--map {pair!r} must look like TEXT=CODE.")
        found[said.strip()] = find(code).code
    return found


def _plan_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.plan.csv")


def _whose(service: Service) -> str:
    return service.name if service.name.startswith("a ") else f"an export of {service.name}"


def _write_plan(importer: Importer, run: ImportRun, plan: Path, advance: Callable[[int], None]) -> Counter[str]:
    with plan.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(("line", "what", "reason", "address"))
        return importer.plan(run, lambda *row: rows.writerow((*row[:3], defused(row[3]))), advance)


def _tell(counts: Counter[str], refused: int, name: str, file: Path, report: Path, *, go: bool, as_json: bool) -> None:
    if as_json:
        paths = {"report": report} if go else {"report": report, "plan": _plan_of(file)}
        print_json({"service": name, "done": go, "refused": refused, "lines": dict(counts)} | paths)
        return
    print_table(("What", "Lines"), [(what, f"{n:,}") for what, n in [*counts.items(), ("refused at reading", refused)]])
    say(f"Refused lines, with reasons: {report}")
    if not go:
        say(f"What would become of each other line: {_plan_of(file)}")
    say("Done." if go else "Nothing was changed. The same command with --go does it.")


def _refused(report: Path) -> int:
    with report.open(encoding="utf-8", newline="") as file:
        return sum(1 for row in csv.reader(file) if row[1] == "refused")


@contextmanager
def _progress(what: str, lines: int | None) -> Iterator[Callable[[int], None]]:
    """A bar that is told how many lines further it is; at its end it is full, for lines are counted by line ends."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(what, total=lines)
        yield lambda further: bar.advance(task, further)
        whole = lines or bar.tasks[0].completed
        bar.update(task, total=whole, completed=whole)


@contextmanager
def _out(file: Path | None) -> Iterator[TextIO]:
    if file is None or str(file) == "-":
        yield sys.stdout
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        yield out
