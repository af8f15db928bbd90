"""Commands: what happened, by which reports, and a person's word on it."""

from typing import Annotated

import typer

from newsletter.cli.context import service
from newsletter.cli.event_views import print_event
from newsletter.cli.output import print_json, print_table, say
from newsletter.editors.log import COMMAND_LINE
from newsletter.issues.event_data import doubt_rows, event_data, event_rows

app = typer.Typer(no_args_is_help=True)

EventId = Annotated[int, typer.Argument(metavar="EVENT", help="Its number.", show_default=False)]
OtherId = Annotated[int, typer.Argument(metavar="OTHER", help="The number of the other event.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]


@app.command("list")
def list_events(
    limit: Annotated[int, typer.Option(min=1, help="How many, the latest first.")] = 30,
    least: Annotated[int, typer.Option("--reports", min=1, help="Only those of so many reports or more.")] = 1,
    as_json: AsJson = False,
) -> None:
    """List events, the one with the latest report first.

    \b
    Examples:
      newsletter events list
      newsletter events list --reports 3 --json
    """
    with service().db.reading() as session:
        rows = event_rows(session, limit, least)
    if as_json:
        print_json(rows)
        return
    columns = ("id", "language", "reports", "last_at", "title")
    print_table(
        ("Event", "Language", "Reports", "Latest", "First report"), ([row[name] for name in columns] for row in rows)
    )


@app.command()
def show(event: EventId, as_json: AsJson = False) -> None:
    """Show an event: its reports, what ties each to the rest, and what an editor decided about it.

    \b
    Examples:
      newsletter events show 12
      newsletter events show 12 --json
    """
    with service().db.reading() as session:
        data = event_data(session, event)
    print_json(data) if as_json else print_event(data)


@app.command()
def doubts(
    limit: Annotated[int, typer.Option(min=1, help="How many, the most alike first.")] = 30, as_json: AsJson = False
) -> None:
    """List events that may be one: their reports are alike, and something speaks against it.

    Answer with `newsletter events merge` or `newsletter events apart`; then the question is not asked again.

    \b
    Examples:
      newsletter events doubts
      newsletter events doubts --json
    """
    with service().db.reading() as session:
        rows = doubt_rows(session, limit)
    if as_json:
        print_json(rows)
        return
    columns = ("one", "one_title", "other", "other_title", "why")
    print_table(("Event", "", "Event", "", "Check: one event?"), ([row[name] for name in columns] for row in rows))


@app.command()
def split(
    event: EventId,
    reports: Annotated[
        list[int], typer.Argument(metavar="REPORT...", help="Numbers of the reports that go.", show_default=False)
    ],
) -> None:
    """Give some reports of an event an event of their own.

    \b
    Example:
      newsletter events split 12 340 341
    """
    from newsletter.issues import regrouping

    with service().db.writing() as session:
        decision = regrouping.split(session, event, reports, by=COMMAND_LINE, now=service().clock.now())
        new = decision.to_event_id
    say(f"The reports are event {new} now.")


@app.command()
def merge(
    event: EventId,
    into: Annotated[int, typer.Argument(metavar="INTO", help="The event that takes its reports.", show_default=False)],
    yes: Yes = False,
) -> None:
    """Put all reports of an event into another one. What issues carried stays told.

    \b
    Example:
      newsletter events merge 12 9
    """
    from newsletter.issues import regrouping

    if not yes:
        typer.confirm(f"Put all reports of event {event} into event {into}?", abort=True, err=True)
    with service().db.writing() as session:
        regrouping.merge(session, event, into, by=COMMAND_LINE, now=service().clock.now())
    say(f"Event {event} is part of event {into} now.")


@app.command()
def move(
    report: Annotated[int, typer.Argument(metavar="REPORT", help="The report's number.", show_default=False)],
    to: Annotated[int, typer.Argument(metavar="EVENT", help="The event that it tells.", show_default=False)],
) -> None:
    """Move one report into another event.

    \b
    Example:
      newsletter events move 340 9
    """
    from newsletter.issues import regrouping

    with service().db.writing() as session:
        regrouping.move(session, report, to, by=COMMAND_LINE, now=service().clock.now())
    say(f"Report {report} is in event {to} now.")


@app.command()
def apart(event: EventId, other: OtherId) -> None:
    """Say that two events are two, though their reports are alike: nobody is asked again.

    \b
    Example:
      newsletter events apart 12 9
    """
    from newsletter.events import deciding

    with service().db.writing() as session:
        deciding.keep_apart(session, event, other, by=COMMAND_LINE, now=service().clock.now())
    say(f"Events {event} and {other} stay two.")
