"""Keys of programs: made, known again, revoked. Functions take a session and never commit."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from newsletter.editors.key_models import ApiKey
from newsletter.editors.log import record
from newsletter.editors.models import Role
from newsletter.editors.signing_in import digest_of
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.regions.models import Region

KEY_PREFIX = "rwk_"  # lets a scanner for leaked secrets tell what it has found
_SHOWN = len(KEY_PREFIX) + 6  # characters of a key that lists show
_NAME_LENGTH = 80
_NOTE_USE_EVERY = timedelta(minutes=1)


def make_key(
    session: Session, name: str, *, role: Role, regions: Sequence[Region], by: str, now: datetime
) -> tuple[ApiKey, str]:
    """A new key, which nobody can read again: only its hash is kept. Without regions it is good for all of them.

    Raises InvalidInputError for an empty name, or one that an active key has.
    """
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > _NAME_LENGTH:
        raise InvalidInputError(f"A key needs a name of at most {_NAME_LENGTH} visible characters; the log shows it.")
    if session.scalar(select(ApiKey.id).where(ApiKey.name == name, ApiKey.revoked_at.is_(None)).limit(1)):
        raise InvalidInputError(f"There is a key {name!r} already: revoke it first, or choose another name.")
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(name=name, role=role, prefix=secret[:_SHOWN], digest=digest_of(secret), made_at=now, made_by=by[:200])
    key.regions = list(regions)
    session.add(key)
    session.flush()
    details = {"role": role, "regions": [region.code for region in regions]}
    record(session, actor=by, action="key made", subject=_subject(key), details=details, now=now)
    return key, secret


def key_of(session: Session, secret: str) -> ApiKey | None:
    """The active key that a program showed. Looked up by hash, so that time tells nothing about other keys."""
    return session.scalar(select(ApiKey).where(ApiKey.digest == digest_of(secret), ApiKey.revoked_at.is_(None)))


def note_use(session: Session, key: ApiKey, now: datetime) -> None:
    """Keep when a key was last used, to the minute."""
    stale = or_(ApiKey.used_at.is_(None), ApiKey.used_at < now - _NOTE_USE_EVERY)
    session.execute(update(ApiKey).where(ApiKey.id == key.id, stale).values(used_at=now))


def was_used_lately(key: ApiKey, now: datetime) -> bool:
    """Whether `note_use` would change nothing."""
    return key.used_at is not None and key.used_at >= now - _NOTE_USE_EVERY


def all_keys(session: Session) -> Sequence[ApiKey]:
    """Those that are good first, then by name."""
    return session.scalars(select(ApiKey).order_by(ApiKey.revoked_at.is_not(None), ApiKey.name, ApiKey.id)).all()


def find_key(session: Session, key_id: int) -> ApiKey:
    """Raises NotFoundError."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFoundError(f"There is no key {key_id}; `newsletter keys list` shows all.")
    return key


def revoke(session: Session, key_id: int, *, by: str, now: datetime) -> ApiKey:
    """From now on it opens nothing. Raises NotFoundError, or NotAllowedError for one that was revoked before."""
    key = find_key(session, key_id)
    if key.revoked_at is not None:
        raise NotAllowedError(f"The key {key.name} is revoked already.")
    key.revoked_at = now
    record(session, actor=by, action="key revoked", subject=_subject(key), details={"prefix": key.prefix}, now=now)
    return key


def actor(key: ApiKey) -> str:
    """Who the log says it was; no person's name looks like it, whatever the key is called."""
    return f"key {key.name}"


def _subject(key: ApiKey) -> str:
    return f"key {key.name}"
