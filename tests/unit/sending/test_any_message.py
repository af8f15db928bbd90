"""Whatever the text: thousands of messages are built, and parsed back as a mail program would."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.rendering.slots import Slot
from newsletter.sending.headers import Sender, clean
from newsletter.sending.wire.commands import Content
from tests.support.messages import assert_is_well_formed, letter, notice, parsed, part, personal, sender_name

# Letters of every script, and what has a meaning to one of the encodings or to a transport.
TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("=.?_ \t\r\n\u2028\u2029\u0085ñéшא中日가ไ😀🏳️‍🌈\u202e\u0301"),
    max_size=300,
)
LONG_LINE = st.tuples(st.sampled_from("a é中=.\0"), st.integers(1, 3000)).map(lambda pair: pair[0] * pair[1])
DOTS = st.lists(
    st.sampled_from([".", "..", ".\r\n", "\n.\n", "\r\n.\r\n", "\r\n..\r\nMAIL FROM:<eve@evil.example>", "a"])
)
CONTENT = st.lists(TEXT | LONG_LINE | DOTS.map("".join), max_size=4).map("".join)
TOKEN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=400)
RECIPIENT = st.sampled_from(
    ["ann@readers.example", "a" * 64 + "@readers.example", "åsa@readers.example", "用户@例え.example"]
)
FORMS = pytest.mark.parametrize("build", [letter, notice])

ADDRESSES = {"用户@例え.example": "用户@xn--r8jz45g.example"}


def lines(text: str) -> str:
    return re.sub("\r\n?", "\n", text)


@settings(max_examples=400, deadline=None)
@given(subject=TEXT | LONG_LINE, name=TEXT | LONG_LINE)
def test_a_subject_and_a_name_in_any_script_are_read_as_they_were_written(subject, name):
    message = letter(subject, sender=Sender(name, "weekly@news.example")).fill(personal())
    mail = parsed(message)
    assert_is_well_formed(message)
    assert mail["Subject"] == clean(subject)
    assert sender_name(message) == clean(name)
    assert mail["From"].addresses[0].addr_spec == "weekly@news.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@FORMS
@settings(max_examples=300, deadline=None)
@given(before=CONTENT, between=CONTENT, after=CONTENT, leave=TOKEN, choose=TOKEN, recipient=RECIPIENT)
def test_content_and_slots_are_read_as_they_were_written(build, before, between, after, leave, choose, recipient):
    content = f"{before}{Slot.UNSUBSCRIBE}{between}{Slot.PREFERENCES}{Slot.ADDRESS}{after}"
    pattern = build(html=content, text=content)
    person = personal(unsubscribe_url=leave, preferences_url=choose, recipient=recipient)
    message = pattern.fill(person)
    mail = parsed(message)
    assert_is_well_formed(message)
    assert_goes_over_the_line(pattern.content(person), message)
    address = ADDRESSES.get(recipient, recipient)
    assert part(mail, "plain") == lines(f"{before}{leave}{between}{choose}{address}{after}")
    assert part(mail, "html") == lines(f"{before}{escape(leave)}{between}{escape(choose)}{escape(address)}{after}")
    assert mail["To"] == address
    assert mail["Message-ID"] == "<1@news.example>"
    assert mail["List-Unsubscribe"] == (f"<{leave}>" if build is letter else None)


@pytest.mark.parametrize(
    ("content", "leave"),
    [
        (f"{Slot.UNSUBSCRIBE}.", "https://n.example/"),  # a piece begins with a dot
        (f"A line\n.\n{Slot.UNSUBSCRIBE}\n..\n.", "https://n.example/"),
        (f"A line\n{Slot.UNSUBSCRIBE}", ".hidden"),
        (f"A line\n{Slot.UNSUBSCRIBE}", "a" * 75 + ".b"),  # a dot comes first after a soft break
        (f"A line\n{Slot.UNSUBSCRIBE}", "."),
        (Slot.UNSUBSCRIBE, "a"),
    ],
)
def test_dots_are_stuffed_wherever_a_value_ends_or_begins(content, leave):
    pattern, person = letter(html=content, text=content), personal(unsubscribe_url=leave)
    assert_goes_over_the_line(pattern.content(person), pattern.fill(person))


def assert_goes_over_the_line(content: Content, message: bytes) -> None:
    """The pieces are those of the whole message, stuffed at once."""
    whole = Content.of(message)
    assert b"".join(content.pieces) == b"".join(whole.pieces)
    assert content[1:] == whole[1:]


@pytest.mark.parametrize("sign", ["a", "=", ".&"])
def test_a_link_of_every_length_is_read_whole_in_every_place(sign):
    content = f"Leave:{Slot.UNSUBSCRIBE} or choose {Slot.PREFERENCES}, {Slot.ADDRESS}"
    pattern = letter(html=content, text=content)
    for length in range(1, 401):
        url, message_id = "https://n.example/" + (sign * length)[:length], f"<{'m' * length}@news.example>"
        message = pattern.fill(personal(unsubscribe_url=url, preferences_url=url, message_id=message_id))
        mail = parsed(message)
        assert_is_well_formed(message)
        assert part(mail, "plain") == f"Leave:{url} or choose {url}, ann@readers.example"
        assert part(mail, "html") == f"Leave:{escape(url)} or choose {escape(url)}, ann@readers.example"
        assert mail["List-Unsubscribe"] == f"<{url}>"
        assert mail["Message-ID"] == message_id


@pytest.mark.parametrize("length", [*range(62, 78), *range(885, 1005, 17)])
@pytest.mark.parametrize("sign", ["w", "w ", "é", "中 ", "😀"])
def test_a_subject_and_a_name_of_any_length_stay_within_their_lines(sign, length):
    words = (sign * length)[:length]
    message = letter(words, sender=Sender(words, "weekly@news.example")).fill(personal())
    assert_is_well_formed(message)
    assert parsed(message)["Subject"] == words.strip()
    assert sender_name(message) == words.strip()
