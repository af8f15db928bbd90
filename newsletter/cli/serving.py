"""Commands: run the service, whole or in parts, and see that it is well."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from newsletter import work
from newsletter.bootstrap import database_url
from newsletter.cli.checking import check_up
from newsletter.cli.context import service
from newsletter.cli.output import err, print_json, print_table, say
from newsletter.cli.running import Running, beat_command, running, worker_command
from newsletter.cli.stopping import told_to_stop
from newsletter.config import load_settings
from newsletter.db import Database
from newsletter.logs import configure_logs
from newsletter.migrations.schema import upgrade
from newsletter.setting_values import ShownSetting, shown_settings

app = typer.Typer()

_COLOURS = {"web": "cyan", "worker": "green", "beat": "magenta", "outbox": "yellow", "inbound": "blue"}

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command()
def up() -> None:
    """Run the whole service here: pages, worker, beat and, where none is set, Redis and the outbox. Ends with Ctrl-C.

    \b
    Examples:
      newsletter up
      NEWSLETTER_RELAY_URL=smtp://mail.example:587 newsletter up
    """
    settings = load_settings()
    with told_to_stop() as stopping, running(settings, _show) as service_up:
        service_up.wait_until_ready(is_stopping=stopping.is_set)
        if not stopping.is_set():
            _welcome(service_up)
        while not stopping.wait(0.2):
            service_up.tend()
        say("Stopping: letters that have not been offered go back to the queue.")


@app.command()
def web() -> None:
    """Serve the pages.

    \b
    Example:
      NEWSLETTER_WEB_HOST=0.0.0.0 newsletter web
    """
    import uvicorn  # the other commands here serve no pages

    settings = load_settings()
    uvicorn.run(
        "newsletter.web.app:create",
        factory=True,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,  # our own form of log lines
        access_log=False,  # it would keep personal links
        proxy_headers=False,
        timeout_graceful_shutdown=5,  # seconds: whoever watches a round live would hold it up for as long as they like
    )


@app.command()
def worker(
    queues: Annotated[
        list[str] | None,
        typer.Option("--queues", metavar="NAMES", help="Of letters, notices, default; separated by commas. All."),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, max=500, help="Tasks at one time.", show_default=False)] = None,
) -> None:
    """Run a Celery worker. Any number may run, on any number of machines with the same database and Redis.

    \b
    Examples:
      newsletter worker
      newsletter worker --queues letters --threads 8
      newsletter worker --queues notices,default
    """
    load_settings()  # a wrong one is told in a sentence
    chosen = [name.strip() for given in queues or [] for name in given.split(",") if name.strip()]
    if unknown := set(chosen) - {"letters", "notices", "default"}:
        raise typer.BadParameter(f"There is no queue {', '.join(sorted(unknown))}: letters, notices, default.")
    _become(worker_command(queues=chosen, threads=threads))


@app.command()
def beat() -> None:
    """Run Celery's beat, which rings for a tick every now and then. One is enough; two do no harm.

    \b
    Example:
      newsletter beat
    """
    load_settings()
    _become(beat_command())


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date. Run it once before a new version starts; SQLite does it by itself.

    \b
    Example:
      DATABASE_URL=postgresql://weekly@db/weekly newsletter migrate
    """
    settings = load_settings()
    configure_logs(settings.log_style, settings.log_level)
    if not settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    db = Database(database_url(settings))
    db.check()
    upgrade(db)
    db.close()
    say("The database is up to date.")


@app.command()
def tick(as_json: AsJson = False) -> None:
    """Do now, here and once, what beat has the workers do every minute: for a trial, or from a cron of your own.

    \b
    Example:
      newsletter tick
    """
    done = work.tick(service())
    work.answer_doorbells(service())
    if as_json:
        print_json({"sources": len(done.sources), "deliveries": done.deliveries, "failed_steps": len(done.errors)})
    done.raise_errors()


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List every setting: its variable, its value here and where from, and what it is for. Secrets are not shown.

    \b
    Examples:
      newsletter settings
      newsletter settings --json
    """
    rows = [_setting(one) for one in shown_settings(load_settings())]
    if as_json:
        print_json(rows)
    else:
        columns = ("variable", "value", "from", "for")
        print_table(("Variable", "Value", "From", "What for"), ([row[name] for name in columns] for row in rows))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what is well and what is wrong: database, Redis, relay, the last tick, what waits. Exit code 1 if any is.

    \b
    Examples:
      newsletter status
      newsletter status --json
    """
    findings = check_up(load_settings(), datetime.now(UTC))
    if as_json:
        print_json([{"what": one.what, "is_well": one.is_well, "how": one.how} for one in findings])
    else:
        print_table(("", "What", "How"), (("✓" if one.is_well else "✗", one.what, one.how) for one in findings))
    if not all(one.is_well for one in findings):
        raise typer.Exit(1)


def _setting(one: ShownSetting) -> dict[str, Any]:
    return {
        "variable": one.variable,
        "value": one.value,
        "default": one.default,
        "from": one.origin,
        "wrong": one.wants,
        "for": one.what_for,
    }


def _become(command: Sequence[str]) -> None:
    """Go on as another program, so that signals reach it and no process stands between."""
    os.execv(command[0], list(command))  # noqa: S606 - our own command


def _show(name: str, line: str) -> None:
    err.print(Text(f"{name:>6}  ", style=_COLOURS.get(name, "")).append(line, style="default"), soft_wrap=True)


def _welcome(up: Running) -> None:
    settings = up.service.settings
    places = {"Pages": settings.base_url, "Editors' desk": f"{settings.base_url}/desk"}
    if settings.relay_url is None:
        places["Outbox, every mail"] = f"http://127.0.0.1:{settings.outbox_web_port}/"
    say("")
    err.print(f"{settings.site_name} is up.", style="bold green", highlight=False, markup=False)
    for what, url in places.items():
        say(f"  {what:<20} {url}")
    say(f"  {'Data':<20} {settings.data_dir.resolve()}")
    say("Next: newsletter regions enable MX, newsletter sources add URL, newsletter editors add. Ctrl-C ends it.")
    say("")
