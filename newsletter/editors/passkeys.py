"""Passkeys (Web Authentication, level 3): a key pair on an editor's own device signs what we ask, after a look, a touch
or a code there. We keep the public half, so that nothing here can be stolen that signs in.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from newsletter.editors.assertions import BadPasskeyError, Site, Touch, reading, verify
from newsletter.editors.challenges import ask
from newsletter.editors.models import ChallengeKind, Editor, EditorSession, Passkey, Way
from newsletter.editors.signing_in import start_session
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError

MOST = 20  # of one editor
NAME_LENGTH = 100


class UnknownPasskeyError(NotAllowedError):
    message = "This passkey is not known here: it was removed, or is another site's. Please sign in by mail."


class CopiedPasskeyError(NotAllowedError):
    """The counter of a passkey went back (section 6.1.1): two devices use one key, or somebody replays."""

    message = "This passkey has been used by another device as well. Please sign in by mail, and remove it."

    def __init__(self, passkey: Passkey, editor: Editor) -> None:
        super().__init__()
        self.passkey, self.editor = passkey.name, editor.name  # the rows go with their transaction


def registration(session: Session, site: Site, editor: Editor, browser: str, now: datetime) -> str:
    """What `navigator.credentials.create` is given, as JSON: a key that its device finds by itself, behind a lock."""
    editor.handle = editor.handle or secrets.token_urlsafe(32)
    value = ask(session, ChallengeKind.REGISTER, browser, now)
    known = [base64url_to_bytes(passkey.credential) for passkey in passkeys_of(session, editor)]
    options = generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=base64url_to_bytes(editor.handle),
        user_name=editor.address,
        user_display_name=editor.name,
        challenge=base64url_to_bytes(value),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options)


def register(
    session: Session, site: Site, editor: Editor, answer: str, challenge: str, name: str, now: datetime
) -> Passkey:
    """Keep a new passkey. `challenge` is the one that `answer` names and that was used up just now.

    Raises BadPasskeyError, or InvalidInputError for a name that can't be shown.
    """
    name = _shown(name)
    if len(passkeys_of(session, editor)) >= MOST:
        raise NotAllowedError(f"You have {MOST} passkeys already. Please remove one first.")
    with reading():
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    credential = bytes_to_base64url(verified.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
        raise BadPasskeyError
    passkey = Passkey(
        editor_id=editor.id,
        credential=credential,
        public_key=verified.credential_public_key,
        uses=verified.sign_count,
        name=name,
        is_synced=verified.credential_backed_up,
        added_at=now,
    )
    session.add(passkey)
    session.flush()
    return passkey


def question(session: Session, site: Site, browser: str, now: datetime) -> str:
    """What `navigator.credentials.get` is given, as JSON. It names no key, so it tells nobody who has one."""
    options = generate_authentication_options(
        rp_id=site.id,
        challenge=base64url_to_bytes(ask(session, ChallengeKind.PASSKEY, browser, now)),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def sign_in_by(
    session: Session, site: Site, touch: Touch, challenge: str, now: datetime, *, agent: str = ""
) -> tuple[Editor, Passkey, str]:
    """The editor, their passkey, and the secret of a new session.

    Raises UnknownPasskeyError, BadPasskeyError or CopiedPasskeyError.
    """
    found = session.execute(
        select(Passkey, Editor)
        .join(Editor, Editor.id == Passkey.editor_id)
        .where(Passkey.credential == touch.credential, Editor.active, Editor.handle == touch.handle)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise UnknownPasskeyError
    passkey, editor = found
    uses = verify(site, touch, challenge, passkey.public_key)
    if (uses or passkey.uses) and uses <= passkey.uses:
        raise CopiedPasskeyError(passkey, editor)
    passkey.uses, passkey.used_at = uses, now
    return editor, passkey, start_session(session, editor, now, way=Way.PASSKEY, passkey=passkey, agent=agent)


def passkeys_of(session: Session, editor: Editor) -> Sequence[Passkey]:
    """The oldest first."""
    return session.scalars(select(Passkey).where(Passkey.editor_id == editor.id).order_by(Passkey.id)).all()


def remove(session: Session, editor: Editor, passkey_id: int, now: datetime, *, here: str = "") -> Passkey:
    """Forget one of the editor's own passkeys, and end the sessions that it began, but the one with the digest `here`.

    Raises NotFoundError.
    """
    found = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.editor_id == editor.id))
    if found is None:
        raise NotFoundError("This passkey is gone already.")
    session.execute(
        update(EditorSession)
        .where(EditorSession.passkey_id == found.id, EditorSession.ended_at.is_(None), EditorSession.digest != here)
        .values(ended_at=now)
    )
    session.delete(found)
    session.flush()
    return found


def _shown(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > NAME_LENGTH:
        raise InvalidInputError(f"A passkey needs a name of at most {NAME_LENGTH} visible characters.")
    return name
