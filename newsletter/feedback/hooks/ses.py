"""Amazon SES: bounces and complaints, as its notifications and events say them. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newsletter.feedback.delivery_reports import status_in
from newsletter.feedback.diagnosing import Diagnosis, diagnose
from newsletter.feedback.hooks.events import HookEvent, document, fields, instant, items, word
from newsletter.feedback.models import FeedbackKind
from newsletter.feedback.reasons import Reason, is_hard

_SUBTYPES: Mapping[str, Reason] = {
    "NoEmail": Reason.NO_SUCH_USER,
    "Suppressed": Reason.DISABLED,  # it bounced for others lately
    "OnAccountSuppressionList": Reason.DISABLED,
    "MailboxFull": Reason.MAILBOX_FULL,
    "MessageTooLarge": Reason.TOO_LARGE,
    "ContentRejected": Reason.CONTENT,
    "AttachmentRejected": Reason.CONTENT,
}


def events_in(message: str, now: datetime) -> list[HookEvent]:
    """Of the text in an SNS notification. Raises InvalidInputError; other kinds of events tell nothing here."""
    told = fields(document(message))
    kind = word(told.get("notificationType") or told.get("eventType"))
    if kind == "Bounce":
        return _bounces(fields(told.get("bounce")), now)
    if kind == "Complaint":
        return _complaints(fields(told.get("complaint")), now)
    return []


def _bounces(bounce: dict[str, Any], now: datetime) -> list[HookEvent]:
    at = instant(bounce.get("timestamp"), now)
    found = []
    for recipient in map(fields, items(bounce.get("bouncedRecipients"))):
        address, said = word(recipient.get("emailAddress")), word(recipient.get("diagnosticCode"))
        identity = f"{word(bounce.get('feedbackId'))}:{address.lower()}"
        reason = _diagnosis(bounce, said, word(recipient.get("status")))
        found.append(HookEvent(identity, FeedbackKind.BOUNCE, address, at, reason, said))
    return found


def _diagnosis(bounce: dict[str, Any], said: str, status: str) -> Diagnosis:
    is_final = word(bounce.get("bounceType")) == "Permanent"
    found = diagnose(said, status_in(status), is_final=is_final)
    reason = _SUBTYPES.get(word(bounce.get("bounceSubType")))
    if reason is None or found.reason in (Reason.NO_SUCH_USER, Reason.NO_SUCH_DOMAIN, Reason.MAILBOX_FULL):
        return found
    return Diagnosis(reason, is_hard(reason, is_final=is_final), found.status, found.code)


def _complaints(complaint: dict[str, Any], now: datetime) -> list[HookEvent]:
    if word(complaint.get("complaintFeedbackType")) == "not-spam":
        return []
    at, identity = instant(complaint.get("timestamp"), now), word(complaint.get("feedbackId"))
    addresses = [word(fields(one).get("emailAddress")) for one in items(complaint.get("complainedRecipients"))]
    # SES lists all recipients of a domain where it does not know who it was; ours are mails to one.
    if len(addresses) != 1:
        return []
    return [HookEvent.complaint(f"{identity}:{address.lower()}", address, at) for address in addresses]
