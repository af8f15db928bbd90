"""Commands: look at a letter before it leaves, and at what has left."""

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from newsletter.cli.context import service
from newsletter.cli.output import print_json, say
from newsletter.config import load_settings
from newsletter.issues.finding import issue as find_issue
from newsletter.logs import configure_logs
from newsletter.outbox import HOST
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern
from newsletter.sending.message_ids import MessageIds
from newsletter.sending.models import Notice, NoticeState
from newsletter.sending.previewing import SAMPLE_READER, Preview, queue_preview

app = typer.Typer()

_PATIENCE_SECONDS = 10  # for a worker that took the preview before we could

Ref = Annotated[
    str, typer.Argument(metavar="ISSUE", help="MX (its latest), MX/2026-W20, MX/1 (its number).", show_default=False)
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Such as es. Default: the issue's own.", show_default=False)
]


class Form(StrEnum):
    HTML = "html"
    TEXT = "text"
    EML = "eml"


@app.command()
def preview(
    ref: Ref,
    to: Annotated[list[str], typer.Option(metavar="ADDRESS", help="May be given several times.", show_default=False)],
    language: Language = None,
    queue: Annotated[bool, typer.Option("--queue", help="Leave the sending to the workers.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Mail an issue's letter to someone, marked as a preview in its subject and otherwise as readers get it.

    Its personal links lead to the front page and change nothing.

    \b
    Examples:
      newsletter preview MX --to ada@newsroom.example
      newsletter preview MX/2026-W20 --to ada@newsroom.example --to bea@newsroom.example --language es
    """
    with service().db.writing() as session:
        found = find_issue(session, ref)
        Preview.of(service().rendering, session, found, language or found.language, **_circumstances())  # or its error
        queued = [
            queue_preview(
                session, found, address=address, language=language or found.language, now=service().clock.now()
            )
            for address in to
        ]
    sent = queued if queue else [_sent(notice) for notice in queued]
    if as_json:
        print_json([_as_data(notice) for notice in sent])
    else:
        for notice in sent:
            say(f"{notice.address}: {_told(notice)}")
        if service().relays.is_outbox and not queue:
            say(f"The outbox shows it at http://{HOST}:{service().settings.outbox_web_port}/")
    if any(notice.state in (NoticeState.REFUSED, NoticeState.SKIPPED) for notice in sent):
        raise typer.Exit(1)


@app.command()
def render(
    ref: Ref,
    form: Annotated[Form, typer.Option("--as", help="eml: the bytes that a preview mails.")] = Form.HTML,
    language: Language = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: standard output.", show_default=False)
    ] = None,
) -> None:
    """Write an issue's letter as its readers get it, for a sample reader.

    \b
    Examples:
      newsletter render MX > letter.html
      newsletter render MX --as text --language es
      newsletter render MX/2026-W20 --as eml --output letter.eml
    """
    with service().db.writing() as session:
        found = find_issue(session, ref)
        made = Preview.of(service().rendering, session, found, language or found.language, **_circumstances())
        week, issue_id = found.week, found.id
    content = {Form.HTML: made.html.encode, Form.TEXT: made.text.encode}.get(form, lambda: _eml(made, week, issue_id))()
    if output is None:
        typer.echo(content, nl=False)
    else:
        output.write_bytes(content)
        say(f"{output}: {len(content):,} bytes")


@app.command()
def outbox() -> None:
    """Keep every mail and show it in the browser, in place of a relay. Ends with Ctrl-C.

    The service sends here until NEWSLETTER_RELAY_URL is set.

    \b
    Example:
      newsletter outbox
    """
    from newsletter.outbox.serving import serve  # FastAPI, of which the other commands here have no need

    settings = load_settings()  # all that it needs: no database, no keys
    configure_logs(settings.log_style, settings.log_level)
    smtp, web = settings.outbox_smtp_port, settings.outbox_web_port
    serve(settings, lambda: say(f"The outbox takes mail on {HOST}:{smtp}: http://{HOST}:{web}/"))


def _circumstances() -> dict[str, Any]:
    return {"base_url": service().links.base_url, "now": service().clock.now()}


def _eml(made: Preview, week: str, issue_id: int) -> bytes:
    sender = Sender.of(service().settings)
    message_id = MessageIds(service().secret_keys, sender.domain).rendered(issue_id)
    personal = made.personal(SAMPLE_READER, message_id, service().clock.now())
    return letter_pattern(made.composed, sender, week, service().signer).fill(personal)


def _sent(queued: Notice) -> Notice:
    """The notice after it was sent, by us or by a worker that was faster."""
    notice = service().mailroom.send_now(queued.id)
    until = time.monotonic() + _PATIENCE_SECONDS
    while notice.state is NoticeState.ATTEMPTING and time.monotonic() < until:
        time.sleep(0.1)
        with service().db.reading() as session:
            notice = session.get_one(Notice, queued.id)
    return notice


def _told(notice: Notice) -> str:
    answer = f"{notice.reply_code or ''} {notice.reply_text or ''}".strip()
    words = {
        NoticeState.ACCEPTED: "accepted",
        NoticeState.REFUSED: "refused",
        NoticeState.SKIPPED: "not sent",
        NoticeState.QUEUED: "put off, and tried again later" if answer else "queued",
        NoticeState.ATTEMPTING: "a worker is at it",
    }[notice.state]
    return f"{words}: {answer}" if answer else words


def _as_data(notice: Notice) -> dict[str, Any]:
    return {
        "address": notice.address,
        "state": notice.state,
        "reply_code": notice.reply_code,
        "reply_text": notice.reply_text,
    }
