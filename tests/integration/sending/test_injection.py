"""Whatever stands in a name, a title or an address: no header, recipient or message at the relay that is not ours.

The rows are written past every check at the door, so that what holds here is the last defence and not the first.
"""

import re
from collections import Counter

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.errors import InvalidInputError
from newsletter.issues.content import content_hash
from newsletter.issues.models import IssueState
from newsletter.rendering.slots import Slot
from newsletter.sending.confirming import answer_wish
from newsletter.sending.headers import Sender, clean
from newsletter.sending.models import LetterState, Notice, NoticeKind, NoticeState
from newsletter.sending.notices import queue_notice
from newsletter.sending.relay import Relay
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.joining import join
from newsletter.subscribers.models import Subscriber
from tests.support.messages import letter, parsed, part, personal
from tests.support.rounds import MEXICO, deliver, freeze_at, letters, states
from tests.support.smtp import SmtpSink
from tests.support.world import NOW, make_issue, make_region, make_subscriber

EVE = "eve@evil.example"
HONEST = ["ann@readers.example", "zoe@readers.example"]
HELD = {"week": "2026-W20", "reason": "It was late.", "path": "/desk/"}

# What a line of SMTP, a header or a list of addresses could end, begin or hide in.
HOSTILE_TEXT = {
    "CR LF": f"News\r\nBcc: {EVE}",
    "CR": f"News\rBcc: {EVE}",
    "LF": f"News\nBcc: {EVE}",
    "two line ends": f"News\r\n\r\nFrom: {EVE}\r\n\r\nA body",
    "NUL": f"News\0Bcc: {EVE}",
    "a line separator": f"News\u2028Bcc: {EVE}",
    "a paragraph separator": f"News\u2029Bcc: {EVE}",
    "NEL": f"News\u0085Bcc: {EVE}",
    "vertical tab": f"News\x0bBcc: {EVE}",
    "the end of a message": f"News\r\n.\r\nMAIL FROM:<{EVE}>\r\nRCPT TO:<{EVE}>\r\nDATA\r\nEvil\r\n.\r\n",
    "the end of a message with bare LF": f"News\n.\nMAIL FROM:<{EVE}>\nRCPT TO:<{EVE}>\nDATA\nEvil\n.\n",
    "the end of a message, mixed": f"News\r\n.\nMAIL FROM:<{EVE}>\nRCPT TO:<{EVE}>\nDATA\nEvil\n.\r\n",
    "dots at line starts": ".\n..\n.hidden\n. . .\n",
    "an encoded word": f"=?utf-8?q?News=0D=0ABcc:_{EVE}?=",
    "a boundary": "\r\n--=_0\r\nContent-Type: text/html\r\n\r\nEvil",
    "ten kilobytes": "News " * 2000,
    "right to left": "\u202eNews\u2066",
}
HOSTILE_ADDRESSES = {
    "CR LF": f"ann@readers.example>\r\nRCPT TO:<{EVE}",
    "CR": f"ann@readers.example\rBcc: {EVE}",
    "LF": f"ann@readers.example\nBcc: {EVE}",
    "a header": f"ann@readers.example\r\nBcc: {EVE}",
    "NUL": f"ann@readers.example\0{EVE}",
    "a line separator": f"ann@readers.example\u2028{EVE}",
    "two addresses": f"ann@readers.example, {EVE}",
    "two with a semicolon": f"ann@readers.example;{EVE}",
    "two with a space": f"ann@readers.example {EVE}",
    "a comment": "a@evil.example(x)@readers.example",
    "a comment before": f"({EVE})ann@readers.example",
    "a name": f"Ann <{EVE}>",
    "closed and opened": f"ann@readers.example> <{EVE}",
    "a parameter": "ann@readers.example> NOTIFY=SUCCESS ORCPT=rfc822;eve@evil.example",
    "a quoted local part": '"ann b"@readers.example',
    "a quoted local part with an at sign": f'"{EVE}"@readers.example',
    "a quoted local part with a line end": f'"ann\r\nRCPT TO:<{EVE}>"@readers.example',
    "a route": f"@evil.example:{EVE}",
    "a group": f"readers:{EVE};",
    "percent": "eve%evil.example@",
    "a bang path": "evil.example!eve",
    "an address literal": "eve@[127.0.0.1]",
    "a dot first": ".\r\n@readers.example",
    "two dots": "ann..b@readers.example",
    "a dot last": "ann.@readers.example",
    "a wide at sign": "ann＠evil.example@readers.example",
    "a wide at sign in the domain": "ann@evil.example＠readers.example",
    "ten kilobytes": "a" * 10_240 + "@readers.example",
    "a domain of ten kilobytes": "ann@" + "a." * 5120 + "example",
    "nothing but a space": " ",
}

MASTHEAD = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
OF_LETTERS = {*MASTHEAD, "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Precedence"}
OF_NOTICES = {*MASTHEAD, "Auto-Submitted", "X-Auto-Response-Suppress"}


def assert_only_ours(sink: SmtpSink, recipients: list[str], headers: set[str]) -> None:
    """These recipients got one message each with these headers, and nothing else was as much as asked for."""
    assert sorted(sink.recipients) == sorted(recipients)
    assert sink.commands["RCPT"] == sink.commands["MAIL"] == sink.commands["BODY"] == len(recipients)
    for mail in sink.received:
        message = parsed(mail.data)
        assert Counter(message.keys()) == Counter(headers)
        assert message["To"] == mail.recipient
        assert message["From"].addresses[0].addr_spec == "weekly@newsletter.example"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", mail.data)


@pytest.mark.parametrize("hostile", HOSTILE_TEXT.values(), ids=HOSTILE_TEXT)
def test_no_text_of_a_source_or_an_editor_gets_out_of_its_place(service: Service, sink: SmtpSink, hostile: str):
    with service.db.writing() as session:
        region = make_region(session)
        issue = make_issue(session, region, state=IssueState.APPROVED)
        kept = hostile.replace("\0", "") if not service.db.is_sqlite else hostile  # Postgres takes none into a row
        issue.subject, issue.intro = kept[:200], kept
        for item in issue.items:
            item.headline, item.summary, item.source = kept[:500], kept, kept[:200]
        issue.content_hash = issue.approved_hash = content_hash(issue)
        for address in HONEST:
            make_subscriber(session, region, address=address)
    freeze_at(service, MEXICO)
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: 2}
    assert_only_ours(sink, HONEST, OF_LETTERS)


@pytest.mark.parametrize("hostile", HOSTILE_TEXT.values(), ids=HOSTILE_TEXT)
def test_no_text_gets_out_of_a_message_even_if_nothing_before_it_was_checked(
    settings: Settings, sink: SmtpSink, hostile: str
):
    sender = Sender(hostile, "weekly@newsletter.example")
    pattern = letter(hostile, html=hostile + Slot.UNSUBSCRIBE, text=hostile + Slot.PREFERENCES, sender=sender)
    message = pattern.fill(personal(recipient=HONEST[0], unsubscribe_url=".", preferences_url="..hidden"))
    with Relay.of(settings).connect() as connection:
        assert connection.send("weekly@newsletter.example", HONEST[0], message).is_accepted
    assert_only_ours(sink, HONEST[:1], OF_LETTERS)
    [mail] = sink.received
    assert mail.data == message
    assert part(mail.message, "plain") == re.sub("\r\n?", "\n", hostile) + "..hidden"
    assert mail.message["Subject"] == clean(hostile)


def addresses_for(service: Service) -> list[str]:
    """The hostile addresses that fit into a row: Postgres refuses NUL, and more than the column has room for."""
    every = HOSTILE_ADDRESSES.values()
    return [address for address in every if service.db.is_sqlite or ("\0" not in address and len(address) <= 320)]


def test_an_address_in_the_rows_that_is_none_costs_itself_alone(service: Service, sink: SmtpSink):
    hostile = addresses_for(service)
    with service.db.writing() as session:
        region = make_region(session)
        make_issue(session, region, state=IssueState.APPROVED)
        for address in [HONEST[0], *hostile, HONEST[1]]:
            make_subscriber(session, region, address=address, normalised=address)
    freeze_at(service, MEXICO)
    deliver(service)
    assert_only_ours(sink, HONEST, OF_LETTERS)
    assert states(service) == {LetterState.ACCEPTED: 2, LetterState.REFUSED: len(hostile)}
    told = [row.reply_text for row in letters(service) if row.state is LetterState.REFUSED]
    assert all(re.fullmatch(r"This .{10,480}", text) for text in told)
    assert not any("eve@" in text or "ann@" in text for text in told)


def test_a_notice_to_an_address_that_is_none_is_never_offered(service: Service, sink: SmtpSink):
    hostile = addresses_for(service)
    with service.db.writing() as session:
        for address in [HONEST[0], *hostile, HONEST[1]]:
            queue_notice(session, NoticeKind.HELD, address=address, language="en", arguments=HELD, now=NOW)
    service.mailroom.send_due_notices()
    assert_only_ours(sink, HONEST, OF_NOTICES)
    with service.db.reading() as session:
        ended = Counter(session.scalars(select(Notice.state)))
    assert ended == {NoticeState.ACCEPTED: 2, NoticeState.SKIPPED: len(hostile)}


def test_nobody_subscribes_with_an_address_that_is_none(service: Service, sink: SmtpSink):
    with service.db.writing() as session:
        make_region(session)
        for hostile in HOSTILE_ADDRESSES.values():
            with pytest.raises(InvalidInputError):
                join(session, hostile, ["MX"], language="en", time_zone="UTC", way=Way.PAGE, now=NOW)
        assert session.scalars(select(Subscriber)).all() == []


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("\t Ann@READERS.example ", "Ann@readers.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@readers。example", "ann@readers.example"),
        ("$id`{{7*7}}`@readers.example", "$id`{{7*7}}`@readers.example"),
        ("etc/passwd@readers.example", "etc/passwd@readers.example"),
        ("bounce+aaaa@readers.example", "bounce+aaaa@readers.example"),
    ],
)
def test_an_address_has_one_form_in_row_command_and_header(service: Service, sink: SmtpSink, typed: str, form: str):
    with service.db.writing() as session:
        make_region(session)
        joined = join(session, typed, ["MX"], language="en", time_zone="UTC", way=Way.PAGE, now=NOW)
        answer_wish(session, joined, NOW)
        assert joined.subscriber.address == form
    service.mailroom.send_due_notices()
    assert_only_ours(sink, [form], OF_NOTICES)


@pytest.mark.parametrize("hostile", HOSTILE_TEXT.values(), ids=HOSTILE_TEXT)
def test_no_name_of_ours_and_no_reason_gets_out_of_its_place_in_a_notice(
    service: Service, settings: Settings, sink: SmtpSink, hostile: str
):
    named = Settings.model_validate(settings.model_dump() | {"site_name": hostile, "publisher": hostile})
    other = Service(settings=named, clock=service.clock, db=service.db, secret_keys=service.secret_keys)
    text = hostile.replace("\0", "")
    arguments = HELD | {"week": text, "reason": text}
    with service.db.writing() as session:
        queue_notice(session, NoticeKind.HELD, address=HONEST[0], language="en", arguments=arguments, now=NOW)
    other.mailroom.send_due_notices()
    assert_only_ours(sink, HONEST[:1], OF_NOTICES)
