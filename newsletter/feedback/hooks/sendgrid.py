"""SendGrid: its signed event webhook. The signature (ECDSA, P-256, SHA-256) covers the time and the body. Pure."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.feedback.delivery_reports import status_in
from newsletter.feedback.diagnosing import Diagnosis, diagnose
from newsletter.feedback.hooks.events import ForgedError, HookEvent, document, fields, instant, items, word
from newsletter.feedback.models import FeedbackKind
from newsletter.feedback.reasons import Reason, is_hard

BELIEVED_FOR = timedelta(hours=25)  # it tries again for a day; what it tells twice is known by its id
# Its classes of bounces, where the server's words say no more.
_CLASSES: Mapping[str, Reason] = {
    "Invalid Address": Reason.NO_SUCH_USER,
    "Mailbox Unavailable": Reason.MAILBOX_FULL,
    "Content": Reason.CONTENT,
    "Technical": Reason.NETWORK,
    "Reputation": Reason.REPUTATION,
    "Frequency or Volume Too High": Reason.RATE_LIMITED,
}
# Why it did not even try, by the words of the event.
_DROPS: Mapping[str, Reason] = {"Bounced Address": Reason.NO_SUCH_USER, "Invalid": Reason.NO_SUCH_USER}


def verify(key: str, body: bytes, signature: str, timestamp: str, now: datetime) -> None:
    """`key` is the verification key of the settings page: base64 of DER. Raises ForgedError."""
    try:
        public = load_der_public_key(base64.b64decode(key))
        if not isinstance(public, EllipticCurvePublicKey):
            raise ForgedError("The verification key in the settings is not one of SendGrid.")
        public.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
        sent_at = instant(int(timestamp), now - 2 * BELIEVED_FOR)
    except (InvalidSignature, ValueError) as error:
        raise ForgedError from error
    if abs(now - sent_at) > BELIEVED_FOR:
        raise ForgedError


def events_in(body: bytes, now: datetime) -> list[HookEvent]:
    """Raises InvalidInputError."""
    found = [_event(fields(told), now) for told in items(document(body))]
    return [event for event in found if event is not None]


def _event(told: dict[str, Any], now: datetime) -> HookEvent | None:
    kind, address, identity = (word(told.get(name)) for name in ("event", "email", "sg_event_id"))
    at, said = instant(told.get("timestamp"), now), word(told.get("reason") or told.get("response"))
    if not address or not identity:
        return None
    if kind == "spamreport":
        return HookEvent.complaint(identity, address, at)
    if kind == "bounce":
        return HookEvent(identity, FeedbackKind.BOUNCE, address, at, _diagnosis(told, said), said)
    if kind == "dropped" and (reason := _DROPS.get(said)):
        return HookEvent(identity, FeedbackKind.BOUNCE, address, at, Diagnosis(reason, True), said)
    if kind == "deferred":
        found = diagnose(said, is_final=False)
        return HookEvent(identity, FeedbackKind.BOUNCE, address, at, found, said, is_delay=True)
    return None


def _diagnosis(told: dict[str, Any], said: str) -> Diagnosis:
    """`blocked` is what it calls a refusal that may be another one's tomorrow."""
    is_final = word(told.get("type")) != "blocked"
    found = diagnose(said, status_in(word(told.get("status"))), is_final=is_final)
    reason = _CLASSES.get(word(told.get("bounce_classification")))
    if found.reason is not Reason.UNKNOWN or reason is None:
        return found
    return Diagnosis(reason, is_hard(reason, is_final=is_final), found.status, found.code)
