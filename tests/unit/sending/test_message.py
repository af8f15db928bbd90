"""Messages are parsed back as a mail program would, whatever stands in them."""

import re

import pytest

from newsletter.errors import InvalidInputError
from newsletter.rendering.slots import Slot
from newsletter.sending.headers import Sender
from newsletter.sending.mailboxes import UnmailableAddressError
from newsletter.sending.message_ids import MessageIds
from tests.support.messages import (
    HTML,
    SENDER,
    TEXT,
    assert_is_well_formed,
    letter,
    notice,
    parsed,
    part,
    personal,
    sender_name,
)


def build(
    subject: str = "This week", *, html: str = HTML, text: str = TEXT, sender: Sender = SENDER, **values
) -> bytes:
    return letter(subject, html=html, text=text, sender=sender).fill(personal(**values))


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
        "Precedence": "bulk",
        "MIME-Version": "1.0",
    }


def test_a_notice_says_that_a_machine_wrote_it_and_belongs_to_no_list() -> None:
    mail = parsed(notice().fill(personal()))
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
    pattern = letter("Hi")
    first = pattern.fill(personal(recipient="ben@readers.example", message_id="<2@news.example>"))
    second = pattern.fill(personal())
    assert second == build("Hi")
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
    assert_is_well_formed(message)


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


@pytest.mark.parametrize("recipient", ["åsa@readers.example", "用户@例え.example", "أحمد@readers.example"])
def test_a_reader_whose_address_is_beyond_ascii_is_told_in_utf_8_and_nothing_else_is(recipient: str) -> None:
    message = build(recipient=recipient)
    local, _, domain = recipient.partition("@")
    address = f"{local}@{domain.encode('idna').decode()}"
    assert f"\r\nTo: {address}\r\n".encode() in message
    assert message.replace(local.encode(), b"").isascii()
    mail = parsed(message)
    assert f"This went to {address}." in part(mail, "plain")
    assert address in part(mail, "html")
    assert_is_well_formed(message)


@pytest.mark.parametrize("sender", [Sender("W", "åsa@news.example"), Sender("W", "w@news.example", "åsa@news.example")])
def test_no_sender_is_written_that_a_relay_may_not_be_able_to_hear(sender: Sender) -> None:
    with pytest.raises(UnmailableAddressError):
        build(sender=sender)
