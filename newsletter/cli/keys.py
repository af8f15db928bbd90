"""Commands: keys of programs that work at the desk over the API."""

from typing import Annotated, Any

import typer

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.editors.key_models import ApiKey
from newsletter.editors.keys import all_keys, find_key, make_key
from newsletter.editors.keys import revoke as revoke_key
from newsletter.editors.log import COMMAND_LINE
from newsletter.editors.models import Role
from newsletter.regions.service import region as find_region

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The program's name, as the log shows it.", show_default=False)],
    role: Annotated[
        Role, typer.Option(help="reporter: stories; editor: issues; publisher: approve and send; admin: everything.")
    ] = Role.REPORTER,
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Only this region; again for more. None: all.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a program and print it, once: only its hash is kept. Give each program a key of its own.

    \b
    Examples:
      newsletter keys add "Nightly import"
      newsletter keys add "Mexico desk" --role editor --region MX
    """
    with service().db.writing() as session:
        regions = [find_region(session, code) for code in region or []]
        now = service().clock.now()
        key, secret = make_key(session, name, role=role, regions=regions, by=COMMAND_LINE, now=now)
    if as_json:
        print_json({"id": key.id, "name": key.name, "key": secret})
        return
    typer.echo(secret)
    say(f"Keep it now: it is not shown again. Programs send it as `Authorization: Bearer {key.prefix}...`.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List keys by how they begin: what each may do, and when it was last used.

    \b
    Example:
      newsletter keys list
    """
    with service().db.reading() as session:
        rows = [_as_data(key) for key in all_keys(session)]
    if as_json:
        print_json(rows)
        return
    shown = ([" ".join(row[name]) or "all" if name == "regions" else row[name] for name in row] for row in rows)
    print_table(("", "Name", "Begins with", "Role", "Regions", "Last used", "Revoked"), shown)


@app.command()
def revoke(
    key: Annotated[int, typer.Argument(metavar="KEY", help="Its number in the list.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Take a key back: from the next request on it opens nothing.

    \b
    Example:
      newsletter keys revoke 3
    """
    with service().db.reading() as session:
        name = find_key(session, key).name
    if not yes:
        typer.confirm(f"Revoke the key of {name}?", abort=True, err=True)
    with service().db.writing() as session:
        revoke_key(session, key, by=COMMAND_LINE, now=service().clock.now())
    say(f"The key of {name} opens nothing any more.")


def _as_data(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "role": key.role,
        "regions": [region.code for region in key.regions],
        "used_at": key.used_at,
        "revoked_at": key.revoked_at,
    }
