"""The verdict on one mail that came to us: what it is, and what it says of a reader. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.feedback.automatic import has_words_of_absence, is_auto_reply, is_list_mail, says_auto_reply
from newsletter.feedback.complaints import Complaint, complaint_in
from newsletter.feedback.delivery_reports import Report, report_in
from newsletter.feedback.diagnosing import Diagnosis, diagnose
from newsletter.feedback.mime import Mail
from newsletter.feedback.old_bounces import address_of, addresses_by_flufl, is_delay, looks_like_one, words_of
from newsletter.feedback.reasons import OUR_FAULT, Reason

# Reasons that say little: then the part for people is asked as well.
_VAGUE = frozenset(
    {Reason.UNKNOWN, Reason.REFUSED, Reason.POLICY, Reason.SYSTEM, Reason.NETWORK, Reason.EXPIRED, Reason.PROTOCOL}
)


class Kind(StrEnum):
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    LIST = "list"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    CONFIRMATION = "confirmation"
    OTHER = "other"


@dataclass(frozen=True)
class Verdict:
    kind: Kind
    reason: Reason | None = None
    hard: bool | None = None  # None: it says nothing about the reader
    address: str = ""
    is_delay: bool = False  # the server goes on trying: nothing follows from it
    status: str = ""  # "5.1.1", or "550" where there was no more
    said: str = ""  # the server's words
    return_paths: Sequence[str] = ()  # that a complaint shows

    @property
    def is_our_fault(self) -> bool:
        return self.reason in OUR_FAULT


def judge(mail: Mail) -> Verdict:
    """What `mail` is, by itself: whether it is believed is another question (`events.take_in`)."""
    complaint = complaint_in(mail)
    if complaint is not None:
        return _of_complaint(complaint)
    report = report_in(mail)
    if report is not None:
        return _of_report(mail, report)
    if has_words_of_absence(mail):  # also from a daemon's address
        return Verdict(Kind.AUTO_REPLY)
    if looks_like_one(mail):
        return _of_words(mail)
    if says_auto_reply(mail):
        return Verdict(Kind.AUTO_REPLY)
    if addresses_by_flufl(mail):
        return _of_words(mail)
    if is_auto_reply(mail):
        return Verdict(Kind.AUTO_REPLY)
    return Verdict(Kind.LIST if is_list_mail(mail) else Kind.OTHER)


def _of_complaint(complaint: Complaint) -> Verdict:
    if not complaint.is_one:
        return Verdict(Kind.OTHER, address=complaint.address)
    return Verdict(Kind.COMPLAINT, Reason.COMPLAINT, True, complaint.address, return_paths=complaint.return_paths)


def _of_report(mail: Mail, report: Report) -> Verdict:
    if not report.is_failure:
        return Verdict(Kind.OTHER, address=report.address)
    is_delayed = report.action == "delayed"
    found = diagnose(report.diagnostic, report.status, is_final=not is_delayed)
    if found.reason in _VAGUE:
        found = _of_the_two(found, diagnose(words_of(mail), report.status, is_final=not is_delayed), report)
    return _verdict(found, report.address or address_of(mail), report.diagnostic or words_of(mail), is_delayed)


def _of_the_two(found: Diagnosis, told: Diagnosis, report: Report) -> Diagnosis:
    """The part for people often says more than the fields; what is vaguer than the fields does not count."""
    if found.reason is Reason.UNKNOWN or not report.diagnostic:
        return told if told.reason is not Reason.UNKNOWN else found
    return found if told.reason in _VAGUE | {Reason.CONTENT} else told


def _of_words(mail: Mail) -> Verdict:
    is_delayed = is_delay(mail)
    words = words_of(mail)
    found = diagnose(words, is_final=not is_delayed)
    if found.reason is Reason.UNKNOWN:
        found = diagnose(mail.header("Subject") + " " + words, is_final=not is_delayed)
    return _verdict(found, address_of(mail), words, is_delayed)


def _verdict(found: Diagnosis, address: str, said: str, is_delayed: bool) -> Verdict:
    return Verdict(
        Kind.BOUNCE, found.reason, found.hard, address, is_delayed, found.written, " ".join(said.split())[:500]
    )
