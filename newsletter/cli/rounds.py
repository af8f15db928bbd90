"""Commands: how a week's sending goes, and a person's hand on it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from sqlalchemy import select

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.cli.round_views import print_round, round_data, round_row, watch_round
from newsletter.editors.log import COMMAND_LINE
from newsletter.errors import NewsletterError
from newsletter.sending import controlling
from newsletter.sending.auditing import audit
from newsletter.sending.canaries import Then
from newsletter.sending.flying import CanaryRule, plan
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.rounds import find_round
from newsletter.web.ringing import Bell

app = typer.Typer(no_args_is_help=True)

Ref = Annotated[str, typer.Argument(metavar="ROUND", help="Its week (2026-W20), SCHEDULE/WEEK, its number, or last.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Kept with the round, for whoever wonders.", show_default=False)]


@app.command("list")
def list_rounds(
    limit: Annotated[int, typer.Option(min=1, help="How many, the latest first.")] = 20, as_json: AsJson = False
) -> None:
    """List rounds with their accounting.

    \b
    Examples:
      newsletter rounds list
      newsletter rounds list --json
    """
    with service().db.reading() as session:
        rounds = session.scalars(select(Round).order_by(Round.first_wave_at.desc(), Round.id.desc()).limit(limit)).all()
        rows = [round_row(session, round, service().clock.now()) for round in rounds]
    if as_json:
        print_json(rows)
        return
    sums = ("audience", "accepted", "refused", "unknown", "skipped", "open")
    print_table(
        ("Round", "State", "Letters", "Accepted", "Refused", "Unknown", "Skipped", "Open"),
        ((_name(row), row["state"], *(row[name] for name in sums)) for row in rows),
    )


def _name(row: Mapping[str, Any]) -> str:
    """As the other commands take it; that of a correction goes by its number."""
    of = row["corrects"]
    return f"{row['id']} (corrects {of})" if of else f"{row['schedule']}/{row['week']}"


@app.command()
def show(
    ref: Ref = "last",
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and show it live until its letters have ended.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one round: how far it is, its issues with their readers, its waves, and what the relay said.

    \b
    Examples:
      newsletter rounds show
      newsletter rounds show 2026-W20 --watch
      newsletter rounds show weekly/2026-W20 --json
    """
    if watch:
        watch_round(service(), ref)
    with service().db.reading() as session:
        data = round_data(session, find_round(session, ref), service().limits, service().clock.now())
    if as_json:
        print_json(data)
    else:
        print_round(data)


@app.command()
def pause(ref: Ref = "last", why: Why = "") -> None:
    """Send nothing more of a round until it is resumed. It takes effect within a second.

    \b
    Example:
      newsletter rounds pause last --why "The lead story was withdrawn"
    """
    with service().db.writing() as session:
        round = find_round(session, ref)
        controlling.pause(session, round, by=COMMAND_LINE, now=service().clock.now(), reason=why)
        week = round.week
    say(f"The round of {week} is paused.")


@app.command()
def resume(ref: Ref = "last") -> None:
    """Go on with a paused round. Waves that grew too late meanwhile are held; see `newsletter rounds release`.

    \b
    Example:
      newsletter rounds resume last
    """
    with service().db.writing() as session:
        round = find_round(session, ref)
        controlling.resume(session, round, by=COMMAND_LINE, now=service().clock.now())
        week, state = round.week, round.state
    _ring()
    say(f"The round of {week} is {state} again.")


@app.command()
def cancel(ref: Ref, why: Why = "", yes: Yes = False) -> None:
    """End a round for ever: letters that wait are skipped, and nobody gets them later.

    \b
    Example:
      newsletter rounds cancel 2026-W20 --why "Sent by mistake"
    """
    with service().db.reading() as session:
        row = round_row(session, find_round(session, ref), service().clock.now())
    _ask(f"Cancel the round of {row['week']}? {row['open']:,} letters wait; waves to come are not sent either.", yes)
    with service().db.writing() as session:
        round = find_round(session, str(row["id"]))
        controlling.cancel(session, round, by=COMMAND_LINE, now=service().clock.now(), reason=why)
    say(f"The round of {row['week']} is cancelled.")


@app.command()
def release(ref: Ref, yes: Yes = False) -> None:
    """Send now what a round left behind because it was too late: held waves, and issues approved after the window.

    \b
    Example:
      newsletter rounds release 2026-W20
    """
    _ask(f"Send now, whatever the hour, what the round {ref} left behind?", yes)
    now = service().clock.now()
    with service().db.writing() as session:
        round = find_round(session, ref)
        controlling.release(session, round, by=COMMAND_LINE, now=now)
        round_id = round.id
    letters = service().freezer.freeze_round(round_id, now, after_page=lambda _: _ring())  # the first need not wait
    _ring()
    say(f"{letters:,} letters are queued.")


@app.command()
def canary(
    ref: Ref,
    size: Annotated[str, typer.Argument(metavar="SIZE", help="Letters (200) or a share of the readers (1%). 0: none.")],
    minutes: Annotated[float, typer.Option(min=0, max=1440, help="How long the others wait after it.")] = 15,
    then: Annotated[Then, typer.Option(help="Go on by itself if it fares well, or hold for a person.")] = Then.GO_ON,
) -> None:
    """Have a few letters of a planned round leave first, and the others wait to see how those fare.

    \b
    Examples:
      newsletter rounds canary 2026-W21 200
      newsletter rounds canary 2026-W21 1% --minutes 60 --then hold
    """
    with service().db.writing() as session:
        round = find_round(session, ref)
        plan(round, CanaryRule(size, minutes, then))
        week = round.week
    say(f"The round of {week} has a canary of {size}.")


@app.command("audit")
def audit_round(
    ref: Ref = "last",
    recount: Annotated[
        bool, typer.Option("--recount", help="Look at every letter too, not at the sums alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Prove the accounting of a round. Exit code 1 if a letter is missing, or a reader has an issue twice.

    \b
    Examples:
      newsletter rounds audit
      newsletter rounds audit last --recount
      newsletter rounds audit 2026-W20 --json
    """
    with service().db.reading() as session:
        found = audit(session, find_round(session, ref), recount=recount)
    if as_json:
        print_json(found.as_data())
    else:
        say(
            f"{found.week}: {found.audience:,} letters = {found.accepted:,} accepted + {found.refused:,} refused + "
            f"{found.unknown:,} unknown + {found.skipped:,} skipped + {found.open:,} open"
        )
    if not found.is_sound:
        raise NewsletterError(
            f"It does not add up: {found.audience - found.total:+,} letters are missing, {found.doubled:,} readers "
            f"have an issue twice, {found.miscounted or 0:,} letters are not in the state that the sums say. "
            "Please keep a copy of the database and report it."
        )


@app.command()
def unknown(
    ref: Ref = "last",
    send_again: Annotated[bool, typer.Option("--send-again", help="Queue them once more.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """List the letters of which nobody knows whether the relay took them; send them again on your word.

    \b
    Examples:
      newsletter rounds unknown
      newsletter rounds unknown 2026-W20 --send-again
    """
    with service().db.reading() as session:
        round_id = find_round(session, ref).id
        query = select(Letter.id, Letter.subscriber_id, Letter.part, Letter.ended_at, Letter.reply_text)
        query = query.where(Letter.round_id == round_id, Letter.state == LetterState.UNKNOWN).order_by(Letter.id)
        rows = [row._asdict() for row in session.execute(query)]
    if as_json and not send_again:
        print_json(rows)
    elif not send_again:
        print_table(("letter", "reader", "part", "since", "why"), ([*row.values()] for row in rows))
        say(f"{len(rows):,} letters are unknown.")
    elif rows:
        _ask(f"Send {len(rows):,} letters again? Some of their readers will have them twice.", yes)
        with service().db.writing() as session:
            round = find_round(session, str(round_id))
            sent = controlling.send_unknown_again(
                session, round, service().settings.batch_size, by=COMMAND_LINE, now=service().clock.now()
            )
        _ring()
        say(f"{sent:,} letters are queued again.")
    else:
        say("No letter is unknown.")


def _ask(question: str, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True, err=True)


def _ring() -> None:
    """Have a worker look now; without one, the next tick does."""
    Bell(service().redis_url).ring(("workers.tasks.tick", "default"))
