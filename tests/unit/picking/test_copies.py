import pytest

from newsletter.picking.copies import independent_sources, texts
from tests.unit.picking.stories import TEXT, story

OTHER = (
    "A fire destroyed part of the trading halls in the city centre. Witnesses told of an explosion; the mayor promised "
    "an inquiry and new rules for gas bottles, while families searched the ashes for what was left of their goods."
)


@pytest.mark.parametrize(
    ("case", "one", "other", "same"),
    [
        ("the same text under another headline", TEXT, TEXT, True),
        ("a word or two changed", TEXT, TEXT.replace("brought", "got").replace("forty", "40"), True),
        ("cut at the end", TEXT, TEXT[:150], True),
        ("other accents and capitals", "Tembló en Oaxaca de madrugada", "TEMBLO EN OAXACA DE MADRUGADA", True),
        ("another report of the same fire", TEXT, OTHER, False),
        ("a short text that shares a few words", "Fire at the market", TEXT, False),
        ("texts without words of three letters", "¡Uf!", "¿No?", False),
    ],
)
def test_two_stories_have_the_same_text(case, one, other, same):
    assert (len(texts([story("First", one), story("Second", other)])) == 1) is same, case


def test_stories_without_a_summary_are_compared_by_their_headlines():
    assert len(texts([story("Fire at the market", ""), story("Fire at the market", TEXT)])) == 1
    assert len(texts([story("Fire at the market", ""), story("Traders ask for help", "")])) == 2


@pytest.mark.parametrize(
    ("case", "printed", "independent"),
    [
        ("one source", [(1, TEXT)], 1),
        ("one source, two reports", [(1, TEXT), (1, OTHER)], 1),
        ("two sources, two reports", [(1, TEXT), (2, OTHER)], 2),
        ("three papers that print one wire text", [(1, TEXT), (2, TEXT), (3, TEXT)], 1),
        ("a wire text beside an own report", [(1, TEXT), (2, TEXT), (3, OTHER)], 2),
        ("a paper that prints the wire text and an own report", [(1, TEXT), (2, TEXT), (2, OTHER)], 2),
        ("the own report first", [(2, OTHER), (2, TEXT), (1, TEXT)], 2),
        ("two papers that both print the same two texts", [(1, TEXT), (1, OTHER), (2, TEXT), (2, OTHER)], 2),
    ],
)
def test_each_source_and_each_text_counts_once(case, printed, independent):
    stories = [story(summary=text, source_id=source) for source, text in printed]
    assert independent_sources(stories) == independent, case


def test_a_source_that_floods_an_event_hides_no_other():
    flood = [story(f"Report {number}", f"{number} " * 20, source_id=1) for number in range(100, 3100)]
    assert independent_sources([*flood, story(summary=OTHER, source_id=2)]) == 2
