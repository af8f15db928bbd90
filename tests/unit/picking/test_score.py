import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.picking.candidates import Carried, Opened
from newsletter.picking.score import score_all
from tests.unit.picking.stories import NOW, SUBJECTS, TEXT, candidate, letter, story

BOUNDS = {
    "sources": (0, 3),
    "region": (0, 2),
    "severity": (0, 2),
    "reach": (0, 1),
    "freshness": (0, 1),
    "lasting": (0, 0.5),
    "weight": (0, 1),
    "opened": (-1, 1),
    "repeat": (-2, 0),
}


def part(name, *stories, **values):
    """One part of the score of the event that these stories tell."""
    scored = score_all([candidate(*stories)], letter(**values))[0]
    return next(part for part in scored.parts if part.name == name)


def several(number, **values):
    """Stories of so many sources, each with a text of its own."""
    return [story(*SUBJECTS[position], **values) for position in range(number)]


@pytest.mark.parametrize(("sources", "value"), [(1, 0.0), (2, 1.0), (4, 2.0), (8, 3.0)])
def test_each_doubling_of_the_independent_sources_counts_as_much_as_the_last(sources, value):
    assert part("sources", *several(sources)).value == value


@pytest.mark.parametrize(
    ("stories", "reason"),
    [
        ([story(source_name="El Sol")], "Only El Sol reports it."),
        (
            [story(source_id=1, source_name="El Sol"), story(*SUBJECTS[0], source_id=1, source_name="El Sol")],
            "Only El Sol reports it, in two stories.",
        ),
        (
            [story(*SUBJECTS[0], source_name="El Sol"), story(source_name="La Luna")],
            "Two sources report it independently: El Sol and La Luna.",
        ),
        (
            [story(source_name="El Sol"), story(source_name="La Luna"), story(source_name="Venus")],
            "Three sources report it, but some print the same text, so they count as one: El Sol, La Luna and Venus.",
        ),
    ],
)
def test_the_reason_names_the_sources(stories, reason):
    assert part("sources", *stories).reason == reason


@pytest.mark.parametrize(
    ("certainties", "value", "reason"),
    [
        ([0.9], 1.8, "It is clearly about Mexico (90% sure)."),
        ([0.9, 0.3], 1.2, "It is probably about Mexico (60% sure)."),
        ([0.9, 0.0, 0.0], 0.6, "It touches on Mexico (30% sure)."),
        ([7.0], 2.0, "It is clearly about Mexico (100% sure)."),
    ],
)
def test_closeness_is_the_mean_certainty_of_the_stories(certainties, value, reason):
    found = part("region", *[story(region_confidence=certainty) for certainty in certainties])
    assert (found.value, found.reason) == (value, reason)


@pytest.mark.parametrize(
    ("case", "age", "value", "reason"),
    [
        ("of this moment", timedelta(0), 1.0, "The latest report is less than an hour old."),
        ("of today", timedelta(hours=5), 0.95, "The latest report is five hours old."),
        ("one half-life old", timedelta(days=3), 0.5, "The latest report is three days old."),
        ("of long ago", timedelta(days=3650), 0.0, "The latest report is 3650 days old."),
        ("dated in the future", -timedelta(days=3650), 1.0, "The latest report is less than an hour old."),
    ],
)
def test_freshness_halves_every_three_days_and_the_future_gains_nothing(case, age, value, reason):
    found = part("freshness", story(dated_at=NOW - age))
    assert (found.value, found.reason) == (value, reason), case


@pytest.mark.parametrize(
    ("weights", "value", "reason"),
    [
        ([1.0], 0.5, "El Sol counts as much as most sources do."),
        ([2.0], 1.0, "El Sol counts more than other sources here."),
        ([50.0], 1.0, "El Sol counts more than other sources here."),
        ([0.5], 0.25, "El Sol counts less than other sources here."),
        ([-3.0], 0.0, "El Sol counts less than other sources here."),
        ([1.5, 1.0], 0.75, "El Sol counts more than other sources here."),
    ],
)
def test_the_most_trusted_source_gives_the_weight(weights, value, reason):
    stories = [story(weight=weight, source_name="El Sol") for weight in weights]
    found = part("weight", *stories)
    assert (found.value, found.reason) == (value, reason)


def test_telling_much_the_same_as_a_recent_letter_costs():
    carried = (Carried("2026-W19", "Fire at the old market rages on", TEXT), Carried("2026-W18", *SUBJECTS[0]))
    found = part("repeat", story(), carried=carried)
    assert -2 < found.value < -1
    assert found.reason == "The letter of week 19 told something like it: “Fire at the old market rages on”."


def test_something_else_than_the_recent_letters_costs_nothing():
    found = part("repeat", story(), carried=(Carried("2026-W18", *SUBJECTS[0]),))
    assert (found.value, found.reason) == (0.0, "The latest letters told nothing like it.")


def test_the_best_comes_first_and_equal_ones_always_in_the_same_order():
    same = [candidate(story(title, text, dated_at=NOW)) for title, text in SUBJECTS[:4]]
    best = candidate(*several(3))
    newer_first = [one.candidate.event_id for one in score_all([*reversed(same), best], letter())]
    assert newer_first == [best.event_id, *sorted(one.event_id for one in same)]


confidences = st.floats(-1, 2)
stories = st.lists(
    st.builds(
        story,
        title=st.sampled_from([title for title, _ in SUBJECTS]),
        summary=st.sampled_from([text for _, text in SUBJECTS]),
        weight=st.floats(-5, 100),
        region_confidence=confidences,
        dated_at=st.datetimes().map(lambda moment: moment.replace(tzinfo=NOW.tzinfo)),
        source_id=st.integers(1, 5),
    ),
    min_size=1,
    max_size=6,
)


@given(stories)
def test_every_part_keeps_its_bounds_and_the_score_is_their_exact_sum(told):
    scored = score_all([candidate(*told)], letter(carried=(Carried("2026-W19", *SUBJECTS[0]),)))[0]
    assert {part.name for part in scored.parts} == set(BOUNDS)
    for one in scored.parts:
        low, high = BOUNDS[one.name]
        assert low <= one.value <= high
        assert math.isclose(one.value * 100, round(one.value * 100), abs_tol=1e-9)
        assert one.reason.endswith(".")
    assert round(scored.score * 100) == sum(round(one.value * 100) for one in scored.parts)
    assert scored.score == round(scored.score, 2)


@pytest.mark.parametrize(
    ("summary", "value", "reason"),
    [
        pytest.param("A concert was held.", 0.0, "No report counts dead, missing or injured people.", id="none"),
        pytest.param("Nobody was hurt.", 0.0, "Reports say that nobody came to harm.", id="nobody"),
        pytest.param("Nine people were killed.", 1.0, "Reports give 9 dead.", id="nine dead"),
        pytest.param("120 people were killed.", 2.0, "Reports give 120 dead.", id="more than a hundred"),
        pytest.param("A magnitude 6 quake struck.", 1.0, "Reports give a magnitude of 6.", id="a quake"),
        pytest.param(
            "Three people were killed and 24 injured.",
            1.0,
            "Reports give 3 dead and 24 injured.",
            id="dead and injured",
        ),
    ],
)
def test_severity_grows_with_the_harm_that_reports_count(summary, value, reason):
    found = part("severity", story("What happened", summary))
    assert (found.value, found.reason) == (value, reason)


def test_one_report_that_is_far_off_does_not_decide_the_severity():
    stories = [
        story("Blast", text) for text in ("Nine people died.", "Nine were killed.", "The blast killed 900 people.")
    ]
    assert part("severity", *stories).value == 1.0


@pytest.mark.parametrize(
    ("summary", "value", "reason"),
    [
        pytest.param("A concert was held.", 0.0, "No report says how many people it touches.", id="none"),
        pytest.param(
            "Police arrested 99 people.", 0.5, "By what reports count, it touches 99 people directly.", id="99"
        ),
        pytest.param(
            "The bridge will cost $100 million.",
            0.5,
            "By what reports count, it touches some 100 million dollars.",
            id="money",
        ),
    ],
)
def test_reach_grows_with_people_and_money(summary, value, reason):
    found = part("reach", story("What happened", summary))
    assert (found.value, found.reason) == (value, reason)


@pytest.mark.parametrize(
    ("days", "value", "reason"),
    [
        (0.5, 0.05, "All reports came within a day."),
        (2.5, 0.25, "It has been in the news for three days."),
        (9, 0.5, "It has been in the news for ten days."),
    ],
)
def test_an_event_that_lasts_counts_more(days, value, reason):
    stories = [story(dated_at=NOW - timedelta(days=days)), story(*SUBJECTS[0], dated_at=NOW)]
    found = part("lasting", *stories)
    assert (found.value, found.reason) == (value, reason)


@pytest.mark.parametrize(("rate", "value"), [(2.0, 1.0), (1.0, 0.0), (0.4, -0.6), (9.0, 1.0)])
def test_what_readers_opened_before_lifts_or_lowers_what_is_like_it(rate, value):
    opened = (Opened(*SUBJECTS[0], rate=rate), Opened(*SUBJECTS[1], rate=5.0))
    found = part("opened", story(*SUBJECTS[0]), opened=opened)
    assert found.value == value
    assert SUBJECTS[0][0] in found.reason


def test_without_clicks_nothing_is_known_and_nothing_counts():
    found = part("opened", story())
    assert (found.value, found.reason) == (0.0, "Nothing is known of how often readers opened stories like it.")


def test_an_update_of_an_event_that_a_letter_carried_says_so():
    scored = score_all([candidate(story(), told_in="2026-W07")], letter())[0]
    (found,) = [part for part in scored.parts if part.name == "repeat"]
    assert found.value == -1.0
    assert found.reason == "The letter of week 7 told it; it comes again only with new facts."
