import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newsletter.rendering.wrapping import COLUMNS, wrap

ADDRESS = "https://news.example/" + "a" * 100


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("日本語日本語日本語", ["日本語日", "本語日本", "語"]),
        (f"see {ADDRESS} now", ["see", ADDRESS, "now"]),
        ("🇲🇽 Mexico", ["🇲🇽", "Mexico"]),
        ("one\ntwo", ["one", "two"]),
        ("", []),
        ("<b> in a</b>", ["< b> in", "a< /b>"]),
        ("<!--x--> a<3, 1 < 2", ["<", "!--x-->", "a<3, 1 <", "2"]),
    ],
    ids=["words", "wide signs", "web address", "flag", "own lines", "nothing", "tags", "no tags"],
)
def test_lines_are_as_wide_as_a_terminal_shows_them(text: str, lines: list[str]) -> None:
    assert wrap(text, columns=8).splitlines() == lines


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_no_line_is_too_wide_and_no_word_is_lost(text: str) -> None:
    wrapped = wrap(text)
    assert all(cell_len(line) <= COLUMNS or line.startswith("http") for line in wrapped.splitlines())
    assert "".join(wrapped.split()) == "".join(text.split())
