"""Commands: what came in, and what a file would give."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from newsletter.cli import story_words
from newsletter.cli.context import service
from newsletter.cli.output import err, print_json, print_table, say
from newsletter.errors import InvalidInputError
from newsletter.regions.catalogue import find
from newsletter.stories.handing_over import hand_over
from newsletter.stories.intake import read_given
from newsletter.stories.models import Story
from newsletter.stories.parsing import ParsedFeed, parse_feed
from newsletter.stories.reading import stories as stored_stories
from newsletter.stories.retagging import count_outdated
from newsletter.stories.retagging import retag as retag_stories
from newsletter.stories.sources import own_source

app = typer.Typer(no_args_is_help=True)
app.add_typer(story_words.app)

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
_FILE_LIMIT = 50_000_000  # bytes: a file that a person names may be larger than what is fetched


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A feed; - reads standard input.", show_default=False, allow_dash=True)],
    url: Annotated[str, typer.Option(help="Where it comes from: completes relative links.", show_default=False)] = "",
    content_type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="As its server would say it.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is read from a feed file, without storing it.

    \b
    Examples:
      newsletter stories parse feed.xml
      curl -s https://news.example/feed.xml | newsletter stories parse - --json
    """
    feed = parse_feed(_read(file), content_type=content_type, url=url)
    if as_json:
        print_json(asdict(feed))
        return
    _show(feed)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="JSON; - reads standard input.", show_default=False, allow_dash=True)],
    source: Annotated[str, typer.Option(metavar="NAME", help="The source that they come from.")] = "By hand",
    as_json: AsJson = False,
) -> None:
    """Add stories from a JSON file: one object, or a list of them.

    Each has a title and a url; it may have a summary, published_at (ISO 8601), language, region (the country that it
    is about), author and image_url. One without a url needs a region, and stands on that region's page. Adding the
    same again does no harm.

    \b
    Examples:
      newsletter stories add stories.json
      newsletter stories add stories.json --source "City desk" --json
    """
    given = read_given(_json(_read(file)), service().settings.base_url)
    now = service().clock.now()
    with service().db.writing() as session:
        results = hand_over(session, own_source(session, source, now), given, now)
    counts = Counter(result.outcome for result in results)
    if as_json:
        print_json({"counts": counts, "results": [asdict(result) for result in results]})
    else:
        print_table(
            ("Result", "Story", "Title or reason"), [(r.outcome, r.story_id, r.reason or r.title) for r in results]
        )
        say(", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "The file holds no stories.")
    if counts["refused"]:
        raise typer.Exit(1)


@app.command("list")
def list_(
    region: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only those about this region.", show_default=False)
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only those of this day (UTC) or later.", formats=["%Y-%m-%d"])
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List stories with the countries they are about, and the words that said so.

    \b
    Examples:
      newsletter stories list --region MX
      newsletter stories list --since 2026-05-11 --json
    """
    code = find(region).code if region else None
    with service().db.reading() as session:
        found = stored_stories(session, region=code, since=since and since.replace(tzinfo=UTC), limit=limit)
        rows = [_row(story) for story in found]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("Id", "Date", "Source", "Title", "About"),
        [(row["id"], row["dated_at"], row["source"], row["title"], _about(row["regions"])) for row in rows],
    )


@app.command()
def retag(
    everything: Annotated[bool, typer.Option("--all", help="Those of this tagger as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find the regions of stories anew, after an upgrade or a change to the tables of names.

    It can be stopped and started again. What the newsroom said itself about a story stays.

    \b
    Examples:
      newsletter stories retag
      newsletter stories retag --all
    """
    db = service().db
    with db.reading() as session:
        total = count_outdated(session, everything=everything)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("Tagging", total=total)
        result = retag_stories(db, everything=everything, done=lambda stories: bar.update(task, advance=stories))
    if as_json:
        print_json(asdict(result))
    elif not result.stories:
        say("The regions of every story are up to date. `--all` finds them anew all the same.")
    else:
        say(f"{result.stories:,} stories read, {result.changed:,} with other regions than before.")


def _row(story: Story) -> dict[str, Any]:
    regions = sorted(story.regions, key=lambda region: (-region.confidence, region.code))
    return {
        "id": story.id,
        "title": story.title,
        "summary": story.summary,
        "url": story.url,
        "canonical_url": story.canonical_url,
        "source": story.source.name,
        "language": story.language,
        "author": story.author,
        "published_at": story.published_at,
        "dated_at": story.dated_at,
        "changed_at": story.changed_at,
        "regions": [
            {"code": region.code, "confidence": region.confidence, "spans": region.spans} for region in regions
        ],
    }


def _about(regions: list[dict[str, Any]]) -> str:
    """For a person: "MX 0.93 (Mexico, Jalisco), US 0.20"."""
    return ", ".join(f"{region['code']} {region['confidence']:.2f}{_words(region['spans'])}" for region in regions)


def _words(spans: list[dict[str, Any]]) -> str:
    words = dict.fromkeys(str(span["text"]) for span in spans)
    return f" ({', '.join(words)})" if words else ""


def _show(feed: ParsedFeed) -> None:
    say(f"{feed.title or 'A feed without a title'}: {feed.kind}, language {feed.language or 'not said'}")
    print_table(("Published", "Title", "Link"), [(s.published_at, s.title, s.url) for s in feed.stories])
    for entry in feed.rejected:
        say(f"Rejected: {entry.reason} {entry.raw[:120]}")
    if feed.problem:
        say(feed.problem)


def _read(file: Path) -> bytes:
    try:
        if str(file) == "-":
            body = sys.stdin.buffer.read(_FILE_LIMIT + 1)
        else:
            with file.open("rb") as opened:
                body = opened.read(_FILE_LIMIT + 1)
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from error
    if len(body) > _FILE_LIMIT:
        raise InvalidInputError(f"{file} is larger than {_FILE_LIMIT:,} bytes.")
    return body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except RecursionError as error:
        raise InvalidInputError("The JSON is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError("The file is not in UTF-8.") from error
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")
        raise InvalidInputError(f"This is not valid JSON: {what}, in line {error.lineno}.") from error
