"""What is shown of a round: rows for tables and scripts, and a live bar."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.cli.output import err, out, print_table, say
from newsletter.issues.states import name_of
from newsletter.sending.auditing import audit
from newsletter.sending.brakes import Limits
from newsletter.sending.canaries import Phase
from newsletter.sending.connection import Reply
from newsletter.sending.models import Letter, LetterState, Round, RoundState, Wave
from newsletter.sending.overview import overview_of
from newsletter.sending.progress import Progress as Going
from newsletter.sending.progress import progress_of
from newsletter.sending.refusals import refusal_of
from newsletter.sending.rounds import find_round

_WATCH_SECONDS = 0.5
_MOST_ANSWERS = 10
_WAY_NUMBERS = ("letters", "accepted", "refused", "unknown", "skipped", "open")
_MOST_WAYS = 12  # of each kind, so that they fit on a screen


def round_row(session: Session, round: Round, now: datetime) -> dict[str, Any]:
    """A round in one row."""
    going = progress_of(session, round, now)
    return {
        "id": round.id,
        "week": round.week,
        "schedule": round.schedule.name,
        "corrects": name_of(round.correction.issue) if round.correction else None,
        "state": round.state,
        "first_wave_at": round.first_wave_at,
        "closes_at": round.closes_at,
        "note": round.note,
        "audience": going.audience,
        "accepted": going.accepted,
        "refused": going.refused,
        "unknown": going.unknown,
        "skipped": going.skipped,
        "open": going.waiting + going.deferred,
        "deferred": going.deferred,
        "rate_per_second": round_off(going.rate_per_second),
        "seconds_left": None if going.seconds_left is None else round_off(going.seconds_left),
    }


def round_data(session: Session, round: Round, limits: Limits, now: datetime) -> dict[str, Any]:
    """A round with its canary, issues and waves, the ways that its letters take, and the commonest answers."""
    overview = overview_of(session, round, limits, now)
    return round_row(session, round, now) | {
        "canary": overview.canary,
        "waits_until": overview.waits_until,
        **{name: rows for name, rows in overview.as_data().items() if name in ("relays", "domains")},
        "issues": [asdict(issue) for issue in audit(session, round).issues],
        "waves": [_wave(wave) for wave in round.waves if wave.letters or wave.held_at],
        "answers": _answers(session, round),
    }


def print_round(data: dict[str, Any]) -> None:
    of = f"Correction of {data['corrects']}" if data["corrects"] else f"Round of {data['week']} ({data['schedule']})"
    out.print(f"{of}: {data['state']}", style="bold", highlight=False)
    if data["note"]:
        out.print(data["note"], markup=False)
    out.print(
        f"{data['audience']:,} letters: {data['accepted']:,} accepted, {data['refused']:,} refused, "
        f"{data['unknown']:,} unknown, {data['skipped']:,} skipped, {data['open']:,} open",
        highlight=False,
    )
    if data["canary"] is not Phase.OFF:
        until = f", the others wait until {data['waits_until']:%H:%M} UTC" if data["waits_until"] else ""
        out.print(f"Canary: {data['canary']}{until}", highlight=False)
    for title in ("issues", "waves", "relays", "domains", "answers"):
        if rows := data[title]:
            out.print(f"\n{title.capitalize()}", style="bold")
        if rows and title in ("relays", "domains"):
            out.print(_ways_table(rows))
        elif rows:
            print_table([name.replace("_", " ") for name in rows[0]], ([*row.values()] for row in rows))


def watch_round(service: Service, ref: str) -> None:
    """A live bar and the ways, until every letter that was frozen has ended and the round sends no more; or Ctrl-C."""
    bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[going]}"), console=err)
    task = bar.add_task(ref, total=None, going="")
    with Live(bar, console=err, transient=True, auto_refresh=False) as live:
        try:
            while True:
                with service.db.reading() as session:
                    round = find_round(session, ref)
                    seen = overview_of(session, round, service.limits, service.clock.now())
                going = seen.progress
                bar.update(task, description=f"{round.week} {round.state}", going=_in_words(going))
                bar.update(task, total=going.audience or None, completed=going.ended)
                shown = seen.as_data()
                ways = (_ways_table(shown[name][:_MOST_WAYS]) for name in ("relays", "domains"))
                live.update(Group(bar, *ways), refresh=True)
                if going.is_through and round.state in (RoundState.DONE, RoundState.CANCELLED):
                    return
                time.sleep(_WATCH_SECONDS)  # other processes write the rows
        except KeyboardInterrupt:
            say("The round goes on without you.")


def _ways_table(ways: Sequence[Mapping[str, Any]]) -> Table:
    """Rows as an overview gives them."""
    table = Table("name", *_WAY_NUMBERS, "a second", "left", box=None)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for way in ways:
        numbers = (f"{way[name]:,}" for name in _WAY_NUMBERS)
        table.add_row(escape(way["name"]), *numbers, f"{way['rate_per_second']:,.0f}", _left(way["seconds_left"]))
    return table


def _left(seconds: float | None) -> str:
    return "" if seconds is None else str(timedelta(seconds=round(seconds)))


def _in_words(going: Going) -> str:
    left = f", {_left(going.seconds_left)} left" if going.seconds_left else ""
    trouble = "".join(
        f", {number:,} {name}"
        for name, number in (("refused", going.refused), ("unknown", going.unknown), ("put off", going.deferred))
        if number
    )
    return f"{going.ended:,} of {going.audience:,}, {going.rate_per_second:,.0f} a second{left}{trouble}"


def round_off(number: float) -> float:
    return round(number, 1)


def _wave(wave: Wave) -> dict[str, Any]:
    first, *others = wave.time_zones or ["all of them"]  # a correction's wave knows no zones
    zones = f"{first} and {len(others)} more" if others else first
    return {
        "opens_at": wave.opens_at,
        "time_zones": zones,
        "letters": wave.letters,
        "frozen_at": wave.frozen_at,
        "held_at": wave.held_at,
    }


def _answers(session: Session, round: Round) -> list[dict[str, Any]]:
    """What the relay said most often to letters that it did not take, and what it was about."""
    query = (
        select(Letter.state, Letter.reply_code, Letter.reply_text, func.count().label("letters"))
        .where(
            Letter.round_id == round.id,
            Letter.state.in_((LetterState.REFUSED, LetterState.DEFERRED, LetterState.UNKNOWN, LetterState.SKIPPED)),
        )
        .group_by(Letter.state, Letter.reply_code, Letter.reply_text)
        .order_by(func.count().desc())
        .limit(_MOST_ANSWERS)
    )
    return [row._asdict() | {"about": _about(row.reply_code, row.reply_text)} for row in session.execute(query)]


def _about(code: int | None, text: str | None) -> str | None:
    return None if code is None else refusal_of(Reply(code, text or ""))
