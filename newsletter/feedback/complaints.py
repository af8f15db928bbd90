"""A reader's word that a mail was spam, as their provider passes it on (ARF, RFC 5965). Pure."""

from dataclasses import dataclass

from newsletter.feedback.delivery_reports import address_in
from newsletter.feedback.mime import Mail, header_of

# "not-spam" is the opposite, "auth-failure" (RFC 6591) and "dmarc" are about us and no reader, "other" is anything.
_COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list", "miscategorized", "virus", "")


@dataclass(frozen=True)
class Complaint:
    address: str  # of whoever complained; "" where the provider keeps it to itself
    return_paths: tuple[str, ...]  # that the mail was sent with, as far as the report shows it
    is_one: bool  # False: a report of another kind


def complaint_in(mail: Mail) -> Complaint | None:
    """None where the mail is no feedback report."""
    fields = mail.complaint
    if fields is None:
        return _of_older_form(mail)
    kind = header_of(fields, "Feedback-Type").lower()
    sent_as = [header_of(fields, "Original-Mail-From"), header_of(mail.original, "Return-Path")]
    recipients = [header_of(fields, "Original-Rcpt-To"), header_of(fields, "Removal-Recipient")]
    address = next((found for text in recipients if (found := address_in(text))), "")
    return Complaint(
        address or address_in(header_of(mail.original, "To")),
        tuple(found for text in sent_as if (found := address_in(text))),
        kind in _COMPLAINTS,
    )


def _of_older_form(mail: Mail) -> Complaint | None:
    """Outlook.com's reports: the mail itself, under a subject and a header of theirs."""
    subject = mail.header("Subject").lower()
    recipient = mail.header("X-HmXmrOriginalRecipient") or header_of(mail.original, "X-HmXmrOriginalRecipient")
    if not recipient and not (subject.startswith("complaint about message from") and mail.original is not None):
        return None
    return_path = address_in(header_of(mail.original, "Return-Path"))
    address = address_in(recipient) or address_in(header_of(mail.original, "To"))
    return Complaint(address, (return_path,) if return_path else (), is_one=True)
