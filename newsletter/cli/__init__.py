"""The `newsletter` command: one file a group of commands, joined here and read when one of its commands is called."""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from newsletter.cli.late import LateCommand, LateGroup
from newsletter.cli.output import err, out
from newsletter.errors import NewsletterError, SettingsError

# Name, Typer app, and the line that `newsletter --help` says of it, in the order of the help.
COMMANDS = (
    LateCommand("up", "serving:app", "Run the whole service here, with what it lacks; Ctrl-C ends it."),
    LateCommand("web", "serving:app", "Serve the pages."),
    LateCommand("worker", "serving:app", "Run a Celery worker, one of any number."),
    LateCommand("beat", "serving:app", "Run Celery's beat, which rings for a tick every now and then."),
    LateCommand("migrate", "serving:app", "Bring the database's schema up to date."),
    LateCommand("tick", "serving:app", "Do once, here, what beat has the workers do every minute."),
    LateCommand("settings", "serving:app", "List every setting, its value here, and what it is for."),
    LateCommand("status", "serving:app", "Say what is well and what is wrong; exit code 1 if anything is."),
    LateCommand("demo", "demo:app", "Let two weeks of a sample world go by, then look around."),
    LateCommand("draft", "issues:top", "Pick the top stories of a region's week, as a draft."),
    LateCommand("preview", "mails:app", "Mail an issue's letter to someone, marked as a preview."),
    LateCommand("render", "mails:app", "Write an issue's letter as its readers get it."),
    LateCommand("explain", "explain:app", "Say why each item is in an issue, and why what nearly was is not."),
    LateCommand("outbox", "mails:app", "Keep every mail and show it, in place of a relay."),
    LateCommand("bounce", "bounces:app", "Say what a mail that came back means, and change nothing."),
    LateGroup("inbound", "inbound:app", "Inbound: take mail in by SMTP, LMTP, pipe or mailbox; read what was kept."),
    LateGroup("regions", "regions:app", "Regions: the catalogue, and which are switched on."),
    LateGroup("schedules", "schedules:app", "Schedules: when letters leave, and the regions that leave by each."),
    LateGroup("sources", "sources:app", "Sources: feeds and API clients that stories come from."),
    LateGroup("stories", "stories:app", "Stories: what came in; correcting and withdrawing it."),
    LateGroup("events", "events:app", "Events: what happened, by which reports, and your word on it."),
    LateGroup("issues", "issues:app", "Issues: this week's drafts, why each item is there, approval."),
    LateGroup("picks", "picks:app", "Picks: what other weights would have picked in past weeks."),
    LateGroup("evaluate", "evaluate:app", "Evaluate: how well stories are tagged, joined, compared and picked."),
    LateGroup("rounds", "rounds:app", "Rounds: how a week's sending goes; pause, resume, cancel."),
    LateGroup("subscribers", "subscribers:app", "Subscribers: who reads what."),
    LateGroup("editors", "editors:app", "Editors: who is told about drafts and may sign in to the desk."),
    LateGroup("keys", "keys:app", "Keys: what programs show to the API, and what each may do."),
    LateGroup("webhooks", "webhooks:app", "Webhooks: programs that are told what happens; their calls."),
    LateGroup("dkim", "dkim:app", "DKIM: keys that sign mails, and their DNS records."),
)


class Commands(TyperGroup):
    """All commands, behind `newsletter`."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands.update((command.name or "", command) for command in COMMANDS)


app = typer.Typer(
    name="newsletter",
    cls=Commands,
    help="One weekly letter per region, picked, approved and sent to every reader exactly once.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # slow to import, and of use here alone

        out.print(version("regional-weekly"), highlight=False)
        raise typer.Exit


@app.callback()
def common(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """What goes before every command."""


def command_tree() -> Any:
    """Every command with its options: what the reference is made from."""
    root: Any = typer.main.get_command(app)
    root.commands.update((command.name, command.itself) for command in COMMANDS)
    return root


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
