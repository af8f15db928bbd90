import time

import pytest

from newsletter.stories.cleaning import SUMMARY_LIMIT, TITLE_LIMIT, shorten, summary_of, title_of


@pytest.mark.parametrize(
    ("given", "title"),
    [
        pytest.param("Plain words", "Plain words", id="plain"),
        pytest.param("  two \n lines\t", "two lines", id="white space becomes single spaces"),
        pytest.param("A\r\nBcc: all@readers.example", "A Bcc: all@readers.example", id="CR LF cannot begin a header"),
        pytest.param("a\u2028b\u2029c\x85d\x0be\x0cf", "a b c d e f", id="line ends of other kinds"),
        pytest.param("nul\x00 and \x1b[31mred", "nul and [31mred", id="controls go"),
        pytest.param("safe \u202egnp.exe \u2066x\u2069", "safe gnp.exe x", id="overrides and isolates go"),
        pytest.param("عربي\u200f!", "عربي\u200f!", id="the right-to-left mark stays"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian's joiner stays"),
        pytest.param(
            "<b>Bold</b> <script>alert(1)</script>move", "Bold move", id="markup goes, scripts with their text"
        ),
        pytest.param("&lt;b&gt;told&lt;/b&gt; AT&amp;T", "<b>told</b> AT&T", id="references become characters"),
        pytest.param("1 < 2 > 0 & so on", "1 < 2 > 0 & so on", id="comparison is no markup"),
        pytest.param(
            "{{7*191}} {% for x in y %} ${x}", "{{7*191}} {% for x in y %} ${x}", id="template syntax is text"
        ),
        pytest.param("Cafe\u0301", "Café", id="composed"),
        pytest.param("a" + "\u0301" * 50, "á\u0301\u0301", id="piled marks are few"),
        pytest.param("lone \ud800 surrogate", "lone surrogate", id="what UTF-8 has no bytes for goes"),
        pytest.param("🏴󠁧󠁢󠁳󠁣󠁴󠁿 and 👩‍🚒", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 and 👩‍🚒", id="emoji stay whole"),
        pytest.param("<p></p>", "", id="nothing but markup"),
    ],
)
def test_a_title_is_one_line_of_harmless_text(given, title):
    assert title_of(given) == title


def test_a_title_declared_as_text_keeps_its_angle_brackets():
    assert title_of("Use <b> sparingly", is_html=False) == "Use <b> sparingly"


@pytest.mark.parametrize(
    ("given", "summary"),
    [
        pytest.param("One\nline.\n\nTwo.", "One line.\n\nTwo.", id="text keeps its blank lines"),
        pytest.param("<p>One\n\n line.</p><p>Two.</p>", "One line.\n\nTwo.", id="paragraphs"),
        pytest.param("<ul><li>a<li>b</ul>", "a\n\nb", id="unclosed items"),
        pytest.param("a<br>b", "a b", id="a line break is no paragraph"),
        pytest.param("<div>a<div>b</div></div>", "a\n\nb", id="nested blocks"),
        pytest.param("x<style>p{}</style><iframe src=//e></iframe>y", "xy", id="hidden content goes"),
        pytest.param('<img src=x onerror="alert(1)">seen', "seen", id="handlers go with their tags"),
        pytest.param("<!-- secret -->said", "said", id="comments go"),
        pytest.param("<a href='javascript:x'>link</a>", "link", id="a link leaves its words"),
        pytest.param("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)", id="no tag grows from the pieces of another"),
    ],
)
def test_a_summary_is_paragraphs_of_plain_text(given, summary):
    assert summary_of(given) == summary


def test_long_text_ends_at_a_word_with_an_ellipsis():
    assert shorten("one two three", 9) == "one two…"
    assert shorten("one two three", 8) == "one two…"
    assert shorten("onetwothree", 6) == "onetw…"
    assert len(title_of("word " * 1000)) <= TITLE_LIMIT
    assert len(summary_of("<p>word</p> " * 5000)) <= SUMMARY_LIMIT


@pytest.mark.parametrize("piece", ["<div>", "<b>", "<p><b><i>", "<a><table>", "&lt;", "<!--", "<", "<a b='"])
def test_markup_that_is_built_to_be_slow_is_not(piece):
    markup = piece * (100_000 // len(piece))
    started = time.process_time()
    for _ in range(20):  # as many fields as a feed of two megabytes can have
        summary_of(markup)
    assert time.process_time() - started < 2
