import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import NotAllowedError
from newsletter.rendering.composing import compose
from newsletter.rendering.cutting import Marks
from newsletter.rendering.pieces import Composed
from newsletter.rendering.plain import tidy
from newsletter.rendering.slots import Slot
from tests.unit.rendering.parts import headings, html_links, shown_text, text_links, told_text, tree
from tests.unit.rendering.samples import egypt, make_issue, make_item, mexico, pieces_of

APART = str.maketrans({"<": "< "})  # so that nobody takes the text part for HTML
HOSTILE = {
    "Jinja expression": "{{7*191}} of them",
    "Jinja statement": "{% for x in y %}",
    "Jinja comment": "{# not shown? #}",
    "markup": '<script>alert(1)</script> & "quotes"',
    "end of a cell": "</td></tr></table></body>",
    "comment": "<!-- hidden --> shown",
    "conditional comment": "<!--[if mso]><b><![endif]-->",
    "entity": "&lt;b&gt; &amp;amp;",
    "slash and quote": "\\' onmouseover='x",
    "percent format": "%(site_name)s %s %%",
}


def letter_with(text: str) -> Composed:
    item = make_item(1, text, summary=text, source=text, also=[{"source": text, "url": "https://b.example/"}])
    return compose([pieces_of(make_issue([item, 2], intro=text, subject=text))], "en")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_shown_as_it_was_written(text: str) -> None:
    letter = letter_with(text)
    assert headings(letter, "h3")[0] == text
    assert shown_text(letter).count(text) == 5  # headline, summary, source, other source, intro
    assert told_text(letter).count(text.translate(APART)) == 5
    assert letter.subject == text
    assert tree(letter).findtext(".//title") == text
    assert "1337" not in letter.html + letter.text
    assert not list(tree(letter).iter("script"))
    assert len(list(tree(letter).iter("h3"))) == 2


@pytest.mark.parametrize("separator", ["\r\n", "\n", "\r", "\x00", "\u2028", "\u2029", "\x85", "\x0b"])
def test_a_subject_is_one_line_whatever_the_headline(separator: str) -> None:
    letter = letter_with(f"Storm{separator}Bcc: everyone@example.com")
    assert letter.subject == "Storm Bcc: everyone@example.com"
    assert separator not in letter.html.replace("\n", "") + letter.text.replace("\n", "")


@pytest.mark.parametrize("slot", Slot)
def test_a_story_cannot_ask_for_a_readers_links(slot: Slot) -> None:
    letter = letter_with(f"Click {slot} now")
    assert headings(letter, "h3")[0] == "Click now"
    assert letter.html.count(slot) == letter.text.count(slot) == 1


def test_a_story_cannot_bring_marks_along() -> None:
    stolen = Marks()
    text = f"{stolen.piece('bottom')} {stolen.hole('title')}"
    assert headings(letter_with(text), "h3")[0] == text


def test_a_reordering_character_does_not_reach_the_letter() -> None:
    letter = letter_with("\u202eevil\u2066 text")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", letter.html + letter.text + letter.subject)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//b.example", "ftp://b.example/x", ""])
def test_a_link_that_is_not_of_the_web_leads_to_the_issue(url: str) -> None:
    item = make_item(1, "Story", url=url, also=[{"source": "Other", "url": url}])
    letter = compose([pieces_of(make_issue([item]))], "en")
    assert html_links(letter)[1:4] == ["https://weekly.example/regions/MX/issues/12"] * 3
    assert html_links(letter) == text_links(letter)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40, deadline=None)
@given(headline=TEXTS, path=TEXTS)
def test_any_text_and_any_address_come_out_alike_in_both_parts(headline: str, path: str) -> None:
    item = make_item(1, f"A {headline}", url=f"https://news.example/{path}", source="S", summary="")
    letter = compose([pieces_of(make_issue([item]))], "en")
    assert headings(letter, "h3") == [tidy(f"A {headline}")]
    assert html_links(letter) == text_links(letter)
    assert all(link.isascii() for link in html_links(letter))
    assert tidy(f"A {headline}").replace(" ", "") in re.sub(r"\s", "", letter.text)


def test_a_section_says_its_language_and_direction() -> None:
    section = tree(compose([pieces_of(egypt())], "en")).find_class("section")[0]
    assert (section.get("lang"), section.get("dir")) == ("ar", "rtl")
    heading = section.find("h2")
    assert heading is not None
    assert (heading.get("lang"), heading.get("dir")) == ("en", "ltr")


def test_an_item_that_runs_the_other_way_is_isolated() -> None:
    letter = tree(compose([pieces_of(egypt())], "en"))
    assert [heading.get("dir") for heading in letter.iter("h3")] == [None, None, "ltr"]


def test_an_arabic_letter_runs_from_right_to_left() -> None:
    page = tree(compose([pieces_of(egypt(), "ar")], "ar"))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")


def test_labels_speak_the_issues_language_if_we_do_and_else_the_letters() -> None:
    spoken = compose([pieces_of(egypt(), "es")], "es")
    assert "ونقلته أيضًا" in spoken.text
    issue = make_issue([make_item(1, "Gewitter", also=[{"source": "X", "url": "https://x.example/"}])], language="de")
    assert "También lo cuentan" in compose([pieces_of(issue, "es")], "es").text


@pytest.mark.parametrize("columns", [{"number": None}, {"items": []}], ids=["skipped", "without items"])
def test_an_issue_with_nothing_to_show_is_refused(columns: dict[str, None]) -> None:
    issue = make_issue([] if "items" in columns else [1])
    issue.number = columns.get("number", 1)
    with pytest.raises(NotAllowedError):
        pieces_of(issue)


def test_layout_tables_are_no_data_tables() -> None:
    assert {table.get("role") for table in tree(compose([pieces_of(mexico())], "en")).iter("table")} == {"presentation"}
