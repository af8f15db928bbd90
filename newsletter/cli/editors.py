"""Commands: who edits, and their sign-in links."""

from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.editors.log import COMMAND_LINE, record
from newsletter.editors.models import Editor, Role
from newsletter.editors.service import (
    add_editor,
    all_editors,
    change_address,
    change_role,
    editor_by_address,
    limit_to,
    live_by,
    remove_editor,
    speak,
)
from newsletter.editors.signing_in import make_link
from newsletter.errors import InvalidInputError
from newsletter.regions.service import region
from newsletter.rendering.translations import desk_languages
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.time_zones import known_time_zone

app = typer.Typer(no_args_is_help=True)

Address = Annotated[str, typer.Argument(help="The editor's e-mail address.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
WithRole = Annotated[
    Role,
    typer.Option(help="reporter: stories; editor: issues; publisher: approve and send; admin: everything."),
]


@app.command()
def add(
    address: Address,
    name: Annotated[str, typer.Option(help="As the log and the desk show it.", show_default=False)],
    role: WithRole = Role.EDITOR,
) -> None:
    """Let a person edit: they are told about drafts, and may be given a link to the desk.

    \b
    Example:
      newsletter editors add ada@newsroom.example --name "Ada L." --role publisher
    """
    found = normalise(address).normalised
    with service().db.writing() as session:
        editor = add_editor(session, found, name=name, role=role)
        _log(session, "editor added", editor, {"before": None, "after": role})
    say(f"{editor.name} is {role} now. `newsletter editors link {found}` signs them in.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the editors.

    \b
    Example:
      newsletter editors list
    """
    with service().db.reading() as session:
        rows = [
            {
                "address": editor.address,
                "name": editor.name,
                "role": editor.role,
                "regions": [region.code for region in editor.regions],
            }
            for editor in all_editors(session)
        ]
    if as_json:
        print_json(rows)
    else:
        shown = ((row["address"], row["name"], row["role"], ", ".join(row["regions"]) or "all") for row in rows)
        print_table(("Address", "Name", "Role", "Regions"), shown)


@app.command()
def role(address: Address, role: Annotated[Role, typer.Argument(show_default=False)]) -> None:
    """Change what an editor may do. They are signed out, and sign in again to use it.

    \b
    Example:
      newsletter editors role ada@newsroom.example publisher
    """
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        _log(session, "role changed", editor, {"before": editor.role, "after": role})
        change_role(session, editor, role, service().clock.now())
    say(f"{editor.name} is {role} now.")


@app.command()
def limit(
    address: Address,
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="REGION", help="None: all regions.", show_default=False)
    ] = None,
) -> None:
    """Let an editor work on some regions alone: their issues, drafts by mail, approval. They sign in again.

    \b
    Examples:
      newsletter editors limit ada@newsroom.example MX ES
      newsletter editors limit ada@newsroom.example
    """
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        theirs = [region(session, code) for code in codes or []]
        before, after = ([one.code for one in regions] for regions in (editor.regions, theirs))
        _log(session, "regions changed", editor, {"before": before, "after": after})
        limit_to(session, editor, theirs, service().clock.now())
    say(f"{editor.name} edits {', '.join(after) or 'all regions'} now.")


@app.command()
def language(
    address: Address,
    tag: Annotated[str, typer.Argument(help="Such as es; none: as their browser likes it.", show_default=False)] = "",
) -> None:
    """Choose in which language the desk speaks to an editor; they can choose it themselves as well.

    \b
    Examples:
      newsletter editors language ada@newsroom.example es
      newsletter editors language ada@newsroom.example
    """
    if tag and tag not in desk_languages():
        raise InvalidInputError(f"The desk does not speak {tag!r}; it speaks {', '.join(desk_languages())}.")
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        _log(session, "language changed", editor, {"before": editor.language, "after": tag or None})
        speak(editor, tag or None)
    say(f"The desk speaks {tag or 'as their browser likes it'} to {editor.name} now.")


@app.command()
def clock(
    address: Address,
    zone: Annotated[str, typer.Argument(help="Such as Europe/Madrid; none: UTC.", show_default=False)] = "",
) -> None:
    """Choose by which clock the desk tells an editor times as well; they can choose it themselves, too.

    \b
    Examples:
      newsletter editors clock ada@newsroom.example Europe/Madrid
      newsletter editors clock ada@newsroom.example
    """
    chosen = known_time_zone(zone) if zone else None
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        _log(session, "clock changed", editor, {"before": editor.time_zone, "after": chosen})
        live_by(editor, chosen)
    say(f"The desk tells {editor.name} times by {zone or 'UTC'} now.")


@app.command("address")
def address_(
    address: Address, new: Annotated[str, typer.Argument(help="The one to mail from now on.", show_default=False)]
) -> None:
    """Change an editor's address. Their sessions, links and passkeys end: they sign in by a mail to the new one.

    \b
    Example:
      newsletter editors address ada@newsroom.example ada.l@newsroom.example
    """
    found = normalise(new).normalised
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        change_address(session, editor, found, service().clock.now())
        _log(session, "address changed", editor, {})
    say(f"{editor.name} is mailed at {found} now.")


@app.command()
def remove(
    address: Address, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is meant.")] = False
) -> None:
    """Let an editor in no more; whoever is signed in as them is signed out at once.

    \b
    Example:
      newsletter editors remove ada@newsroom.example
    """
    with service().db.reading() as session:
        name = editor_by_address(session, address).name
    if not yes:
        typer.confirm(f"Remove {name}?", abort=True, err=True)
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        remove_editor(session, editor, service().clock.now())
        _log(session, "editor removed", editor, {"before": editor.role, "after": None})
    say(f"{name} is removed.")


@app.command()
def link(address: Address, as_json: AsJson = False) -> None:
    """Print a link that signs an editor in to the desk: once, within ten minutes. Give it to nobody else.

    \b
    Example:
      newsletter editors link ada@newsroom.example
    """
    with service().db.writing() as session:
        editor = editor_by_address(session, address)
        secret = make_link(session, editor, service().clock.now())
        _log(session, "sign-in link made", editor, {})
    url = f"{service().settings.base_url}/desk/sign-in/{secret}"
    if as_json:
        print_json({"url": url})
    else:
        typer.echo(url)


def _log(session: Session, action: str, editor: Editor, details: dict[str, Any]) -> None:
    record(
        session,
        actor=COMMAND_LINE,
        action=action,
        subject=f"editor {editor.name}",
        details=details,
        now=service().clock.now(),
    )
