"""Signing in: a link that works once, then a session that ends. Only hashes of their secrets are kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from newsletter.editors.models import Editor, EditorSession, Passkey, SignInLink, Way
from newsletter.errors import NotAllowedError

LINK_FOR = timedelta(minutes=10)
SESSION_FOR = timedelta(hours=12)  # a working day
FRESH_FOR = timedelta(minutes=30)  # in which a session may make what outlives it


class BadSignInLinkError(NotAllowedError):
    message = "This sign-in link has been used, or is older than ten minutes. Please ask for a new one."


def make_link(session: Session, editor: Editor, now: datetime, *, browser: str | None = None) -> str:
    """The secret of a new sign-in link; it can't be read again. Links that were made before stop working.

    `browser` is the digest of the cookie of the browser that asked for it, which alone may use it; None: any may.
    """
    session.execute(
        update(SignInLink).where(SignInLink.editor_id == editor.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )
    secret = secrets.token_urlsafe(32)
    session.add(SignInLink(editor_id=editor.id, digest=digest_of(secret), browser=browser, expires_at=now + LINK_FOR))
    return secret


def sign_in(
    session: Session, secret: str, now: datetime, *, browser: str | None = None, agent: str = ""
) -> tuple[Editor, str]:
    """Use up a link: its editor, and the secret of a new session. Raises BadSignInLinkError.

    `browser` is the digest of the cookie that the browser had from asking, if any; `agent` is what it calls itself.

    One UPDATE decides, so that of two requests with one link only one gets a session.
    """
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.digest == digest_of(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .where(or_(SignInLink.browser.is_(None), SignInLink.browser == browser))
        .values(used_at=now)
        .returning(SignInLink.editor_id)
    ).scalar_one_or_none()
    editor = session.get(Editor, used) if used is not None else None
    if editor is None or not editor.active:
        raise BadSignInLinkError
    return editor, start_session(session, editor, now, agent=agent)


def start_session(
    session: Session,
    editor: Editor,
    now: datetime,
    *,
    way: Way = Way.LINK,
    passkey: Passkey | None = None,
    agent: str = "",
) -> str:
    """The secret of a new session, for whoever has just proved to be `editor` in that way."""
    cookie = secrets.token_urlsafe(32)
    times = {"started_at": now, "expires_at": now + SESSION_FOR}
    how = {"way": way, "passkey_id": passkey.id if passkey else None, "agent": agent[:200]}
    session.add(EditorSession(editor_id=editor.id, digest=digest_of(cookie), **times, **how))
    return cookie


def signed_in(session: Session, cookie: str, now: datetime) -> Editor | None:
    """The editor of a session that is still good, or None."""
    found = session_of(session, cookie, now)
    return found.editor if found is not None else None


def session_of(session: Session, cookie: str, now: datetime) -> EditorSession | None:
    """The session of a cookie, where it is still good."""
    found = session.scalar(
        select(EditorSession)
        .where(
            EditorSession.digest == digest_of(cookie),
            EditorSession.ended_at.is_(None),
            EditorSession.expires_at > now,
        )
        .options(joinedload(EditorSession.editor))
    )
    return found if found is not None and found.editor.active else None


def is_fresh(found: EditorSession, now: datetime) -> bool:
    """Whether the editor has proved who they are lately: a stolen cookie must not become a key of the thief's own."""
    return now - found.started_at < FRESH_FOR


def sign_out(session: Session, cookie: str, now: datetime) -> None:
    session.execute(
        update(EditorSession)
        .where(EditorSession.digest == digest_of(cookie), EditorSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def sessions_of(session: Session, editor: Editor, now: datetime) -> Sequence[EditorSession]:
    """The sessions that are still good, the newest first."""
    return session.scalars(
        select(EditorSession)
        .where(EditorSession.editor_id == editor.id, EditorSession.ended_at.is_(None), EditorSession.expires_at > now)
        .order_by(EditorSession.id.desc())
    ).all()


def end_session(session: Session, editor: Editor, session_id: int, now: datetime) -> bool:
    """End one of the editor's own sessions; whether it was one of theirs."""
    ended = session.execute(
        update(EditorSession)
        .where(EditorSession.id == session_id, EditorSession.editor_id == editor.id, EditorSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(EditorSession.id)
    ).all()
    return bool(ended)


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
