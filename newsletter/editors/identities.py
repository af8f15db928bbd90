"""Who the single sign-on says that somebody is, and which editor that makes of them. Decides; reads only editors."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.models import Editor, Role
from newsletter.editors.service import add_editor
from newsletter.errors import NotAllowedError


class UnverifiedAddressError(NotAllowedError):
    message = "The single sign-on does not say that your address is yours. Please sign in by mail."


class NoEditorError(NotAllowedError):
    message = "You are signed in there, and are no editor here. An admin can add you."


@dataclass(frozen=True)
class Identity:
    """Somebody whom the single sign-on vouches for, with an address that it has verified."""

    address: str
    name: str

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """From the claims of a token that was verified (OpenID Connect Core, section 5.1).

        Raises UnverifiedAddressError, also where it does not say: anybody may type any address into a profile.
        """
        address = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(address, str) or address.count("@") != 1:
            raise UnverifiedAddressError
        name = claims.get("name")
        shown = " ".join(name.split())[:200] if isinstance(name, str) else ""
        return cls(address, shown if shown.isprintable() and shown else address.partition("@")[0])


def editor_for(
    session: Session, identity: Identity, role: Role | None, domains: Collection[str]
) -> tuple[Editor, bool]:
    """The editor with that address, and whether they are new.

    `role` is what someone at one of `domains` becomes who was never an editor; None: nobody becomes one. Who was
    removed comes back by an admin's hand alone. `identity.address` is normalised. Raises NoEditorError.
    """
    editor = session.scalar(select(Editor).where(Editor.address == identity.address))
    if editor is not None and editor.active:
        return editor, False
    domain = identity.address.rpartition("@")[2].lower()
    if editor is not None or role is None or domain not in {allowed.lower() for allowed in domains}:
        raise NoEditorError
    return add_editor(session, identity.address, name=identity.name, role=role), True
