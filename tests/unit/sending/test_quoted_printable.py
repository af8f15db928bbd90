"""The encoding at its edges; whole messages are tested in test_message.py."""

import quopri

import pytest

from newsletter.sending.quoted_printable import encode, encode_around

ROWS = {
    "plain": ("Good morning", b"Good morning"),
    "equals sign": ("a=b", b"a=3Db"),
    "other scripts": ("é日", b"=C3=A9=E6=97=A5"),
    "space at a line's end": ("a \nb\t\n", b"a=20\r\nb=09\r\n"),
    "space at the end": ("a ", b"a=20"),
    "every kind of line end": ("a\r\nb\rc\nd", b"a\r\nb\r\nc\r\nd"),
    "a dot alone": (".\n", b"=2E\r\n"),
    "a dot that is all": (".", b"=2E"),
    "a link of one line": ("https://n.example/" + "x" * 57, b"https://n.example/" + b"x" * 57),
    "a link that leaves no room for a break after it": ("h" * 76, b"h" * 75 + b"=\r\nh"),
    "a link of three lines": ("h" * 151, b"h" * 75 + b"=\r\n" + b"h" * 75 + b"=\r\nh"),
    "a NUL": ("a\0b", b"a=00b"),
    "a line that fills its room": ("a" * 75, b"a" * 75),
    "a line that leaves no room for a break after it": ("a" * 76, b"a" * 75 + b"=\r\n" + b"a"),
    "a line whose room ends with a space": ("a" * 73 + " \nb", b"a" * 73 + b"=20\r\nb"),
    "a space that would pass the room of its line": ("a" * 74 + " \nb", b"a" * 74 + b"=\r\n=20\r\nb"),
    "a tab that would pass it by two": ("a" * 75 + "\t\n", b"a" * 75 + b"=\r\n=09\r\n"),
    "an octet that would be split": ("a" * 74 + "é", b"a" * 74 + b"=\r\n=C3=A9"),
}


@pytest.mark.parametrize(("text", "expected"), ROWS.values(), ids=ROWS)
def test_text_is_encoded(text: str, expected: bytes) -> None:
    assert encode(text) == expected


@pytest.mark.parametrize("last", ["a", "é", "=", " ", "日", "é=", "a "])
@pytest.mark.parametrize("length", range(68, 80))
def test_a_soft_break_fits_after_whatever_comes_last(last: str, length: int) -> None:
    for first in ("a", "é", "="):
        text = (first * length)[:length] + last
        encoded = encode(text)
        assert len(encoded.rpartition(b"\n")[2]) <= 75
        assert quopri.decodestring(encoded).decode() == text


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["a", 1, "b"], [b"a=\r\n", 1, b"=\r\n", b"b"]),
        (["a\n", 1, "\nb"], [b"a\r\n", 1, b"\r\nb"]),
        ([1, 2], [1, b"=\r\n", 2]),
        ([1], [1]),
        (["a ", 1, " b"], [b"a=20=\r\n", 1, b"=\r\n", b" b"]),
        ([], []),
    ],
)
def test_a_place_stands_on_lines_of_its_own(pieces: list, expected: list) -> None:
    assert encode_around(pieces) == expected
