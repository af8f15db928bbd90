import pytest

from newsletter.errors import InvalidInputError
from newsletter.issues.wording import one_line, paragraphs


@pytest.mark.parametrize(
    ("case", "given", "kept"),
    [
        ("spaces", "  A   headline ", "A headline"),
        ("line breaks", "A\r\nBcc: everyone", "A Bcc: everyone"),
        ("separators of Unicode", "A\u2028B\u2029C\u0085D", "A B CD"),
        ("NUL and escape", "A\x00\x1b[31mB", "A[31mB"),
        ("template syntax stays literal", "{{7*191}} {% for %}", "{{7*191}} {% for %}"),
        ("a lone surrogate", "A\ud800B", "AB"),
        ("right to left", "عنوان", "عنوان"),
    ],
)
def test_a_headline_is_one_line_without_control_characters(case, given, kept):
    assert one_line(given, "A headline", 100) == kept, case


@pytest.mark.parametrize("given", ["", "  ", "\x00", "\n"])
def test_an_empty_headline_is_refused(given):
    with pytest.raises(InvalidInputError, match=r"A headline can't be empty\."):
        one_line(given, "A headline", 100)


def test_a_text_that_is_too_long_is_refused_with_both_numbers():
    with pytest.raises(InvalidInputError, match="may have 10 characters; this has 11"):
        one_line("a" * 11, "A subject", 10)


def test_paragraphs_are_kept_and_lines_within_them_joined():
    assert paragraphs("One\ntwo.\r\n\r\n \nThree.\n", "An intro") == "One two.\n\nThree."
    assert paragraphs("  ", "An intro") == ""
