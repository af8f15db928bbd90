"""Mailgun: failures and complaints. Pure.

Its signature (HMAC, SHA-256) covers a time and a token, and not the event: so a token is good once, and not for long,
or whoever has seen one call could tell us anything.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from newsletter.feedback.delivery_reports import status_in
from newsletter.feedback.diagnosing import Diagnosis, diagnose
from newsletter.feedback.hooks.events import ForgedError, HookEvent, document, fields, instant, word
from newsletter.feedback.models import FeedbackKind
from newsletter.feedback.reasons import Reason

BELIEVED_FOR = timedelta(hours=9)  # it tries again for eight hours


def verify(key: str, body: bytes, now: datetime) -> str:
    """The token, to be used once. Raises ForgedError, or InvalidInputError for what is no JSON."""
    signed = fields(fields(document(body)).get("signature"))
    timestamp, token, signature = (word(signed.get(name)) for name in ("timestamp", "token", "signature"))
    wanted = hmac.new(key.encode(), f"{timestamp}{token}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not token or not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")):
        raise ForgedError
    sent_at = instant(int(timestamp) if timestamp.isdecimal() else "", now - 2 * BELIEVED_FOR)
    if abs(now - sent_at) > BELIEVED_FOR:
        raise ForgedError
    return token


def events_in(body: bytes, now: datetime) -> list[HookEvent]:
    told = fields(fields(document(body)).get("event-data"))
    kind, address, identity = (word(told.get(name)) for name in ("event", "recipient", "id"))
    at = instant(told.get("timestamp"), now)
    if not address or not identity:
        return []
    if kind == "complained":
        return [HookEvent.complaint(identity, address, at)]
    if kind == "failed":
        return [_failure(told, identity, address, at)]
    return []


def _failure(told: dict[str, Any], identity: str, address: str, at: datetime) -> HookEvent:
    status = fields(told.get("delivery-status"))
    said = " ".join(filter(None, (word(status.get("message")), word(status.get("description")))))
    is_final = word(told.get("severity")) == "permanent"
    code = status.get("code")
    found = diagnose(
        said,
        status_in(word(status.get("enhanced-code"))),
        code=code if isinstance(code, int) and 400 <= code < 600 else None,
        is_final=is_final,
    )
    if found.reason is Reason.UNKNOWN and word(told.get("reason")) == "suppress-bounce":
        found = Diagnosis(Reason.DISABLED, is_final)
    return HookEvent(identity, FeedbackKind.BOUNCE, address, at, found, said, is_delay=not is_final)
