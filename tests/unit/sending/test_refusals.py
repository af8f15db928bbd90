import pytest

from newsletter.sending.answers import Tries, outcome_of
from newsletter.sending.connection import Reply
from newsletter.sending.models import LetterState
from newsletter.sending.refusals import Refusal, refusal_of
from tests.support.world import NOW

ADDRESS, MESSAGE, US = Refusal.ADDRESS, Refusal.MESSAGE, Refusal.US

# The relay's words, the command that it refused, and what the refusal is about.
REFUSALS = [
    ("550 5.1.1 No such user", "RCPT", ADDRESS),
    ("550 5.1.2 No such domain", "RCPT", ADDRESS),
    ("501 5.1.3 Bad recipient address syntax", "RCPT", ADDRESS),
    ("551 5.1.6 The mailbox has moved", "RCPT", ADDRESS),
    ("553 5.1.7 Bad sender's mailbox", "MAIL", US),
    ("550 5.1.8 The sender's domain does not exist", "RCPT", US),
    ("556 5.1.10 Null MX", "RCPT", ADDRESS),
    ("550 5.2.1 Mailbox disabled", "RCPT", ADDRESS),
    ("552 5.2.2 Mailbox full", "RCPT", ADDRESS),
    ("552 5.2.3 Longer than this mailbox allows", "BODY", MESSAGE),
    ("554 5.3.2 Not accepting mail", "MAIL", US),
    ("552 5.3.4 Message too big", "BODY", MESSAGE),
    ("552 5.3.4 Message too big", "MAIL", MESSAGE),
    ("554 5.3.5 This host is set up wrongly", "RCPT", US),
    ("550 5.4.4 No way there", "RCPT", ADDRESS),
    ("554 5.4.6 A loop", "BODY", ADDRESS),
    ("503 5.5.1 Bad sequence of commands", "RCPT", US),
    ("554 5.5.1 Error: no valid recipients", "DATA", US),
    ("501 5.5.2 Syntax error", "RCPT", US),
    ("554 5.6.0 Bad content", "BODY", MESSAGE),
    ("553 5.6.7 That address cannot be written here", "RCPT", ADDRESS),
    ("550 5.7.0 Something about security", "BODY", US),
    ("550 5.7.1 Blocked for its reputation", "RCPT", US),
    ("554 5.7.1 Rejected as spam", "BODY", US),
    ("550 5.7.2 Not on this list", "RCPT", ADDRESS),
    ("554 5.7.7 The message was changed", "BODY", MESSAGE),
    ("535 5.7.8 Bad login", "MAIL", US),
    ("550 5.7.17 The mailbox has another owner", "RCPT", ADDRESS),
    ("550 5.7.20 No DKIM signature passes", "BODY", US),
    ("550 5.7.23 SPF failed", "MAIL", US),
    ("550 5.7.25 No reverse name", "RCPT", US),
    ("550 5.7.26 Neither SPF nor DKIM", "BODY", US),
    ("550 5.7.27 The sender takes no mail", "MAIL", US),
    ("550 5.0.0 Some reason", "RCPT", ADDRESS),
    # Without an enhanced code
    ("550 No such user here", "RCPT", ADDRESS),
    ("550 No such user here", "", ADDRESS),
    ("550 Go away", "MAIL", US),
    ("550 Content not liked", "BODY", MESSAGE),
    ("551 User not local", "RCPT", ADDRESS),
    ("552 Over quota", "RCPT", ADDRESS),
    ("552 Too much mail data", "BODY", MESSAGE),
    ("553 Mailbox name not allowed", "RCPT", ADDRESS),
    ("554 Recipient address rejected", "RCPT", ADDRESS),
    ("554 Transaction failed", "BODY", US),
    ("554 No", "MAIL", US),
    ("554 No", "DATA", US),
    ("555 Parameters not recognised", "MAIL", US),
    ("530 Authentication required", "MAIL", US),
    ("500 What?", "RCPT", US),
    ("521 This host takes no mail", "MAIL", US),
    ("556 That domain takes no mail", "RCPT", ADDRESS),
    # Codes of another class than the basic one say nothing
    ("550 2.1.5 Strange", "RCPT", ADDRESS),
    ("550 5.99.1 Never registered", "RCPT", ADDRESS),
    ("250 2.0.0 Taken", "BODY", None),
    ("451 4.7.1 Greylisted", "RCPT", None),
]


def reply(words, at):
    code, text = words.split(" ", 1)
    return Reply.of(int(code), text.encode(), at)


@pytest.mark.parametrize(("words", "at", "about"), REFUSALS)
def test_a_refusal_is_of_an_address_a_message_or_us(words, at, about):
    assert refusal_of(reply(words, at)) is about


@pytest.mark.parametrize(("words", "at", "about"), [row for row in REFUSALS if row[2] is not None])
def test_a_letter_ends_with_a_refusal_unless_it_is_of_us(words, at, about):
    outcome = outcome_of(reply(words, at), 7, Tries(0, None, retry_for=NOW - NOW.replace(hour=0)), NOW)
    assert outcome.state is (LetterState.DEFERRED if about is US else LetterState.REFUSED)
    assert outcome.reply_text == words[4:]
