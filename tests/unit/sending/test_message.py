"""Messages are parsed back as a mail program would, whatever stands in them."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import InvalidInputError
from newsletter.rendering.pieces import Composed
from newsletter.rendering.slots import Slot
from newsletter.sending.headers import Sender, clean
from newsletter.sending.mailboxes import UnmailableAddressError
from newsletter.sending.mastheads import letter_headers, notice_headers
from newsletter.sending.message import Pattern, Personal
from newsletter.sending.message_ids import MessageIds

NOW = datetime(2026, 5, 15, 12, 0, tzinfo=UTC)
SENDER = Sender("Regional Weekly", "weekly@news.example", "editors@news.example")
TEXT = f"Good morning\n\nLeave: {Slot.UNSUBSCRIBE}\nChoose: {Slot.PREFERENCES} today\nThis went to {Slot.ADDRESS}.\n"
HTML = f'<p>Good morning</p><a href="{Slot.UNSUBSCRIBE}">Leave</a><a href="{Slot.PREFERENCES}">Choose</a>{Slot.ADDRESS}'


def personal(**values) -> Personal:
    defaults = {
        "recipient": "ann@readers.example",
        "message_id": "<1@news.example>",
        "date": NOW,
        "unsubscribe_url": "https://news.example/u/ann.signature",
        "preferences_url": "https://news.example/p/ann.today.signature",
    }
    return Personal(**(defaults | values))


def build(
    subject: str = "This week", *, html: str = HTML, text: str = TEXT, sender: Sender = SENDER, **values
) -> bytes:
    headers = letter_headers(sender, subject, language="en", campaign="2026-W20")
    return Pattern.of(Composed(subject, html, text, "en"), headers).fill(personal(**values))


def parsed(message: bytes) -> EmailMessage:
    """`message` as a strict reader sees it: no defect in any header or part."""
    mail = message_from_bytes(message, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert [defect for part in mail.walk() for defect in part.defects] == []
    assert [defect for value in mail.values() for defect in value.defects] == []
    return mail


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def sender_name(message: bytes) -> str:
    """Read by the older of Python's parsers: the newer one sees spaces between the encoded words of a phrase."""
    line = message_from_bytes(message, policy=policy.compat32)["From"]
    name = parseaddr(line)[0]
    return str(make_header(decode_header(name))) if "=?" in name else name


def assert_lines_are_legal(message: bytes) -> None:
    """RFC 5322, section 2.1.1, and RFC 2045, section 6.7."""
    message.decode("ascii")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", message)
    lines = message.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    headers_end = lines.index(b"")
    assert max(map(len, lines[headers_end:])) <= 76


# What a letter carries


def test_a_letter_carries_its_headers() -> None:
    mail = parsed(build())
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "From": "Regional Weekly <weekly@news.example>",
        "To": "ann@readers.example",
        "Reply-To": "editors@news.example",
        "Subject": "This week",
        "Date": "Fri, 15 May 2026 12:00:00 +0000",
        "Message-ID": "<1@news.example>",
        "List-Id": "<weekly.news.example>",
        "List-Unsubscribe": "<https://news.example/u/ann.signature>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": "2026-W20:en:letter:weekly.news.example",
        "MIME-Version": "1.0",
    }


def test_a_notice_says_that_a_machine_wrote_it_and_belongs_to_no_list() -> None:
    pattern = Pattern.of(Composed("Confirm", "<p>Confirm</p>", "Confirm", "en"), notice_headers(SENDER, "Confirm"))
    mail = parsed(pattern.fill(personal()))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not {"List-Id", "List-Unsubscribe", "Feedback-ID"} & set(mail.keys())


def test_the_text_part_comes_first_and_both_parts_are_filled() -> None:
    mail = parsed(build())
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for subtype in ("plain", "html"):
        content = part(mail, subtype)
        assert "https://news.example/u/ann.signature" in content
        assert "https://news.example/p/ann.today.signature" in content
        assert "ann@readers.example" in content
        assert not any(slot in content for slot in Slot)


def test_a_reader_finds_nothing_of_another_reader() -> None:
    pattern = Pattern.of(Composed("Hi", HTML, TEXT, "en"), letter_headers(SENDER, "Hi", language="en", campaign="1"))
    first = pattern.fill(personal(recipient="ben@readers.example", message_id="<2@news.example>"))
    second = pattern.fill(personal())
    assert second == build("Hi").replace(b"2026-W20", b"1")
    assert b"ben@" not in second
    assert b"ann@" not in first


def test_the_same_content_gives_the_same_bytes() -> None:
    assert build() == build()


def test_a_link_is_escaped_in_html_and_plain_in_text() -> None:
    link = "https://news.example/p/t?a=1&b=%22"
    mail = parsed(build(preferences_url=link))
    assert f"Choose: {link} today" in part(mail, "plain")
    assert '"https://news.example/p/t?a=1&amp;b=%22"' in part(mail, "html")


def test_content_that_imitates_a_boundary_ends_no_part() -> None:
    boundary = re.search(rb'boundary="([^"]+)"', build())[1].decode()
    imitation = f"\n--{boundary}\n--{boundary}--\n"
    mail = parsed(build(text=imitation + TEXT, html=imitation + HTML))
    assert len(list(mail.iter_parts())) == 2
    assert mail.get_boundary().startswith("=_")  # which quoted-printable never holds
    assert boundary in part(mail, "plain")


def test_message_ids_are_the_same_on_every_try_and_differ_by_letter() -> None:
    ids = MessageIds(["k" * 40], "news.example")
    assert ids.letter(1, 2, 1) == MessageIds(["k" * 40], "news.example").letter(1, 2, 1)
    assert ids.letter(1, 2, 1) == MessageIds(["new" * 20, "k" * 40], "news.example").letter(1, 2, 1)
    made = {ids.letter(1, 2, 1), ids.letter(1, 2, 2), ids.letter(2, 1, 1), ids.letter(12, 1, 1), ids.notice(1)}
    assert len(made) == 5
    assert all(re.fullmatch(r"<[0-9a-f]{32}@news\.example>", made_id) for made_id in made)


# Nobody's text becomes a header

ENDINGS = ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("ending", ENDINGS, ids=[ascii(ending) for ending in ENDINGS])
@pytest.mark.parametrize("words", ["Weekly", "Über", "=?utf-8?q?x?="])
def test_no_line_end_in_a_subject_or_a_name_starts_a_header(ending: str, words: str) -> None:
    hostile = f"{words}{ending}Bcc: eve@evil.example{ending}{ending}<p>body"
    message = build(hostile, sender=Sender(hostile, "weekly@news.example"))
    mail = parsed(message)
    assert "Bcc" not in mail
    assert mail["Subject"] == f"{words} Bcc: eve@evil.example <p>body"
    assert sender_name(message) == mail["Subject"]
    assert mail["From"].addresses[0].addr_spec == "weekly@news.example"
    assert_lines_are_legal(message)


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written() -> None:
    assert parsed(build("=?utf-8?b?QmNjOiBldmU=?="))["Subject"] == "=?utf-8?b?QmNjOiBldmU=?="


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("recipient", "ann@readers.example\r\nBcc: eve@evil.example", UnmailableAddressError),
        ("recipient", "ann@readers.example, eve@evil.example", UnmailableAddressError),
        ("recipient", "a@evil.example(x)@readers.example", UnmailableAddressError),
        ("recipient", '"a b"@readers.example', UnmailableAddressError),
        ("recipient", "ann@readers.example\u2028Bcc: eve@evil.example", UnmailableAddressError),
        ("recipient", "ann\0@readers.example", UnmailableAddressError),
        ("recipient", "a" * 10_000 + "@readers.example", UnmailableAddressError),
        ("unsubscribe_url", "https://news.example/u/x>\r\nBcc: eve@evil.example", InvalidInputError),
        ("unsubscribe_url", "https://news.example/ü", InvalidInputError),
        ("unsubscribe_url", "https://news.example/" + "x" * 900, InvalidInputError),
        ("preferences_url", "https://news.example/p/\n", InvalidInputError),
        ("message_id", "<1@news.example>\r\nBcc: eve@evil.example", InvalidInputError),
    ],
)
def test_a_personal_value_that_no_message_can_carry_is_refused(field: str, value: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        build(**{field: value})


def test_a_sender_and_a_reader_under_a_domain_in_another_script_are_written_in_a_labels() -> None:
    mail = parsed(
        build(
            sender=Sender("Weekly", "wöchentlich-frei@bücher.example".replace("ö", "oe")),
            recipient="ann@bücher.example",
        )
    )
    assert mail["To"] == "ann@xn--bcher-kva.example"
    assert mail["List-Id"] == "<woechentlich-frei.xn--bcher-kva.example>"


# Whatever the text, in thousands of messages

SCRIPTS = st.text(
    st.characters(codec="utf-8") | st.sampled_from("=.?_ \t\r\n\u2028\u2029\u0085ñéшא中日가ไ😀🏳️‍🌈\u202e\u0301"),
    max_size=300,
)
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=400)


@settings(max_examples=400, deadline=None)
@given(subject=SCRIPTS, name=SCRIPTS)
def test_a_subject_and_a_name_in_any_script_are_read_as_they_were_written(subject: str, name: str) -> None:
    message = build(subject, sender=Sender(name, "weekly@news.example"))
    mail = parsed(message)
    assert_lines_are_legal(message)
    assert mail["Subject"] == clean(subject)
    assert sender_name(message) == clean(name)
    assert mail["From"].addresses[0].addr_spec == "weekly@news.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@settings(max_examples=400, deadline=None)
@given(before=SCRIPTS, between=SCRIPTS, after=SCRIPTS, leave=TOKENS, choose=TOKENS)
def test_content_and_tokens_of_any_length_are_read_as_they_were_written(
    before: str, between: str, after: str, leave: str, choose: str
) -> None:
    content = f"{before}{Slot.UNSUBSCRIBE}{between}{Slot.PREFERENCES}{Slot.ADDRESS}{after}"
    message = build(text=content, html=content, unsubscribe_url=leave, preferences_url=choose)
    mail = parsed(message)
    assert_lines_are_legal(message)
    expected = f"{before}{leave}{between}{choose}ann@readers.example{after}"
    assert part(mail, "plain") == re.sub("\r\n?", "\n", expected)
    escaped = f"{before}{escape(leave)}{between}{escape(choose)}ann@readers.example{after}"
    assert part(mail, "html") == re.sub("\r\n?", "\n", escaped)
    assert mail["List-Unsubscribe"] == f"<{leave}>"
