"""Where a dateline ends, one row an oddity. What belongs to it stands before the bar."""

import pytest

from newsletter.stories.datelines import dateline_end, sentence_end

DATELINES = [
    ("a city and a date", "MEXICO CITY, May 14 - |Buildings swayed."),
    ("an agency", "PARIS (Agency) - |Trains stood still."),
    ("a city, a date and an agency", "WASHINGTON, Nov. 3 (Agency) -- |Votes were counted."),
    ("a state", "KANSAS CITY, MO., March 5 - |Bread is dear."),
    ("a city alone", "LAGOS — |Prices rose."),
    ("two cities", "LONDON/PARIS (Agency) - |Rates stay."),
    ("an underscore", "ROME (Agency) _ |Rain fell."),
    ("small letters and a date", "London, March 4 - |Banks opened."),
    ("small letters and an agency", "Kyiv (Agency) - |Lights went out."),
    ("Spanish", "Ciudad de México, 14 may (Agencia).- |Dos trenes chocaron."),
    ("Spanish with de", "Bogotá, 3 de marzo (Agencia) - |Llueve."),
    ("capitals with accents", "BOGOTÁ (Agencia) - |Llueve."),
    ("none", "|Buildings swayed in Mexico City on May 14 - and nobody slept."),
    ("a dash later", "|Norway - a kingdom - votes."),
    ("a hyphen", "|US-Mexico talks resume."),
    ("a sentence in capitals", "|FIRE DESTROYS MARKET"),
    ("nothing", "|"),
]


@pytest.mark.parametrize("marked", [row[1] for row in DATELINES], ids=[row[0] for row in DATELINES])
def test_a_dateline_ends_with_its_dash(marked):
    assert dateline_end(marked.replace("|", "")) == marked.index("|")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It rained. It stopped.", "It rained."),
        ("The U.S. votes. It is Tuesday.", "The U.S. votes."),
        ('"Go!" he said. They went.', '"Go!"'),
        ("No end", "No end"),
        ("A line\nand another", "A line\n"),
        ("", ""),
    ],
)
def test_a_sentence_ends_with_its_stop(text, first):
    assert text[: sentence_end(text, 0)] == first


@pytest.mark.parametrize("piece", ["A", "A ", "A, ", "(", "A(", "-", "Ab ", "1 ", "May "])
def test_text_of_one_thing_without_end_has_an_answer(piece):
    assert 0 <= dateline_end(piece * 20_000) <= 200
