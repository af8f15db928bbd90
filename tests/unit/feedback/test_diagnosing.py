"""What servers say, by named rows: words decide before codes, and what is about us before what is about readers."""

import pytest

from newsletter.feedback.diagnosing import diagnose
from newsletter.feedback.reasons import HARDNESS, OUR_FAULT, Reason, is_hard

SAID = {
    "Postfix: unknown": ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", Reason.NO_SUCH_USER),
    "Postfix: undeliverable": ("550 5.1.1 Recipient address rejected: undeliverable address", Reason.NO_SUCH_USER),
    "qmail": ("Sorry, no mailbox here by that name. (#5.1.1)", Reason.NO_SUCH_USER),
    "Exim": ("550 Unrouteable address", Reason.NO_SUCH_USER),
    "Outlook: mailbox unavailable": ("550 Requested action not taken: mailbox unavailable", Reason.NO_SUCH_USER),
    "Exchange: not found": ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", Reason.NO_SUCH_DOMAIN),
    "Yahoo": ("554 delivery error: dd This user doesn't have a yahoo.example account", Reason.NO_SUCH_USER),
    "a policy code over an unknown user": ("550 5.7.1 No such user", Reason.NO_SUCH_USER),
    "Gmail: disabled": ("550 5.2.1 The email account that you tried to reach is disabled", Reason.DISABLED),
    "inactive": ("550 5.2.1 This mailbox is inactive", Reason.DISABLED),
    "another owner": ("550 5.7.17 Mailbox owner has changed", Reason.MOVED),
    "full, said as for good": ("552 5.2.2 Mailbox full", Reason.MAILBOX_FULL),
    "full, under another code": ("550 5.1.1 User's mailbox is over quota", Reason.MAILBOX_FULL),
    "over the limit": ("552 mailbox size limit exceeded", Reason.MAILBOX_FULL),
    "no space": ("452 4.2.2 not enough storage space", Reason.MAILBOX_FULL),
    "too large": ("552 5.3.4 Message size exceeds fixed limit", Reason.TOO_LARGE),
    "too big": ("552 Message too big for system", Reason.TOO_LARGE),
    "host not found": ("Host or domain name not found. Name service error", Reason.NO_SUCH_DOMAIN),
    "takes no mail": ("556 5.1.10 Recipient address has null MX", Reason.NO_SUCH_DOMAIN),
    "timed out": ("connect to mx.example[192.0.2.1]:25: Connection timed out", Reason.NETWORK),
    "loops": ("554 5.4.6 Too many hops", Reason.NETWORK),
    "greylisting": ("450 4.2.0 Greylisted, see the page", Reason.GREYLISTED),
    "rate": ("421 4.7.28 Our system has detected an unusual rate of mail; rate limited", Reason.RATE_LIMITED),
    "expired": ("550 4.4.7 Message expired", Reason.EXPIRED),
    "system": ("451 4.3.0 Temporary local problem", Reason.SYSTEM),
    "Spamhaus": ("554 5.7.1 Client host blocked using zen.spamhaus.org", Reason.BLOCKED),
    "Outlook: block list": ("550 5.7.1 part of their network is on our block list (S3140)", Reason.BLOCKED),
    "Exchange Online: banned": ("550 5.7.606 Access denied, banned sending IP", Reason.BLOCKED),
    "no reverse DNS": ("550 5.7.25 The sending IP has no PTR record", Reason.BLOCKED),
    "reputation": ("554 Blocked due to poor reputation", Reason.BLOCKED),
    "Gmail: unsolicited": ("550 5.7.1 this message is likely unsolicited mail", Reason.SPAM),
    "virus": ("550 5.7.1 A virus was found in the message", Reason.VIRUS),
    "DMARC": ("550 5.7.26 not accepted due to the domain's DMARC policy", Reason.AUTHENTICATION),
    "SPF": ("550 5.7.23 SPF check failed", Reason.AUTHENTICATION),
    "sender rejected": ("550 5.1.8 Sender address rejected: Domain not found", Reason.POLICY),
    "sender does not exist": ("550 sender verify failed: mail from does not exist", Reason.POLICY),
    "relaying": ("550 5.7.1 Relaying denied", Reason.RELAYING),
    "rcpthosts": ("553 sorry, that domain isn't in my list of allowed rcpthosts", Reason.RELAYING),
    "header": ("550 5.6.0 Invalid header found", Reason.CONTENT),
    "syntax": ("501 5.5.4 Syntax error in parameters", Reason.PROTOCOL),
    "policy": ("550 5.7.1 Delivery not authorized, message refused", Reason.POLICY),
    "a bare refusal": ("550 rejected", Reason.REFUSED),
    "nothing": ("", Reason.UNKNOWN),
    "a code alone": ("550", Reason.UNKNOWN),
    "an enhanced code alone": ("5.1.1", Reason.NO_SUCH_USER),
    "an address that looks like words": ("554 <user.unknown@mailbox-full.example>: said nothing", Reason.UNKNOWN),
    "an IP address that looks like a code": ("550 5.1.1.2 said something", Reason.UNKNOWN),
}


@pytest.mark.parametrize("row", SAID)
def test_words_and_codes_come_to_a_reason(row: str) -> None:
    said, reason = SAID[row]
    assert diagnose(said).reason is reason


@pytest.mark.parametrize("said", ["450 4.1.1 User unknown, try again later", "450 4.2.1 account is disabled"])
def test_what_is_said_for_now_is_never_hard(said: str) -> None:
    assert diagnose(said).hard is False


def test_who_goes_on_trying_says_nothing_hard() -> None:
    assert diagnose("550 5.1.1 User unknown", is_final=False).hard is False


@pytest.mark.parametrize("reason", sorted(OUR_FAULT))
def test_what_is_about_us_is_neither_hard_nor_soft(reason: Reason) -> None:
    assert is_hard(reason, is_final=True) is None


def test_every_reason_is_about_the_reader_or_about_us() -> None:
    assert set(Reason) - {Reason.COMPLAINT} == set(HARDNESS) | OUR_FAULT
    assert not set(HARDNESS) & OUR_FAULT


def test_a_report_that_says_less_than_the_server_gives_way_to_it() -> None:
    assert diagnose("550 5.2.2 said", (5, 0, 0)).written == "5.2.2"
    assert diagnose("said nothing", (5, 1, 1)).reason is Reason.NO_SUCH_USER
