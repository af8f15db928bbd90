"""Commands: take mail of readers and of other servers in, and read what was kept for an editor."""

import sys
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from newsletter.bootstrap import bootstrap
from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.errors import NewsletterError
from newsletter.feedback.letterbox import delete_mail, kept_mail, kept_mails
from newsletter.feedback.models import InboundMail

app = typer.Typer(invoke_without_command=True)

# What Postfix's pipe(8) makes of an exit code (sysexits.h): bounce with a reason, or try again later.
_NO_USER, _DATA_ERROR, _TRY_AGAIN = 67, 65, 75

MailId = Annotated[int, typer.Argument(metavar="ID", help="As `newsletter inbound list` shows it.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.callback()
def inbound(
    context: typer.Context,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Take one mail from standard input, for the pipe of a mail server, and end.")
    ] = False,
    sender: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="With --stdin: the envelope's sender; may be empty.")
    ] = None,
    recipient: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="With --stdin: the envelope's recipient.")
    ] = None,
) -> None:
    """Take mail in: by SMTP and LMTP on the ports of the settings, and from a mailbox; or one mail on standard input.

    Bounces and complaints are weighed; who wants to join, confirm or leave does; the rest is kept for an editor.
    With --stdin the exit code is one of sysexits.h: 0 taken, 75 try again later, 65 and 67 refused.

    \b
    Examples:
      newsletter inbound
      newsletter inbound --stdin --sender "$SENDER" --recipient "$RECIPIENT" < mail.eml
      newsletter inbound list
    """
    if context.invoked_subcommand is not None:
        return
    if stdin:
        raise typer.Exit(_take_one(sender, recipient))
    from newsletter.inbound.serving import serve  # the commands that only list need no server

    serve(bootstrap(), lambda ways: say(f"Mail is taken by {', '.join(ways)}."))


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the mails that were kept for an editor, newest first.

    \b
    Example:
      newsletter inbound list --json
    """
    with service().db.reading() as session:
        rows = [_as_data(mail) for mail in kept_mails(session)]
    if as_json:
        print_json(rows)
        return
    columns = ("id", "received_at", "sender", "subject", "kind")
    print_table(("Id", "Received", "From", "Subject", "Kind"), ([row[column] for column in columns] for row in rows))


@app.command()
def show(
    mail_id: MailId,
    raw: Annotated[bool, typer.Option("--raw", help="The mail as it came.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a mail that was kept.

    \b
    Examples:
      newsletter inbound show 3
      newsletter inbound show 3 --raw > mail.eml
    """
    with service().db.reading() as session:
        mail = kept_mail(session, mail_id)
    if raw:
        typer.echo(mail.raw, nl=False)
    elif as_json:
        print_json(_as_data(mail) | {"text": mail.text})
    else:
        print_table(("", ""), [(key.replace("_", " "), value) for key, value in _as_data(mail).items()])
        typer.echo("\n" + _without_controls(mail.text))


@app.command()
def delete(
    mail_id: MailId, yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False
) -> None:
    """Delete a mail that was kept.

    \b
    Example:
      newsletter inbound delete 3 --yes
    """
    with service().db.reading() as session:
        subject = kept_mail(session, mail_id).subject
    if not yes:
        typer.confirm(f"Delete “{_without_controls(subject)}” for good?", abort=True, err=True)
    with service().db.writing() as session:
        delete_mail(session, mail_id)
    say("Deleted.")


def _take_one(sender: str | None, recipient: str | None) -> int:
    """The exit code. Whatever is wrong with us is no fault of the mail, which is to come again."""
    from newsletter.inbound.taking import LATER, NOBODY, Taker

    try:
        taker = Taker.of(bootstrap())
        largest = taker.service.settings.inbound_max_bytes
        source = sys.stdin.buffer.read(largest + 1)
        if len(source) > largest:
            say(f"The mail is larger than {largest:,} bytes.")
            return _DATA_ERROR
        if recipient is None:
            answer = taker.take_found(source)
        else:
            found = taker.find(recipient)
            answer = taker.take(sender or "", [found], source)[0] if found else NOBODY
    except (NewsletterError, SQLAlchemyError, OSError) as error:
        say(str(error) if isinstance(error, NewsletterError) else LATER)
        return _TRY_AGAIN
    if answer.startswith("2"):
        return 0
    say(answer)
    return _TRY_AGAIN if answer.startswith("4") else _NO_USER if answer == NOBODY else _DATA_ERROR


def _as_data(mail: InboundMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "received_at": mail.received_at,
        "sender": mail.sender,
        "recipient": mail.recipient,
        "subject": mail.subject,
        "kind": mail.kind,
        "size": mail.size,
    }


def _without_controls(text: str) -> str:
    """Escape sequences would be obeyed by the terminal."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in text)
