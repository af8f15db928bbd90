import pytest

from newsletter.rendering.plain import (
    cut_at_word,
    direction_of,
    paragraphs,
    shorten,
    tidy,
    web_address,
    without_pictures,
)
from newsletter.rendering.slots import Slot


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Two\r\nBcc: everyone@example.com", "Two Bcc: everyone@example.com"),
        ("nul\x00bell\x07", "nul bell"),
        ("line\u2028paragraph\u2029next\u0085end", "line paragraph next end"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2067isolated\u2069", "isolated"),
        ("lone \ud800 half", "lone half"),
        ("private \ue000 and unassigned \uffff", "private and unassigned"),
        (f"before {Slot.PREFERENCES} after", "before after"),
        ("  many   spaces\tand\u00a0such ", "many spaces and such"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("family 👩\u200d👧", "family 👩\u200d👧"),
        ("{{7*191}} {% for %} <b>&amp;", "{{7*191}} {% for %} <b>&amp;"),
    ],
    ids=[
        "line break",
        "control characters",
        "line and paragraph separators",
        "right-to-left override",
        "isolate",
        "surrogate",
        "no characters",
        "slot",
        "spaces",
        "Persian joiner stays",
        "emoji joiner stays",
        "markup stays literal",
    ],
)
def test_text_from_outside_becomes_one_clean_line(raw: str, clean: str) -> None:
    assert tidy(raw) == clean


def test_an_intro_keeps_its_paragraphs() -> None:
    assert paragraphs("One\nline.\r\n\r\n \n\nTwo.\n") == ["One line.", "Two."]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://news.example/a?b=1&c=2", "https://news.example/a?b=1&c=2"),
        ("https://exämple.example/ä b", "https://xn--exmple-cua.example/%C3%A4%20b"),
        ('https://news.example/"><script>', "https://news.example/%22%3E%3Cscript%3E"),
        ("javascript:alert(1)", "instead"),
        ("data:text/html,x", "instead"),
        ("https:///nowhere", "instead"),
        (f"https://news.example/{Slot.UNSUBSCRIBE}", "https://news.example/"),
        ("https://news.example/a\nb", "https://news.example/a%20b"),
    ],
    ids=["plain", "international", "markup", "script", "data", "no host", "slot", "line break"],
)
def test_a_link_is_an_ascii_address_of_the_web(url: str, address: str) -> None:
    assert web_address(url, instead="instead") == address


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Short enough.", 20, "Short enough."),
        ("It rained all night. Then the dam broke.", 30, "It rained all night."),
        ("It rained. Then the dam above the old town broke.", 30, "It rained. Then the dam above…"),
        ("Version 2.0 came out and more is coming", 20, "Version 2.0 came…"),
        ("昨日大雨。今日晴れ、明日も晴れ。", 12, "昨日大雨。今日晴れ、明…"),
        ("هل عاد المطر؟ نعم، عاد اليوم بعد غياب طويل", 20, "هل عاد المطر؟"),
    ],
    ids=["fits", "sentence", "sentence too early", "point inside a word", "no spaces", "Arabic question"],
)
def test_a_long_summary_ends_at_a_sentence_or_a_word(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short
    assert len(short) <= limit


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Reservoirs fill", 15, "Reservoirs fill"),
        ("Reservoirs fill again", 16, "Reservoirs fill…"),
        ("Reservoirs fill again", 17, "Reservoirs fill…"),
        ("Reservoirs, they fill", 12, "Reservoirs…"),
        ("W" * 30, 10, "WWWWWWWWW…"),
        ("abcdefgh\u0301ij", 9, "abcdefg…"),
        ("abcdef👩\u200d👧ij", 9, "abcdef…"),
    ],
    ids=["fits", "at a space", "inside a word", "no comma at the end", "one word", "accent", "joined emoji"],
)
def test_what_is_cut_ends_in_a_whole_word_or_sign(text: str, limit: int, cut: str) -> None:
    assert cut_at_word(text, limit) == cut


@pytest.mark.parametrize(
    ("text", "direction"),
    [("Mexico", "ltr"), ("مصر", "rtl"), ("ישראל", "rtl"), ("«2026» مصر Mexico", "rtl"), ("2026", "otherwise")],
)
def test_a_text_runs_as_its_first_letter_does(text: str, direction: str) -> None:
    assert direction_of(text, "otherwise") == direction


def test_a_subject_has_no_pictures() -> None:
    assert without_pictures("🔥 Fire ☀️ at sea 🇲🇽") == "Fire at sea"
