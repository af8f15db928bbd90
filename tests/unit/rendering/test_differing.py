import pytest

from newsletter.rendering.composing import compose
from newsletter.rendering.differing import differences_told
from tests.unit.rendering.parts import html_links, text_links, told_text, tree
from tests.unit.rendering.samples import differing, make_issue, make_item, pieces_of


def lines(differences, language="en"):
    return [told.line for told in differences_told(differences, language)]


CASES = {
    "each value with its source": (
        differing("killed", ("12", "Gulf Wire"), ("14", "Capital Ledger")),
        "people killed: 12 (Gulf Wire), 14 (Capital Ledger)",
    ),
    "sources that agree stand together": (
        differing("killed", ("12", "A"), ("14", "B"), ("12", "C"), ("12", "A")),
        "people killed: 12 (A, C), 14 (B)",
    ),
    "about somebody": (
        differing("age", ("34", "A"), ("35", "B"), subject="Maria Lopez"),
        "age (Maria Lopez): 34 (A), 35 (B)",
    ),
    "dates and large numbers as the language writes them": (
        differing("date", ("2026-05-14", "A"), ("2026-05-15", "B")),
        "the day: May 14, 2026 (A), May 15, 2026 (B)",
    ),
    "a number of thousands": (differing("amount", ("12000", "A"), ("2 tons", "B")), "amount: 12,000 (A), 2 tons (B)"),
    "what nobody has named": (differing("colour", ("red", "A"), ("blue", "B")), "a detail: red (A), blue (B)"),
    "one line": (differing("place", ("Oaxaca\n", "A\r\nB"), ("Puebla", "C")), "place: Oaxaca (A B), Puebla (C)"),
}


@pytest.mark.parametrize(("difference", "phrase"), CASES.values(), ids=CASES)
def test_a_difference_is_one_fair_line(difference, phrase):
    assert lines([difference]) == [phrase]


def test_a_hedge_stays_with_its_value():
    difference = differing("killed", ("12", "A"), ("14", "B"))
    difference["values"][1]["hedge"] = "at least"
    assert lines([difference]) == ["people killed: 12 (A), at least 14 (B)"]


@pytest.mark.parametrize(
    "difference",
    [
        differing("killed", ("12", "A"), ("14", "B"), shown=False),
        {"attribute": "killed", "kind": "update", "values": differing("killed", ("1", "A"), ("2", "B"))["values"]},
        differing("killed", ("12", "A"), ("12", "B")),
    ],
    ids=["an editor took it out", "an update that nobody put in", "all say the same"],
)
def test_what_is_not_shown_is_not_told(difference):
    assert lines([difference]) == []


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("es", "muertos: 12 (A), 14 (B)"),
        ("pt", "mortos: 12 (A), 14 (B)"),
        ("fr", "morts: 12 (A), 14 (B)"),
        ("ar", "القتلى: 12 (A)، 14 (B)"),
        ("he", "הרוגים: 12 (A), 14 (B)"),
    ],
)
def test_it_speaks_the_language_of_the_issue(language, line):
    assert lines([differing("killed", ("12", "A"), ("14", "B"))], language) == [line]


def test_readers_see_it_in_both_parts_with_a_link_to_all_reports():
    item = make_item(7, "A quake", differences=[differing("killed", ("12", "A"), ("<14>", "B"))])
    letter = compose([pieces_of(make_issue([item, 2]))], "en")
    line = next(iter(tree(letter).find_class("differ")))
    assert " ".join(line.text_content().split()) == "Reports differ: people killed: 12 (A), <14> (B)"
    assert "Reports differ: people killed: 12 (A), <14> (B)" in told_text(letter)
    assert "https://weekly.example/events/7" in html_links(letter)
    assert html_links(letter) == text_links(letter)
