"""What `newsletter bounce` says would follow."""

import pytest

from newsletter.feedback.examining import examine
from newsletter.feedback.mime import read_mail
from newsletter.feedback.recipients import Recipients
from newsletter.sending.return_paths import ReturnPaths
from newsletter.subscribers.mail_addresses import MailAddresses
from tests.conftest import KEY
from tests.support.inbound import DOMAIN, sample, written

RECIPIENTS = Recipients(ReturnPaths([KEY], DOMAIN, ""), MailAddresses([KEY], DOMAIN), ["weekly@news.example"])
PATH = RECIPIENTS.return_paths.letter(1, 2, 1)
FORGED = ReturnPaths(["x" * 40], DOMAIN, "").letter(1, 2, 1)


@pytest.mark.parametrize(
    ("name", "to", "action", "return_path"),
    [
        ("postfix-no-such-user", PATH, "count hard", "valid"),
        ("postfix-full-said-as-permanent", PATH, "count soft", "valid"),
        ("postfix-blocked-by-a-list", PATH, "alarm", "valid"),
        ("postfix-delayed", PATH, "none", "valid"),
        ("complaint", PATH, "suppress", "valid"),
        ("complaint", "complaints@" + DOMAIN, "keep", "none"),
        ("postfix-no-such-user", FORGED, "none", "forged"),
        ("postfix-no-such-user", "weekly@news.example", "none", "none"),
        ("absence-english", PATH, "none", "valid"),
        ("list-mail", "weekly@news.example", "none", "none"),
    ],
)
def test_a_report_leads_to_something_only_at_a_valid_return_path(
    name: str, to: str, action: str, return_path: str
) -> None:
    found = examine(read_mail(sample(name)), RECIPIENTS, ["MX"], to=to)
    assert (found.action, found.return_path) == (action, return_path)


@pytest.mark.parametrize(
    ("to", "subject", "kind", "action"),
    [
        (f"subscribe+mx@{DOMAIN}", "", "subscribe", "join"),
        (f"unsubscribe+abc@{DOMAIN}", "", "unsubscribe", "leave"),
        (f"confirm+abc@{DOMAIN}", "Re: Please confirm", "confirmation", "confirm"),
        ("weekly@news.example", "unsubscribe", "unsubscribe", "leave"),
        ("weekly@news.example", "A question", "other", "keep"),
    ],
)
def test_a_persons_mail_is_told_by_what_it_asks_for(to: str, subject: str, kind: str, action: str) -> None:
    found = examine(read_mail(written(subject, to=to)), RECIPIENTS, ["MX"])
    assert (found.verdict.kind, found.action) == (kind, action)
