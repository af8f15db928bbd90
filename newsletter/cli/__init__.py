"""The `newsletter` command: one file a group of commands, joined here."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from newsletter.cli import demo, editors, issues, mails, regions, rounds, serving, sources, stories, subscribers
from newsletter.cli.output import err, out
from newsletter.errors import NewsletterError, SettingsError

app = typer.Typer(
    name="newsletter",
    help="One weekly letter per region, picked, approved and sent to every reader exactly once.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(version("regional-weekly"), highlight=False)
        raise typer.Exit


@app.callback()
def common(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """What goes before every command."""


app.add_typer(serving.app)
app.add_typer(demo.app)
app.add_typer(issues.top)
app.add_typer(mails.app)
app.add_typer(regions.app, name="regions", help="Regions: the catalogue, and which are switched on.")
app.add_typer(sources.app, name="sources", help="Sources: feeds and API clients that stories come from.")
app.add_typer(stories.app, name="stories", help="Stories: what came in; reading a file without storing it.")
app.add_typer(issues.app, name="issues", help="Issues: this week's drafts, why each item is there, approval.")
app.add_typer(rounds.app, name="rounds", help="Rounds: how a week's sending goes; pause, resume, cancel.")
app.add_typer(subscribers.app, name="subscribers", help="Subscribers: who reads what.")
app.add_typer(editors.app, name="editors", help="Editors: who is told about drafts and may sign in to the desk.")


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 it could not be done, 2 wrong usage or a wrong setting."""
    try:
        app()
    except SettingsError as error:
        err.print(str(error), style="red", markup=False, highlight=False)
        sys.exit(2)
    except NewsletterError as error:
        err.print(str(error), style="red", markup=False, highlight=False)
        sys.exit(1)
