"""Commands: schedules, by which letters leave, and the regions that belong to each."""

from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.editors.log import COMMAND_LINE, record
from newsletter.regions import schedules
from newsletter.regions import service as regions
from newsletter.regions.models import Schedule
from newsletter.sending.scheduling import Coming, Hours, check_move, coming, remove_schedule

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the schedule.", show_default=False)]
Weekday = Annotated[str | None, typer.Option(metavar="DAY", help="Such as friday.", show_default=False)]
Hour = Annotated[int | None, typer.Option(metavar="0-23", help="Where each reader is.", show_default=False)]
Lead = Annotated[int | None, typer.Option(metavar="HOURS", help="Drafts, before the first wave.", show_default=False)]
Window = Annotated[int | None, typer.Option(metavar="HOURS", help="How late a wave may leave.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the schedules, what leaves next by each, and the regions that belong to it.

    \b
    Examples:
      newsletter schedules list
      newsletter schedules list --json
    """
    now = service().clock.now()
    with service().db.reading() as session:
        found = [
            (one, coming(session, one, Hours.of(one), now), schedules.regions_of(session, one))
            for one in schedules.all_schedules(session)
        ]
        rows = [_as_data(one, next_, [region.code for region in theirs]) for one, next_, theirs in found]
    if as_json:
        print_json(rows)
        return
    columns = ("Name", "Leaves", "Next wave", "Regions")
    print_table(columns, ((one["name"], _when(one), one["next_wave"], ", ".join(one["regions"])) for one in rows))


@app.command()
def add(
    name: Name,
    weekday: Weekday = None,
    hour: Hour = None,
    lead: Lead = None,
    window: Window = None,
    as_json: AsJson = False,
) -> None:
    """Make a schedule. It sends nothing until a region belongs to it. What is not given is as usual: Friday, 7:00.

    \b
    Examples:
      newsletter schedules add weekend --weekday saturday --hour 9
      newsletter regions enable MX --schedule weekend
    """
    given = _given(weekday, hour, lead, window)
    with service().db.writing() as session:
        made = schedules.add_schedule(session, name, **given)
        _log(session, "schedule added", made.name, {"after": _hours(made)})
        data = _as_data(made, coming(session, made, Hours.of(made), service().clock.now()), [])
    print_json(data) if as_json else say(f"{made.name}: {_when(data)}. `newsletter schedules move` gives it regions.")


@app.command()
def change(
    name: Name,
    weekday: Weekday = None,
    hour: Hour = None,
    lead: Lead = None,
    window: Window = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Change when letters leave, after saying what that means for the coming round. What has begun stays as it is.

    \b
    Examples:
      newsletter schedules change weekly --weekday thursday
      newsletter schedules change weekly --hour 6 --lead 30 --yes
    """
    given = _given(weekday, hour, lead, window)
    with service().db.reading() as session:
        found = regions.schedule(session, name)
        then = Hours(**(_hours(found) | given))
        told = _told(coming(session, found, then, service().clock.now()))
    _ask(told, yes=yes)
    with service().db.writing() as session:
        found = regions.schedule(session, name)
        before = _hours(found)
        regions.change_schedule(session, name, **given)
        _log(session, "schedule changed", name, {"before": before, "after": _hours(found)})
        data = _as_data(found, coming(session, found, Hours.of(found), service().clock.now()), [])
    print_json(data) if as_json else say(f"{name}: {_when(data)}.")


@app.command()
def rename(name: Name, to: Annotated[str, typer.Argument(help="Its new name.", show_default=False)]) -> None:
    """Give a schedule another name; its regions and its rounds stay with it.

    \b
    Example:
      newsletter schedules rename weekend saturdays
    """
    with service().db.writing() as session:
        renamed = schedules.rename_schedule(session, name, to).name
        _log(session, "schedule renamed", renamed, {"before": {"name": name}, "after": {"name": renamed}})
    say(f"{name} is called {renamed} now.")


@app.command()
def move(
    name: Name,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Of the region: MX.", show_default=False)],
    yes: Yes = False,
) -> None:
    """Have a region's letters leave by this schedule, after saying when its next one would.

    \b
    Examples:
      newsletter schedules move weekend MX
      newsletter schedules move weekend MX --yes
    """
    now = service().clock.now()
    with service().db.reading() as session:
        found, region = regions.schedule(session, name), regions.region(session, code)
        check_move(session, region, found, now)
        told = _told(coming(session, found, Hours.of(found), now))
    _ask(told, yes=yes)
    with service().db.writing() as session:
        found, region = regions.schedule(session, name), regions.region(session, code)
        check_move(session, region, found, now)
        before = region.schedule.name
        regions.change(session, code, schedule=name)
        details = {"before": {"schedule": before}, "after": {"schedule": name}}
        record(
            session,
            actor=COMMAND_LINE,
            action="region changed",
            subject=f"region {region.code}",
            details=details,
            now=now,
        )
    say(f"{region.code} leaves by {name} now.")


@app.command()
def remove(name: Name, yes: Yes = False) -> None:
    """Remove a schedule that no region belongs to and by which nothing was sent.

    \b
    Example:
      newsletter schedules remove weekend --yes
    """
    _ask(f"The schedule {name} will be gone.", yes=yes)
    with service().db.writing() as session:
        found = regions.schedule(session, name)
        before = _hours(found)
        remove_schedule(session, found)
        _log(session, "schedule removed", name, {"before": before})
    say(f"{name} is gone.")


def _given(weekday: str | None, hour: int | None, lead: int | None, window: int | None) -> dict[str, int]:
    number = None if weekday is None else regions.weekday_number(weekday)
    return regions.checked_hours(weekday=number, hour=hour, lead_hours=lead, window_hours=window)


def _told(next_: Coming) -> str:
    """What a change means, in sentences."""
    some = ", ".join(next_.zones[:4]) + (f" and {len(next_.zones) - 4} more" if len(next_.zones) > 4 else "")
    said = f"The next wave would leave on {next_.next_wave:%A, %d %B %Y, %H:%M} UTC, in {some}."
    if next_.stays:
        said += f" Planned or under way, and left as it is: {', '.join(next_.stays)}."
    if next_.has_begun:
        said += " Some of its waves would have opened already; those that are too late for the window are held."
    return said


def _ask(told: str, *, yes: bool) -> None:
    say(told)
    if not yes:
        typer.confirm("Go on?", abort=True, err=True)


def _hours(found: Schedule) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("weekday", "hour", "lead_hours", "window_hours")}


def _as_data(found: Schedule, next_: Coming, codes: list[str]) -> dict[str, Any]:
    return {
        "name": found.name,
        **_hours(found),
        "weekday": regions.WEEKDAYS[found.weekday],
        "week": next_.week,
        "next_wave": next_.next_wave,
        "time_zones": list(next_.zones),
        "regions": codes,
    }


def _when(one: dict[str, Any]) -> str:
    return f"{one['weekday'].capitalize()}, {one['hour']:02}:00 where the reader is"


def _log(session: Session, action: str, name: str, details: dict[str, Any]) -> None:
    now = service().clock.now()
    record(session, actor=COMMAND_LINE, action=action, subject=f"schedule {name}", details=details, now=now)
