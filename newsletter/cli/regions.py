"""Commands: the catalogue of regions, which are switched on, and when their letters leave."""

from typing import Annotated

import typer

from newsletter.cli.context import service
from newsletter.cli.output import print_json, say
from newsletter.cli.region_views import print_region, print_schedule, print_territories, print_territory, title_of
from newsletter.issues.weighing import WeightsFolder
from newsletter.picking.weights import as_toml, tables
from newsletter.regions.catalogue import catalogue, find
from newsletter.regions.catalogue import search as search_catalogue
from newsletter.regions.models import Approval
from newsletter.regions.service import active_regions, change_schedule, switch_off, switch_on, weekday_number
from newsletter.regions.service import change as change_region
from newsletter.regions.service import schedule as schedule_named
from newsletter.sending.scheduling import check_move_to

app = typer.Typer(no_args_is_help=True)

Code = Annotated[
    str,
    typer.Argument(
        metavar="CODE", help="MX, a state such as US-CA, or a group such as latin-america.", show_default=False
    ),
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Language of its issues, such as es or pt-BR.", show_default=False)
]
TimeZone = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Where its editors are: America/Mexico_City.", show_default=False)
]
Items = Annotated[int | None, typer.Option(metavar="N", help="Most items of an issue.", show_default=False)]
Minimum = Annotated[
    int | None, typer.Option(metavar="N", help="Fewer items make no issue that week.", show_default=False)
]
ApprovalOption = Annotated[Approval | None, typer.Option(help="Must an editor approve each issue?", show_default=False)]
ScheduleName = Annotated[
    str | None, typer.Option("--schedule", metavar="NAME", help="When its letters leave.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="The whole catalogue, not only what is on.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the regions that are switched on, or the whole catalogue.

    \b
    Examples:
      newsletter regions list
      newsletter regions list --all --json
    """
    with service().db.reading() as session:
        on = {region.code: region for region in active_regions(session)}
    shown = list(catalogue().values()) if everything else [catalogue()[code] for code in on]
    print_territories(shown, on, as_json=as_json, details=not everything)
    if not shown and not as_json:
        say("No region is on yet. `newsletter regions enable MX` switches one on; `--all` shows what there is.")


@app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A part of a name or code.", show_default=False)],
    language: Annotated[str, typer.Option(metavar="TAG", help="Search and show names in it.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Find a region's code by its name.

    \b
    Examples:
      newsletter regions search mexi
      newsletter regions search españa --language es
    """
    found = search_catalogue(text, language)
    with service().db.reading() as session:
        on = {region.code: region for region in active_regions(session)}
    print_territories(found, on, as_json=as_json, language=language)
    if not found and not as_json:
        say(f"No region is called {text!r}. `newsletter regions list --all` shows all of them.")


@app.command()
def enable(
    code: Code,
    language: Language = None,
    time_zone: TimeZone = None,
    items: Items = None,
    minimum: Minimum = None,
    approval: ApprovalOption = None,
    schedule: ScheduleName = None,
    as_json: AsJson = False,
) -> None:
    """Switch a region on: from now on it gets an issue a week.

    What is not given stays as it was when the region was on before. A new one takes the main
    language and time zone of the catalogue, 3 to 10 items, approval by an editor, and the
    weekly schedule.

    \b
    Examples:
      newsletter regions enable MX
      newsletter regions enable US-CA
      newsletter regions enable latin-america --language es --items 12 --approval automatic
    """
    with service().db.writing() as session:
        check_move_to(session, code, schedule, service().clock.now())
        region = switch_on(
            session,
            code,
            language=language,
            time_zone=time_zone,
            item_count=items,
            minimum_items=minimum,
            approval=approval,
            schedule=schedule,
        )
    print_region(region, as_json=as_json)


@app.command()
def change(
    code: Code,
    language: Language = None,
    time_zone: TimeZone = None,
    items: Items = None,
    minimum: Minimum = None,
    approval: ApprovalOption = None,
    schedule: ScheduleName = None,
    as_json: AsJson = False,
) -> None:
    """Change how a region's issues are made, from the next draft on.

    \b
    Examples:
      newsletter regions change MX --items 8 --minimum 4
      newsletter regions change MX --approval automatic
    """
    with service().db.writing() as session:
        check_move_to(session, code, schedule, service().clock.now())
        region = change_region(
            session,
            code,
            language=language,
            time_zone=time_zone,
            item_count=items,
            minimum_items=minimum,
            approval=approval,
            schedule=schedule,
        )
    print_region(region, as_json=as_json)


@app.command()
def disable(code: Code) -> None:
    """Switch a region off: no more issues. Its past issues and its readers stay, and `enable` brings it back.

    \b
    Example:
      newsletter regions disable MX
    """
    with service().db.writing() as session:
        region = switch_off(session, code)
    say(f"{title_of(region.code)} is off. `newsletter regions enable {region.code}` switches it on again.")


@app.command()
def show(code: Code, as_json: AsJson = False) -> None:
    """Show a region: what it covers and, if it is on, how its issues are made.

    \b
    Examples:
      newsletter regions show MX
      newsletter regions show latin-america --json
    """
    territory = find(code)
    with service().db.reading() as session:
        on = {region.code: region for region in active_regions(session)}
    if territory.code in on:
        print_region(on[territory.code], as_json=as_json)
    else:
        print_territory(territory, as_json=as_json)


@app.command()
def weights(code: Code, as_json: AsJson = False) -> None:
    """Show what counts how much when a region's issues are picked, as a file of weights has it.

    The folder of such files is a setting, NEWSLETTER_WEIGHTS_DIR: default.toml holds for all regions, MX.toml for one.
    `newsletter picks try` shows what other weights would have picked.

    \b
    Examples:
      newsletter regions weights MX
      newsletter regions weights MX --json
    """
    found, read = WeightsFolder(service().settings.weights_dir).of(find(code).code)
    if as_json:
        print_json({"files": [str(file) for file in read], "weights": tables(found)})
        return
    heading = f"{find(code).code}: {', '.join(map(str, read)) or 'as usual, no file'}"
    typer.echo(as_toml(found, heading), nl=False)


@app.command("schedule")
def schedule_(
    name: Annotated[str, typer.Argument(metavar="NAME")] = "weekly",
    weekday: Annotated[str | None, typer.Option(metavar="DAY", help="Such as friday.", show_default=False)] = None,
    hour: Annotated[int | None, typer.Option(metavar="0-23", help="Where each reader is.", show_default=False)] = None,
    lead: Annotated[
        int | None, typer.Option(metavar="HOURS", help="Drafts, before the first wave.", show_default=False)
    ] = None,
    window: Annotated[
        int | None, typer.Option(metavar="HOURS", help="How late a wave may still leave.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change when letters leave: a weekday and an hour where each reader is.

    \b
    Examples:
      newsletter regions schedule
      newsletter regions schedule --weekday friday --hour 7 --lead 24 --window 12
    """
    with service().db.writing() as session:
        if weekday is None and hour is None and lead is None and window is None:
            found = schedule_named(session, name)
        else:
            number = None if weekday is None else weekday_number(weekday)
            found = change_schedule(session, name, weekday=number, hour=hour, lead_hours=lead, window_hours=window)
    print_schedule(found, as_json=as_json)
