"""Each sample mail in tests/data/bounces, in the shapes of many servers and words of many languages: its verdict."""

from pathlib import Path

import pytest

from newsletter.feedback.mime import read_mail
from newsletter.feedback.reasons import Reason
from newsletter.feedback.verdicts import Kind, judge

FOLDER = Path(__file__).parents[2] / "data" / "bounces"
# By file: kind, reason, hard, whether the server goes on trying, and who did not get the mail.
EXPECTED = {
    "absence-english": (Kind.AUTO_REPLY, None, None, False, ""),
    "absence-french": (Kind.AUTO_REPLY, None, None, False, ""),
    "absence-from-a-daemon": (Kind.AUTO_REPLY, None, None, False, ""),
    "absence-german": (Kind.AUTO_REPLY, None, None, False, ""),
    "absence-japanese": (Kind.AUTO_REPLY, None, None, False, ""),
    "absence-russian": (Kind.AUTO_REPLY, None, None, False, ""),
    "absence-spanish": (Kind.AUTO_REPLY, None, None, False, ""),
    "arabic-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "challenge": (Kind.AUTO_REPLY, None, None, False, ""),
    "chinese-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "chinese-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "complaint-authentication": (Kind.OTHER, None, None, False, "ana@readers.example"),
    "complaint-not-spam": (Kind.OTHER, None, None, False, "ana@readers.example"),
    "complaint-older-form": (Kind.COMPLAINT, Reason.COMPLAINT, True, False, "ana@readers.example"),
    "complaint-redacted": (Kind.COMPLAINT, Reason.COMPLAINT, True, False, "ana@readers.example"),
    "complaint": (Kind.COMPLAINT, Reason.COMPLAINT, True, False, "ana@readers.example"),
    "dovecot-rejected": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "dutch-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "exchange-2003": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "exchange-group-takes-no-outsiders": (Kind.BOUNCE, Reason.REFUSED, False, False, "ana@readers.example"),
    "exchange-html": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "exchange-online-access-denied": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "exchange-online-banned-ip": (Kind.BOUNCE, Reason.BLOCKED, None, False, "ana@readers.example"),
    "exim-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "exim-still-trying": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, True, "ana@readers.example"),
    "forwarded-to-another-address": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "french-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "french-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "german-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "german-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "gmail-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "gmail-over-quota": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "gmail-rate": (Kind.BOUNCE, Reason.RATE_LIMITED, False, True, "ana@readers.example"),
    "gmail-unauthenticated": (Kind.BOUNCE, Reason.AUTHENTICATION, None, False, "ana@readers.example"),
    "hebrew-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "icloud-over-quota": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "italian-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "japanese-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "japanese-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "korean-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "list-mail": (Kind.LIST, None, None, False, ""),
    "mimecast-greylisted": (Kind.BOUNCE, Reason.GREYLISTED, False, True, "ana@readers.example"),
    "no-original": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "outlook-block-list": (Kind.BOUNCE, Reason.BLOCKED, None, False, "ana@readers.example"),
    "polish-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "portuguese-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "postfix-blocked-by-a-list": (Kind.BOUNCE, Reason.BLOCKED, None, False, "ana@readers.example"),
    "postfix-delayed": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, True, "ana@readers.example"),
    "postfix-expired": (Kind.BOUNCE, Reason.NETWORK, False, False, "ana@readers.example"),
    "postfix-full-said-as-permanent": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "postfix-host-not-found": (Kind.BOUNCE, Reason.NO_SUCH_DOMAIN, True, False, "ana@readers.example"),
    "postfix-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "postfix-user-unknown-under-a-policy-code": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "proofpoint-reputation": (Kind.BOUNCE, Reason.REPUTATION, None, False, "ana@readers.example"),
    "qmail-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "qmail-timed-out": (Kind.BOUNCE, Reason.EXPIRED, False, False, "ana@readers.example"),
    "read-receipt": (Kind.AUTO_REPLY, None, None, False, ""),
    "reader-writes": (Kind.OTHER, None, None, False, ""),
    "relaying-denied": (Kind.BOUNCE, Reason.RELAYING, None, False, "ana@readers.example"),
    "russian-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "russian-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "sender-rejected": (Kind.BOUNCE, Reason.POLICY, None, False, "ana@readers.example"),
    "spam-verdict": (Kind.BOUNCE, Reason.SPAM, None, False, "ana@readers.example"),
    "spanish-full": (Kind.BOUNCE, Reason.MAILBOX_FULL, False, False, "ana@readers.example"),
    "spanish-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "success-report": (Kind.OTHER, None, None, False, "ana@readers.example"),
    "too-large": (Kind.BOUNCE, Reason.TOO_LARGE, False, False, "ana@readers.example"),
    "turkish-no-such-user": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "two-recipients": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "utf8-recipient": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "josé@readers.example"),
    "vague-status-telling-words": (Kind.BOUNCE, Reason.NO_SUCH_USER, True, False, "ana@readers.example"),
    "yahoo-complaints": (Kind.BOUNCE, Reason.REPUTATION, None, False, "ana@readers.example"),
    "yahoo-disabled": (Kind.BOUNCE, Reason.DISABLED, True, False, "ana@readers.example"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gets_its_verdict(name: str) -> None:
    verdict = judge(read_mail((FOLDER / f"{name}.eml").read_bytes()))
    assert (verdict.kind, verdict.reason, verdict.hard, verdict.is_delay, verdict.address) == EXPECTED[name]


def test_every_sample_has_a_verdict() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)


def test_what_only_stands_in_our_own_letter_is_no_reason() -> None:
    """The letter that came back speaks of spam, policy and a full mailbox."""
    source = (FOLDER / "qmail-no-such-user.eml").read_bytes()
    assert b"full of spam and policy" in source
    assert judge(read_mail(source)).reason is Reason.NO_SUCH_USER


@pytest.mark.parametrize("name", ["postfix-no-such-user", "qmail-no-such-user", "german-full", "complaint"])
def test_line_ends_and_a_missing_end_change_nothing(name: str) -> None:
    source = (FOLDER / f"{name}.eml").read_bytes()
    verdict = judge(read_mail(source))
    assert judge(read_mail(source.replace(b"\n", b"\r\n"))) == verdict
    assert judge(read_mail(source.rstrip(b"\n"))).reason == verdict.reason


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_that_breaks_off_anywhere_still_gets_a_verdict(name: str) -> None:
    source = (FOLDER / f"{name}.eml").read_bytes()
    for length in range(0, len(source), 97):
        judge(read_mail(source[:length]))
