"""Command: two weeks of a sample world, with the service's own processes and a clock that runs ahead."""

import time
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from newsletter.bootstrap import Service
from newsletter.cli.demo_screen import Screen, program, screen, show_account, show_what_next
from newsletter.cli.demo_surroundings import CLOCK, LogFile, demo_folder, demo_settings
from newsletter.cli.output import print_json, say
from newsletter.cli.running import Running, running
from newsletter.cli.stopping import told_to_stop
from newsletter.clock import FileClock
from newsletter.demo.accounting import Account, account
from newsletter.demo.rehearsal import EDITOR_ADDRESS, START, Rehearsal
from newsletter.demo.server import serve_world
from newsletter.demo.world import sample_world
from newsletter.editors.service import editor_by_address
from newsletter.editors.signing_in import make_link
from newsletter.errors import NewsletterError
from newsletter.web.ringing import Bell

INTERRUPTED = 130  # the exit code that shells know
TICK = ("workers.tasks.tick", "default")  # task and queue

app = typer.Typer()


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the two weeks are over, and keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --once: the accounting, for scripts.")] = False,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where to keep it. Default: data/demo; with --once a temporary one.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Let two weeks of a sample world go by, then look around in the browser.

    Invented newsrooms publish real feeds on this machine; a real worker reads them, drafts,
    and sends one letter a week to each of 2,000 sample readers, into an outbox that shows
    them all. Only the clock is faster. No mail leaves this machine.

    \b
    Examples:
      newsletter demo
      newsletter demo --once --json
      newsletter demo --data-dir /tmp/demo
    """
    if as_json and not once:
        raise typer.BadParameter("--json goes with --once.")
    called_as = program()
    with ExitStack() as stack:
        stopping = stack.enter_context(told_to_stop())
        folder = stack.enter_context(demo_folder(data_dir, is_temporary=once and data_dir is None))
        clock = FileClock(folder / CLOCK)
        clock.set(START)
        feeds_url = stack.enter_context(serve_world(sample_world(), clock))
        settings = stack.enter_context(demo_settings(folder, free_ports=once))
        log = stack.enter_context(closing(LogFile(folder / "demo.log")))
        try:
            process = stack.enter_context(running(settings, log.write))
            with screen() as shown:
                result = _rehearse(process, clock, feeds_url, shown, stopping)
        except NewsletterError:
            typer.echo(log.last_lines(), err=True)
            raise
        print_json(result.as_data()) if as_json else show_account(result)
        if not result.is_sound:
            raise NewsletterError("The accounting does not add up. Please report this.")
        if not once:
            _stay(process, clock, called_as, folder, stopping)


def _rehearse(process: Running, clock: FileClock, feeds_url: str, shown: Screen, stopping: Event) -> Account:
    def check() -> None:
        if stopping.is_set():
            raise typer.Exit(INTERRUPTED)
        process.tend()

    shown.begin("Starting the processes", 1)
    process.wait_until_ready(is_stopping=stopping.is_set)
    check()
    shown.step("Redis, outbox, pages, worker, beat")
    service = process.service
    bell = Bell(service.redis_url)
    Rehearsal(
        service,
        clock,
        sample_world(),
        feeds_url,
        watcher=shown,
        ring=lambda: bell.ring(TICK),
        check=check,
    ).run()
    with service.db.reading() as session:
        return account(session)


def _stay(process: Running, clock: FileClock, called_as: str, folder: Path, stopping: Event) -> None:
    """Until Ctrl-C; the clock goes on from where it stands, as fast as any other."""
    site = process.service.settings.base_url
    show_what_next(
        places=[
            ("Front page, to subscribe", site),
            ("Mexico: stories, archive", f"{site}/regions/MX"),
            ("The latest issue of Egypt", f"{site}/regions/EG/issues/2"),
            ("The editor's desk, for ten minutes", _desk_link(process.service)),
            ("Every mail that was sent", f"http://127.0.0.1:{process.service.settings.outbox_web_port}"),
        ],
        program=called_as,
        commands=["issues show MX --why", "rounds show last", "sources list", f"editors link {EDITOR_ADDRESS}"],
        folder=folder,
    )
    began, at = time.monotonic(), clock.now()
    while not stopping.wait(0.5):
        process.tend()
        clock.set(at + timedelta(seconds=time.monotonic() - began))
    say("Ending.")


def _desk_link(service: Service) -> str:
    with service.db.writing() as session:
        secret = make_link(session, editor_by_address(session, EDITOR_ADDRESS), service.clock.now())
    return f"{service.settings.base_url}/desk/sign-in/{secret}"
