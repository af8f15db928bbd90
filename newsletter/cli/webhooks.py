"""Commands: programs of the newsroom that are told what happens."""

from typing import Annotated, Any

import typer

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.editors.log import COMMAND_LINE
from newsletter.errors import InvalidInputError, UnavailableError
from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall
from newsletter.regions.service import region as find_region
from newsletter.webhooks import service as webhooks
from newsletter.webhooks.service import WANTED

app = typer.Typer(no_args_is_help=True)

WebhookId = Annotated[int, typer.Argument(metavar="WEBHOOK", help="Its number in the list.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
CALLS_SHOWN = 50


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where the program listens: https://...", show_default=False)],
    on: Annotated[
        list[Happening] | None,
        typer.Option(
            metavar="HAPPENING", help="What it is told; again for more. None: everything.", show_default=False
        ),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Only of this region; again for more. None: all.", show_default=False),
    ] = None,
    with_addresses: Annotated[
        bool, typer.Option("--with-addresses", help="Tell it readers' addresses, too; else only their numbers.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Have a program told what happens, and print the secret that its calls are signed with, once.

    It is told of: reader.subscribed, reader.left, reader.bounced, issue.drafted, issue.approved, issue.sent.

    \b
    Examples:
      newsletter webhooks add https://crm.news.example/hook --on reader.subscribed --on reader.left --with-addresses
      newsletter webhooks add https://chat.news.example/hook --on issue.drafted --region MX
    """
    with service().db.writing() as session:
        added, secret = webhooks.add_webhook(
            session,
            url,
            happenings=on or WANTED,
            regions=[find_region(session, code) for code in region or []],
            with_addresses=with_addresses,
            keys=service().secret_keys,
            by=COMMAND_LINE,
            now=service().clock.now(),
        )
    if as_json:
        print_json({"id": added.id, "url": added.url, "secret": secret})
        return
    typer.echo(secret)
    say(f"Webhook {added.id}. Keep its secret now: it is not shown again.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List webhooks: what each is told, of which regions, and whether it is on.

    \b
    Example:
      newsletter webhooks list
    """
    with service().db.reading() as session:
        rows = [_as_data(webhook) for webhook in webhooks.all_webhooks(session)]
    if as_json:
        print_json(rows)
        return
    shown = (
        (
            row["id"],
            row["url"],
            " ".join(row["told"]),
            " ".join(row["regions"]) or "all",
            row["trouble"] or row["state"],
        )
        for row in rows
    )
    print_table(("", "Address", "Told", "Regions", "State"), shown)


@app.command("test")
def try_(webhook: WebhookId, as_json: AsJson = False) -> None:
    """Call a webhook now with a happening that says only that it is a test; exit code 1 unless it answers well.

    \b
    Example:
      newsletter webhooks test 1
    """
    with service().db.writing() as session:
        found = webhooks.find_webhook(session, webhook)
        queued = webhooks.try_webhook(session, found, by=COMMAND_LINE, now=service().clock.now())
    made = service().webhook_caller.call_now(queued.id)
    if as_json:
        print_json(_call_as_data(made))
    if made.state is not CallState.ANSWERED:
        raise UnavailableError(f"It answered {made.status}." if made.status else made.said or "There was no answer.")
    say(f"It answered {made.status}.")


@app.command()
def calls(
    webhook: Annotated[
        int | None, typer.Argument(metavar="WEBHOOK", help="Of this one; none: of all.", show_default=False)
    ] = None,
    state: Annotated[CallState | None, typer.Option(help="Only those in this state.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """List the latest calls, with what was answered to each.

    \b
    Examples:
      newsletter webhooks calls
      newsletter webhooks calls 1 --state "given up"
    """
    with service().db.reading() as session:
        found = webhooks.calls_of(session, webhook_id=webhook, state=state, limit=CALLS_SHOWN)
        rows = [_call_as_data(row) for row in found]
    if as_json:
        print_json(rows)
        return
    columns = ("id", "webhook", "happening", "happened_at", "state", "attempts", "status", "said")
    print_table(columns, ([row[column] for column in columns] for row in rows))


@app.command()
def replay(
    webhook: WebhookId,
    call: Annotated[
        int | None,
        typer.Option(metavar="CALL", help="Only this one; none: all that were given up.", show_default=False),
    ] = None,
) -> None:
    """Make calls once more, under the ids that they had: whoever has dealt with one can tell.

    \b
    Examples:
      newsletter webhooks replay 1
      newsletter webhooks replay 1 --call 42
    """
    now = service().clock.now()
    with service().db.writing() as session:
        found = webhooks.find_webhook(session, webhook)
        if call is None:
            count = webhooks.replay_given_up(session, found, by=COMMAND_LINE, now=now)
        else:
            row, count = webhooks.find_call(session, call), 1
            if row.webhook_id != found.id:
                raise InvalidInputError(f"Call {call} is of webhook {row.webhook_id}.")
            webhooks.replay(session, row, by=COMMAND_LINE, now=now)
    say(f"{count} made again with the next tick.")


@app.command()
def switch(webhook: WebhookId, on: Annotated[bool, typer.Option("--on/--off", help="Whether it is called.")]) -> None:
    """Call a webhook no more, or again. What happens while it is off is not told to it later.

    \b
    Example:
      newsletter webhooks switch 1 --off
    """
    with service().db.writing() as session:
        found = webhooks.find_webhook(session, webhook)
        webhooks.switch(session, found, is_active=on, by=COMMAND_LINE, now=service().clock.now())
    say(f"Webhook {webhook} is {'on' if on else 'off'}.")


@app.command()
def remove(webhook: WebhookId, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Remove a webhook, with its calls.

    \b
    Example:
      newsletter webhooks remove 1
    """
    with service().db.reading() as session:
        url = webhooks.find_webhook(session, webhook).url
    if not yes:
        typer.confirm(f"Remove the webhook to {url}, with its calls?", abort=True, err=True)
    with service().db.writing() as session:
        found = webhooks.find_webhook(session, webhook)
        webhooks.remove_webhook(session, found, by=COMMAND_LINE, now=service().clock.now())
    say(f"Webhook {webhook} is removed.")


def _as_data(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "told": webhook.happenings,
        "regions": [region.code for region in webhook.regions],
        "with_addresses": webhook.with_addresses,
        "state": "on" if webhook.is_active else "off",
        "trouble": webhook.trouble,
    }


def _call_as_data(row: WebhookCall) -> dict[str, Any]:
    columns = ("id", "uid", "happening", "data", "happened_at", "state", "attempts", "status", "said", "due_at")
    return {"webhook": row.webhook_id} | {column: getattr(row, column) for column in columns}
