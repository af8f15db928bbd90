"""What every provider's hook comes to, and how it is taken in once it is believed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.feedback.diagnosing import Diagnosis
from newsletter.feedback.events import Event, about_address, take_in
from newsletter.feedback.models import FeedbackKind, HookToken
from newsletter.feedback.reasons import Reason
from newsletter.feedback.transitions import Told


class ForgedError(NotAllowedError):
    message = "The signature is not this provider's, or too old."


@dataclass(frozen=True)
class HookEvent:
    """One thing that a provider tells of one recipient."""

    id: str
    kind: FeedbackKind
    address: str
    at: datetime
    found: Diagnosis
    said: str = ""
    is_delay: bool = False  # the provider goes on trying

    @classmethod
    def complaint(cls, id: str, address: str, at: datetime) -> "HookEvent":
        return cls(id, FeedbackKind.COMPLAINT, address, at, Diagnosis(Reason.COMPLAINT, True))


def take_in_hook(
    session: Session,
    provider: str,
    events: Sequence[HookEvent],
    raw: bytes,
    *,
    keys: Sequence[str],
    now: datetime,
    keep_raw: timedelta,
) -> int:
    """Keep the events of one call, whose proof has been looked at; how many of them are new."""
    new = 0
    for hook in events:
        told = Told(hook.kind, hook.found.reason, hook.found.hard, hook.is_delay)
        about = about_address(session, hook.address, hook.at)
        event = Event(provider, hook.id, told, hook.at, about, hook.found.written, hook.said, raw)
        new += take_in(session, event, keys=keys, now=now, keep_raw=keep_raw) is not None
    return new


def use_token(session: Session, provider: str, token: str, now: datetime) -> bool:
    """Whether a token that a provider signs once was not shown before."""
    row = HookToken(provider=provider, token=hashlib.sha256(token.encode("utf-8", "replace")).hexdigest(), at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def document(body: bytes | str) -> Any:
    """Raises InvalidInputError."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("The body is no JSON that can be read.") from error


def fields(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else none: what a provider leaves out is not there."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def word(value: Any) -> str:
    """Text or a number as text; "" for anything else, and never what Postgres refuses."""
    return str(value).replace("\0", "") if isinstance(value, str | int | float) else ""


def instant(value: Any, otherwise: datetime) -> datetime:
    """ISO 8601 or seconds since 1970."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(word(value))
    except (ValueError, OverflowError, OSError):
        return otherwise
    return found if found.tzinfo else found.replace(tzinfo=UTC)
