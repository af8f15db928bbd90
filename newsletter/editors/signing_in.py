"""Signing in: a link that works once, then a session that ends. Only hashes of their secrets are kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from newsletter.editors.models import Editor, EditorSession, SignInLink
from newsletter.errors import NotAllowedError

LINK_FOR = timedelta(minutes=10)
SESSION_FOR = timedelta(hours=12)  # a working day


class BadSignInLinkError(NotAllowedError):
    message = "This sign-in link has been used, or is older than ten minutes. Please ask for a new one."


def make_link(session: Session, editor: Editor, now: datetime) -> str:
    """The secret of a new sign-in link; it can't be read again. Links that were made before stop working."""
    session.execute(
        update(SignInLink).where(SignInLink.editor_id == editor.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )
    secret = secrets.token_urlsafe(32)
    session.add(SignInLink(editor_id=editor.id, digest=digest_of(secret), expires_at=now + LINK_FOR))
    return secret


def sign_in(session: Session, secret: str, now: datetime) -> tuple[Editor, str]:
    """Use up a link: its editor, and the secret of a new session. Raises BadSignInLinkError.

    One UPDATE decides, so that of two requests with one link only one gets a session.
    """
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.digest == digest_of(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.editor_id)
    ).scalar_one_or_none()
    editor = session.get(Editor, used) if used is not None else None
    if editor is None or not editor.active:
        raise BadSignInLinkError
    cookie = secrets.token_urlsafe(32)
    session.add(
        EditorSession(editor_id=editor.id, digest=digest_of(cookie), started_at=now, expires_at=now + SESSION_FOR)
    )
    return editor, cookie


def signed_in(session: Session, cookie: str, now: datetime) -> Editor | None:
    """The editor of a session that is still good, or None."""
    found = session.scalar(
        select(EditorSession)
        .where(
            EditorSession.digest == digest_of(cookie),
            EditorSession.ended_at.is_(None),
            EditorSession.expires_at > now,
        )
        .options(joinedload(EditorSession.editor))
    )
    return found.editor if found is not None and found.editor.active else None


def sign_out(session: Session, cookie: str, now: datetime) -> None:
    session.execute(
        update(EditorSession)
        .where(EditorSession.digest == digest_of(cookie), EditorSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_everything(session: Session, editor: Editor, now: datetime) -> None:
    """End all sessions of an editor and void their links: they were removed, or may do something else now."""
    session.execute(
        update(EditorSession)
        .where(EditorSession.editor_id == editor.id, EditorSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        update(SignInLink).where(SignInLink.editor_id == editor.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )


def digest_of(secret: str) -> str:
    """SHA-256 in hex: enough for a secret of 256 random bits, which nobody can guess from it."""
    return hashlib.sha256(secret.encode()).hexdigest()
