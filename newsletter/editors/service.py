"""Editors: who they are, and who of them is told about an issue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from newsletter.editors.models import Editor, Passkey, Role
from newsletter.editors.permissions import may
from newsletter.editors.signing_in import end_everything
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.regions.models import Region


def recipients(session: Session, region: Region | None = None) -> list[Editor]:
    """Those who are told about drafts and held issues of `region`: everyone who may edit one, by address."""
    return [editor for editor in all_editors(session) if may(editor, Role.EDITOR, region)]


def all_editors(session: Session) -> list[Editor]:
    """The active ones, by address."""
    return list(session.scalars(select(Editor).where(Editor.active).order_by(Editor.address)))


def find_editor(session: Session, address: str) -> Editor | None:
    """The active editor with that address, in whatever case."""
    return session.scalar(select(Editor).where(Editor.address == address.strip().lower(), Editor.active))


def editor_by_address(session: Session, address: str) -> Editor:
    """The active editor with that address, in whatever case. Raises NotFoundError."""
    editor = find_editor(session, address)
    if editor is None:
        raise NotFoundError("There is no editor with this address. `newsletter editors list` shows who there is.")
    return editor


def add_editor(session: Session, address: str, *, name: str, role: Role = Role.EDITOR) -> Editor:
    """Let a person in, or let one who was removed come back with this name and role.

    `address` has been through `normalise` at the edge. Raises InvalidInputError for an empty name, or where the
    person is an editor already.
    """
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > 200:
        raise InvalidInputError("An editor needs a name of at most 200 visible characters; it is shown in the log.")
    editor = session.scalar(select(Editor).where(Editor.address == address))
    if editor is None:
        editor = Editor(address=address, name=name, role=role, active=True)
        session.add(editor)
        session.flush()
        return editor
    if editor.active:
        raise InvalidInputError(f"{editor.name} is an editor already, with the role {editor.role}.")
    editor.name, editor.role, editor.active = name, role, True
    return editor


def change_role(session: Session, editor: Editor, role: Role, now: datetime) -> None:
    """Give an editor another role; they sign in again to use it."""
    if editor.role is not role:
        editor.role = role
        end_everything(session, editor, now)


def limit_to(session: Session, editor: Editor, regions: Sequence[Region], now: datetime) -> None:
    """Let an editor work on these regions alone; none: on all. They sign in again to go on."""
    if {region.id for region in editor.regions} != {region.id for region in regions}:
        editor.regions = list(regions)
        end_everything(session, editor, now)


def change_address(session: Session, editor: Editor, address: str, now: datetime) -> None:
    """Mail an editor elsewhere from now on. They prove anew who they are: sessions, links and passkeys end.

    `address` has been through `normalise` at the edge. Raises InvalidInputError where it is another editor's.
    """
    if editor.address == address:
        return
    if session.scalar(select(Editor.id).where(Editor.address == address)) is not None:
        raise InvalidInputError("Another editor has, or had, this address.")
    editor.address = address
    _forget_proofs(session, editor, now)


def speak(editor: Editor, language: str | None) -> None:
    """Let the desk speak a language to an editor; None: the one that their browser likes best."""
    editor.language = language


def live_by(editor: Editor, time_zone: str | None) -> None:
    """Have the desk tell an editor times by their clock as well; None: by UTC."""
    editor.time_zone = time_zone


def leave_one_admin(session: Session, editor: Editor, *, keeps: bool) -> None:
    """Raises NotAllowedError where nobody would be left who may change people. `keeps`: this editor goes on to."""
    others = [one for one in all_editors(session) if one.id != editor.id]
    if not keeps and not any(one.role is Role.ADMIN and not one.regions for one in others):
        raise NotAllowedError("One admin of all regions must be left. Make somebody else one first.")


def remove_editor(session: Session, editor: Editor, now: datetime) -> None:
    """Let an editor in no more, at once. The row stays: the log names them."""
    editor.active = False
    _forget_proofs(session, editor, now)


def _forget_proofs(session: Session, editor: Editor, now: datetime) -> None:
    """Nothing that was begun or made so far lets them in."""
    end_everything(session, editor, now)
    session.execute(delete(Passkey).where(Passkey.editor_id == editor.id))
