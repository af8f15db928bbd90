"""Postmark: bounces and complaints. It signs nothing; the user and password of its webhook's URL prove it. Pure."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime

from newsletter.feedback.diagnosing import Diagnosis, diagnose
from newsletter.feedback.hooks.events import ForgedError, HookEvent, document, fields, instant, word
from newsletter.feedback.models import FeedbackKind
from newsletter.feedback.reasons import Reason, is_hard

# Postmark's types of bounces, where its words say no more. Types that are not here are no bounces: auto-responders,
# challenges, changes of address.
_TYPES: Mapping[str, tuple[Reason, bool]] = {
    "HardBounce": (Reason.NO_SUCH_USER, True),
    "BadEmailAddress": (Reason.NO_SUCH_USER, True),
    "ManuallyDeactivated": (Reason.DISABLED, True),
    "SoftBounce": (Reason.UNKNOWN, False),
    "Transient": (Reason.NETWORK, False),
    "DnsError": (Reason.NETWORK, False),
    "Unknown": (Reason.UNKNOWN, False),
    "SpamNotification": (Reason.SPAM, False),
    "VirusNotification": (Reason.VIRUS, False),
    "Blocked": (Reason.BLOCKED, False),
    "DMARCPolicy": (Reason.AUTHENTICATION, False),
}


def verify(authorization: str, wanted: str) -> None:
    """HTTP Basic (RFC 7617). `wanted` is user:password. Raises ForgedError."""
    scheme, _, given = authorization.partition(" ")
    try:
        credentials = base64.b64decode(given.strip(), validate=True)
    except ValueError as error:
        raise ForgedError from error
    if scheme.lower() != "basic" or not hmac.compare_digest(credentials, wanted.encode()):
        raise ForgedError


def events_in(body: bytes, now: datetime) -> list[HookEvent]:
    """Raises InvalidInputError."""
    told = fields(document(body))
    kind, address = word(told.get("Type")), word(told.get("Email"))
    identity, at = word(told.get("ID")), instant(told.get("BouncedAt"), now)
    if not identity or not address:
        return []
    if word(told.get("RecordType")) == "SpamComplaint" or kind == "SpamComplaint":
        return [HookEvent.complaint(identity, address, at)]
    if kind not in _TYPES:
        return []
    said = word(told.get("Details"))
    return [HookEvent(identity, FeedbackKind.BOUNCE, address, at, _diagnosis(kind, said), said)]


def _diagnosis(kind: str, said: str) -> Diagnosis:
    reason, is_final = _TYPES[kind]
    found = diagnose(said, is_final=is_final)
    if found.reason is not Reason.UNKNOWN:
        return found
    return Diagnosis(reason, is_hard(reason, is_final=is_final), found.status, found.code)
