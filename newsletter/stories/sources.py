"""Sources: adding, finding, pausing them. Functions take a session and never commit."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.regions.catalogue import find
from newsletter.stories.canonical import link
from newsletter.stories.cleaning import NAME_LIMIT, one_line
from newsletter.stories.errors import UnusableStoryError
from newsletter.stories.languages import primary
from newsletter.stories.models import Rejection, Source, SourceKind, Story

_KEY_PREFIX = "rws_"  # lets a scanner for leaked secrets tell what it has found


class KnownSourceError(NotAllowedError):
    message = "This feed is a source already."


def add_source(
    session: Session,
    url: str,
    *,
    now: datetime,
    name: str | None = None,
    home: str | None = None,
    language: str | None = None,
    weight: float = 1.0,
) -> Source:
    """A new feed, due at once. Raises InvalidInputError, NotFoundError (home) or KnownSourceError.

    Without a name it is called by its host until its first answer names it.
    """
    address = feed_address(url)
    if known := session.scalar(select(Source).where(Source.url == address)):
        raise KnownSourceError(f"This feed is a source already: {known.id}, {known.name}.")
    source = _new(SourceKind.FEED, one_line(name or "", NAME_LIMIT) or host_of(address), home, language, weight, now)
    source.url, source.due_at = address, now
    session.add(source)
    session.flush()
    return source


def add_client(
    session: Session,
    name: str,
    *,
    now: datetime,
    home: str | None = None,
    language: str | None = None,
    weight: float = 1.0,
) -> tuple[Source, str]:
    """A client of the API and its key, which is kept nowhere: only its digest is stored."""
    source = _new(SourceKind.API, name, home, language, weight, now)
    key = _KEY_PREFIX + secrets.token_urlsafe(32)
    source.key_digest = _digest(key)
    session.add(source)
    session.flush()
    return source, key


def client_by_key(session: Session, key: str) -> Source | None:
    """The active client whose key this is. Looked up by digest, so timing tells nothing about stored keys."""
    client = session.scalar(select(Source).where(Source.key_digest == _digest(key)))
    return client if client is not None and client.active else None


def own_source(session: Session, name: str, now: datetime) -> Source:
    """The source of stories that people add by hand, made when it is first needed."""
    wanted = one_line(name, NAME_LIMIT)
    by_hand = select(Source).where(Source.kind == SourceKind.API, Source.key_digest.is_(None), Source.name == wanted)
    if source := session.scalar(by_hand.order_by(Source.id)):
        return source
    source = _new(SourceKind.API, wanted, None, None, 1.0, now)
    session.add(source)
    session.flush()
    return source


def all_sources(session: Session) -> Sequence[Source]:
    return session.scalars(select(Source).order_by(Source.id)).all()


def source(session: Session, source_id: int) -> Source:
    """Raises NotFoundError."""
    found = session.get(Source, source_id)
    if found is None:
        raise NotFoundError(f"There is no source {source_id}; `newsletter sources list` shows all.")
    return found


def rejections(session: Session, source_id: int) -> Sequence[Rejection]:
    """What a source gave that could not be used, newest first."""
    kept = select(Rejection).where(Rejection.source_id == source_id).order_by(Rejection.id.desc())
    return session.scalars(kept).all()


def change(
    session: Session, source_id: int, *, name: str, home: str | None, language: str | None, weight: float
) -> Source:
    """Call it, place it and weigh it otherwise from now on. Raises InvalidInputError, NotFoundError.

    Stories that it has given keep their tags: `newsletter stories retag` gives them those of its new home.
    """
    changed = source(session, source_id)
    for column, value in _described(name, home, language, weight).items():
        setattr(changed, column, value)
    return changed


def pause(session: Session, source_id: int) -> Source:
    paused = source(session, source_id)
    paused.active = False
    return paused


def resume(session: Session, source_id: int, now: datetime) -> Source:
    """Ask the source again, from now on and as if it had never failed."""
    resumed = source(session, source_id)
    resumed.active, resumed.failures, resumed.trouble = True, 0, None
    resumed.due_at = now if resumed.url else None
    return resumed


def remove(session: Session, source_id: int) -> None:
    """Take away a source that has given nothing. Raises NotAllowedError for one whose stories are kept."""
    removed = source(session, source_id)
    if session.scalar(select(Story.id).where(Story.source_id == source_id).limit(1)) is not None:
        raise NotAllowedError(
            f"{removed.name} has given stories, which name it; `newsletter sources pause {source_id}` stops it."
        )
    for rejection in rejections(session, source_id):
        session.delete(rejection)
    session.flush()
    session.delete(removed)


def feed_address(url: str) -> str:
    """`url` as the address of a feed; `feed:` links of old pages are understood. Raises InvalidInputError."""
    address = url.strip()
    for prefix in ("feed://", "feed:"):
        if address.lower().startswith(prefix):
            rest = address[len(prefix) :]
            address = rest if rest.lower().startswith("http") else f"http://{rest}"
            break
    try:
        return link(address).partition("#")[0]
    except UnusableStoryError as error:
        raise InvalidInputError(f"{one_line(url, 100)} is no address of a feed. {error}") from error


def host_of(address: str) -> str:
    return urlsplit(address).hostname or address


def _new(kind: SourceKind, name: str, home: str | None, language: str | None, weight: float, now: datetime) -> Source:
    return Source(kind=kind, active=True, added_at=now, failures=0, **_described(name, home, language, weight))


def _described(name: str, home: str | None, language: str | None, weight: float) -> dict[str, Any]:
    """What people say of a source, by column."""
    called = one_line(name, NAME_LIMIT)
    if not called:
        raise InvalidInputError("A source needs a name.")
    if language and primary(language) is None:
        raise InvalidInputError(f"{one_line(language, 40)} is no language; write it as es or pt-BR.")
    if not 0 < weight <= 10:
        raise InvalidInputError("A weight is more than 0 and at most 10; 1 is usual.")
    return {
        "name": called,
        "home": find(home).code if home else None,
        "language": primary(language),
        "weight": weight,
    }


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
