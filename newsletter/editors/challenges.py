"""What a browser is asked and may answer once: kept here, so that an answer can't be replayed, moved or put off."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from newsletter.editors.models import Challenge, ChallengeKind
from newsletter.errors import NotAllowedError

CHALLENGE_FOR = timedelta(minutes=10)


class BadChallengeError(NotAllowedError):
    message = "That took longer than ten minutes, or was answered before. Please try again."


def ask(session: Session, kind: ChallengeKind, browser: str, now: datetime) -> str:
    """A new challenge, 256 random bits in base64url, for the browser with the cookie of that digest."""
    session.execute(delete(Challenge).where(Challenge.expires_at <= now))
    value = secrets.token_urlsafe(32)
    session.add(Challenge(kind=kind, value=value, browser=browser, expires_at=now + CHALLENGE_FOR))
    return value


def use(session: Session, kind: ChallengeKind, value: str, browser: str, now: datetime) -> None:
    """Use a challenge up; commit it before the answer is looked at, so that each has one try. Raises BadChallengeError.

    One UPDATE decides, so that of two answers at the same moment only one is looked at.
    """
    used = session.execute(
        update(Challenge)
        .where(Challenge.kind == kind, Challenge.value == value, Challenge.browser == browser)
        .where(Challenge.used_at.is_(None), Challenge.expires_at > now)
        .values(used_at=now)
        .returning(Challenge.id)
    ).one_or_none()
    if used is None:
        raise BadChallengeError
