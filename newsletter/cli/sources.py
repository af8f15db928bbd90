"""Commands: where stories come from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from newsletter.cli.context import service
from newsletter.cli.output import err, print_json, print_table, say
from newsletter.cli.source_rows import health_of, row_of
from newsletter.errors import InvalidInputError
from newsletter.stories.importing import import_feeds
from newsletter.stories.models import SourceKind
from newsletter.stories.opml import read_opml
from newsletter.stories.refreshing import Refreshed, RefreshOutcome, due_sources, refresh
from newsletter.stories.sources import (
    add_client,
    add_source,
    all_sources,
    change,
    pause,
    rejections,
    remove,
    resume,
    source,
)

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Id = Annotated[int, typer.Argument(metavar="ID", help="Number of a source, as `list` shows it.", show_default=False)]
Home = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Region that it writes about where its words say nothing.", show_default=False),
]
Language = Annotated[str | None, typer.Option(metavar="TAG", help="Default: what each story says.", show_default=False)]
Weight = Annotated[float, typer.Option(help="How much its word counts in picking, up to 10.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the feed.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="Default: the feed's own title.", show_default=False)] = None,
    home: Home = None,
    language: Language = None,
    weight: Weight = 1.0,
    as_json: AsJson = False,
) -> None:
    """Add a feed: RSS, RDF, Atom or JSON Feed. It is read by the next refresh.

    \b
    Examples:
      newsletter sources add https://news.example/mexico.xml --home MX --language es
      newsletter sources add https://wire.example/feed.json --name "The Wire" --weight 1.5
    """
    now = service().clock.now()
    with service().db.writing() as session:
        added = add_source(session, url, name=name, home=home, language=language, weight=weight, now=now)
        row = row_of(added)
    if as_json:
        print_json(row)
    else:
        say(f"Source {added.id} added: {added.name}. `newsletter sources refresh {added.id}` reads it now.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of feeds (OPML).", show_default=False)],
    home: Home = None,
    language: Language = None,
    weight: Weight = 1.0,
    as_json: AsJson = False,
) -> None:
    """Add all feeds of an OPML file. Those that are sources already stay as they are.

    \b
    Examples:
      newsletter sources import mexico.opml --home MX --language es
      newsletter sources import feeds.opml --json
    """
    try:
        feeds = read_opml(file.read_bytes())
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from error
    # One transaction: an import that is broken off leaves nothing half done.
    now = service().clock.now()
    with service().db.writing() as session:
        added = import_feeds(session, feeds.outlines, now=now, home=home, language=language, weight=weight)
        results = list(track(added, "Importing", len(feeds.outlines), console=err, transient=True))
    counts = Counter(result.result for result in results)
    if as_json:
        print_json({"counts": counts, "problem": feeds.problem, "feeds": [asdict(result) for result in results]})
        return
    print_table(
        ("Line", "Result", "Name", "Address or reason"),
        [(r.line, r.result, r.name, r.reason or r.url) for r in results],
    )
    say(", ".join(f"{count} {result}" for result, count in counts.items()) or "The list holds no feeds.")
    if feeds.problem:
        say(feeds.problem)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all sources with their health: when they last answered, and what the trouble is.

    \b
    Examples:
      newsletter sources list
      newsletter sources list --json
    """
    with service().db.reading() as session:
        found = all_sources(session)
    if as_json:
        print_json([row_of(row) for row in found])
        return
    print_table(
        ("Id", "Name", "Home", "Language", "Weight", "Last answer", "Health"),
        [(row.id, row.name, row.home, row.language, row.weight, row.succeeded_at, health_of(row)) for row in found],
    )


@app.command()
def show(source_id: Id, as_json: AsJson = False) -> None:
    """Show one source, and what it gave that could not be used.

    \b
    Example:
      newsletter sources show 3
    """
    with service().db.reading() as session:
        found = source(session, source_id)
        kept: list[dict[str, Any]] = [
            {"at": row.at, "reason": row.reason, "raw": row.raw.decode("utf-8", "replace")}
            for row in rejections(session, source_id)
        ]
    if as_json:
        print_json(row_of(found) | {"rejections": kept})
        return
    print_table(("", ""), [(name, value) for name, value in row_of(found).items() if value is not None])
    if kept:
        say(f"\nWhat could not be used ({len(kept)}, newest first):")
        print_table(("When", "Why", "Beginning"), [(row["at"], row["reason"], row["raw"][:200]) for row in kept])


@app.command("refresh")
def refresh_(
    source_ids: Annotated[list[int] | None, typer.Argument(metavar="ID", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="All active sources, due or not.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask sources for news now: the named ones, all, or (without either) those that are due.

    \b
    Examples:
      newsletter sources refresh
      newsletter sources refresh 3 5
      newsletter sources refresh --all --json
    """
    names = _names_to_refresh(source_ids or [], everything)
    results = list(track(_refreshed(list(names)), "Refreshing", len(names), console=err, transient=True))
    results.sort(key=lambda result: list(names).index(result.source_id))
    if as_json:
        print_json([asdict(result) | {"name": names[result.source_id]} for result in results])
    elif not results:
        say("No source is due.")
    else:
        print_table(
            ("Id", "Name", "Outcome", "New", "Changed", "Known", "Rejected", "Trouble"),
            [
                (r.source_id, names[r.source_id], r.outcome, r.new, r.changed, r.known, r.rejected, r.trouble)
                for r in results
            ],
        )
    if source_ids and any(result.outcome is RefreshOutcome.FAILED for result in results):
        raise typer.Exit(1)


@app.command("change")
def change_(
    source_id: Id,
    name: Annotated[str | None, typer.Option(help="What to call it.", show_default=False)] = None,
    home: Annotated[
        str | None, typer.Option(metavar="CODE", help='Region that it writes about; "": none.', show_default=False)
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help='"": what each story says.', show_default=False)
    ] = None,
    weight: Annotated[float | None, typer.Option(help="How much its word counts.", show_default=False)] = None,
) -> None:
    """Call a source otherwise, or have it count otherwise. What is not given stays.

    \b
    Examples:
      newsletter sources change 3 --name "The Wire" --weight 1.5
      newsletter sources change 3 --home ""
    """
    with service().db.writing() as session:
        found = source(session, source_id)
        changed = change(
            session,
            source_id,
            name=found.name if name is None else name,
            home=found.home if home is None else home,
            language=found.language if language is None else language,
            weight=found.weight if weight is None else weight,
        )
        say(f"Source {changed.id} is {changed.name}, of weight {changed.weight:g}.")


@app.command("pause")
def pause_(source_id: Id) -> None:
    """Stop asking a source, until it is resumed. Its stories stay.

    \b
    Example:
      newsletter sources pause 3
    """
    with service().db.writing() as session:
        say(f"{pause(session, source_id).name} is paused.")


@app.command("resume")
def resume_(source_id: Id) -> None:
    """Ask a source again that was paused, or that failed so often that it is seldom asked.

    \b
    Example:
      newsletter sources resume 3
    """
    with service().db.writing() as session:
        say(f"{resume(session, source_id, service().clock.now()).name} is asked again.")


@app.command("add-client")
def add_client_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who will send stories.", show_default=False)],
    home: Home = None,
    language: Language = None,
    weight: Weight = 1.0,
    as_json: AsJson = False,
) -> None:
    """Add a client of the API and show its key, this once.

    It sends stories to POST /api/stories with the header `Authorization: Bearer KEY`.

    \b
    Example:
      newsletter sources add-client "City desk" --home MX
    """
    now = service().clock.now()
    with service().db.writing() as session:
        client, key = add_client(session, name, home=home, language=language, weight=weight, now=now)
        row = row_of(client)
    if as_json:
        print_json(row | {"key": key})
        return
    say(f"Client {client.id} added: {client.name}. Its key is shown now and never again:")
    typer.echo(key)


@app.command("remove")
def remove_(source_id: Id, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Remove a source that has given no stories; others can be paused.

    \b
    Example:
      newsletter sources remove 3 --yes
    """
    with service().db.reading() as session:
        name = source(session, source_id).name
    if not yes:
        typer.confirm(f"Remove {name}, with what it gave that could not be used?", abort=True, err=True)
    with service().db.writing() as session:
        remove(session, source_id)
    say(f"{name} is removed.")


def _names_to_refresh(source_ids: Sequence[int], everything: bool) -> dict[int, str]:
    """Ids, in the order of asking, with names. Raises NotFoundError."""
    with service().db.reading() as session:
        if source_ids:
            return {source_id: source(session, source_id).name for source_id in source_ids}
        sources = {row.id: row.name for row in all_sources(session) if row.active and row.kind is SourceKind.FEED}
        ids = list(sources) if everything else due_sources(session, service().clock.now())
        return {source_id: sources[source_id] for source_id in ids}


def _refreshed(source_ids: Sequence[int]) -> Iterator[Refreshed]:
    """Results as they come: several hosts at a time, each of them asked for one feed at a time."""
    svc = service()
    with ThreadPoolExecutor(svc.settings.worker_threads) as pool:
        asked = [pool.submit(refresh, svc.db, svc.fetcher, number, svc.clock.now()) for number in source_ids]
        for future in as_completed(asked):
            yield future.result()
