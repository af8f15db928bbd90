"""The sentences that explain a pick, a join and a region."""

import pytest

from newsletter.picking.reasons import (
    why_about,
    why_in,
    why_joined,
    why_missed,
    why_one_in_meaning,
    why_told_elsewhere,
)

PARTS = [
    {"name": "sources", "value": 1.58, "reason": "Three sources report it independently: A, B and C."},
    {"name": "region", "value": 1.8, "reason": "It is clearly about Mexico (90% sure)."},
    {"name": "severity", "value": 0.0, "reason": "No report counts dead, missing or injured people."},
    {"name": "weight", "value": 0.5, "reason": "A counts as much as most sources do."},
    {"name": "repeat", "value": -2.0, "reason": "The letter of week 19 told something like it: “Fire”."},
]
MOSTLY = (
    "The letter of week 19 told something like it: “Fire” (-2.00). It is clearly about Mexico (90% sure) (+1.80). "
    "Three sources report it independently: A, B and C (+1.58)."
)


@pytest.mark.parametrize(
    ("pinned", "of", "sentence"),
    [
        (False, 10, f"It is one of the letter's 10 items with 1.88 points: {MOSTLY}"),
        (False, 1, f"It is the letter's only item with 1.88 points: {MOSTLY}"),
        (True, 10, f"An editor wants it in the letter. By itself it has 1.88 points: {MOSTLY}"),
    ],
)
def test_a_pick_names_what_counted_most(pinned: bool, of: int, sentence: str) -> None:
    assert why_in(PARTS, 1.88, pinned=pinned, of=of) == sentence


def test_a_near_miss_says_why_it_missed_and_what_spoke_for_it() -> None:
    sentence = why_missed("The letter has room for three items, and others came first.", PARTS[:1], 1.58)
    assert sentence == (
        "It missed with 1.58 points. The letter has room for three items, and others came first. For it spoke: Three "
        "sources report it independently: A, B and C (+1.58)."
    )


def test_where_no_part_counts_nothing_in_particular_spoke_for_it() -> None:
    assert why_in([], 0.0, pinned=False, of=2).endswith("nothing in particular.")


@pytest.mark.parametrize(
    ("words", "likeness", "sentence"),
    [
        pytest.param(
            [], None, "The Post was the first to report it here; the others were joined to it.", id="the first"
        ),
        pytest.param(
            [("tanker", "word"), ("Harbourton", "name"), ("12", "number"), ("Oaxaca", "place"), ("blast", "word")],
            0.41,
            "The Post's report tells of the same name (“Harbourton”), place (“Oaxaca”), number (“12”) and words "
            "(“tanker”, “blast”): its likeness to the other reports is 0.41, well above the 0.15 that joining takes.",
            id="kinds",
        ),
        pytest.param(
            [("tanker", None), ("Harbourton", None), ("12", None)],
            0.16,
            "The Post's report tells of the same name (“Harbourton”), number (“12”) and word (“tanker”): its likeness "
            "to the other reports is 0.16, just above the 0.15 that joining takes.",
            id="kinds that were not kept",
        ),
        pytest.param(
            [],
            0.05,
            "The Post's report was put here by a person or shares no words that are kept: its likeness to the other "
            "reports is 0.05, below the 0.15 that joining takes.",
            id="by a person",
        ),
    ],
)
def test_a_join_names_what_is_shared_and_how_far_it_is_from_the_cut(words, likeness, sentence) -> None:
    assert why_joined("The Post", words, likeness, 0.15) == sentence


@pytest.mark.parametrize(
    ("words", "likeness", "sentence"),
    [
        pytest.param(
            ["Sabinas", "10"],
            0.41,
            "Both tell of “Sabinas” and “10”: their likeness is 0.41, well above the 0.30 that it takes.",
            id="well above",
        ),
        pytest.param(
            ["Sabinas"],
            0.31,
            "Both tell of “Sabinas”: their likeness is 0.31, just above the 0.30 that it takes.",
            id="just above",
        ),
    ],
)
def test_what_ties_two_events_of_two_languages_is_named(words, likeness, sentence) -> None:
    assert why_told_elsewhere(words, likeness, 0.3) == sentence


def test_where_meaning_alone_ties_them_it_is_said_how_near_they_are_and_that_one_should_read_both() -> None:
    assert why_one_in_meaning(1.416, 1.25) == (
        "No name or number ties them. In meaning they are 1.42 times as near to each other as to the reports next to "
        "them, and 1.25 is enough: read both."
    )


@pytest.mark.parametrize(
    ("spans", "at_home", "sentence"),
    [
        pytest.param(
            [{"field": "title", "text": "Mexico"}, {"field": "summary", "text": "Zapopan"}],
            False,
            "The Post's report counts as about Mexico for “Mexico” in the headline and “Zapopan” in the text: "
            "93% sure.",
            id="words",
        ),
        pytest.param(
            [{"field": "title", "text": "Mexico"}, {"field": "title", "text": "Mexico"}],
            True,
            "The Post's report counts as about Mexico for “Mexico” in the headline, and The Post is at home there: "
            "93% sure.",
            id="a word twice, and the home",
        ),
        pytest.param(
            [{"field": "region", "text": "MX"}, {"field": "title", "text": "Mexico"}],
            False,
            "The Post itself says that its report is about Mexico.",
            id="the source says so",
        ),
        pytest.param(
            [], True, "The Post is at home in Mexico, and its report names no other country: 93% sure.", id="the home"
        ),
    ],
)
def test_a_region_names_its_words(spans, at_home: bool, sentence: str) -> None:
    assert why_about("The Post", "Mexico", spans, 0.93, at_home=at_home) == sentence
