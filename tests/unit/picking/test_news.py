"""An event that a letter carried comes again only with new facts."""

import pytest

from newsletter.picking.news import new_facts
from newsletter.picking.pick import pick
from tests.unit.picking.stories import candidate, candidates, letter, story


def told(known: str, new: str, **values):
    """An event that the letter of last week told, with one report from before and one since."""
    stories = story("The blast", known, is_new=False), story("The blast, a week on", new, is_new=True)
    return candidate(*stories, told_in="2026-W19", **values)


@pytest.mark.parametrize(
    ("known", "new", "facts"),
    [
        pytest.param("Seven people were killed.", "Nine people were killed.", ["9"], id="the toll rose"),
        pytest.param("Seven people were killed.", "Seven people were killed.", [], id="the same toll"),
        pytest.param("At least seven people were killed.", "Nine people were killed.", [], id="what a hedge left open"),
        pytest.param("Seven people were killed.", "Police arrested two men.", ["2"], id="the first arrests"),
        pytest.param("Seven people were killed.", "No arrests have been made.", [], id="still no arrests"),
        pytest.param("Seven people were killed.", "The town mourns its dead.", [], id="no figures at all"),
        pytest.param("The dam broke.", "Repairs will cost $40 million.", ["$40 million"], id="what it costs"),
    ],
)
def test_facts_are_new_where_they_change_or_come_for_the_first_time(known, new, facts):
    assert [fact.shown for fact in new_facts(told(known, new))] == facts


def test_without_new_facts_it_is_left_out_and_says_why():
    event = told("Seven people were killed.", "The town mourns its dead.", event_id=77)
    picked = pick([event, *candidates(2)], letter())
    assert 77 not in [one.candidate.event_id for one in picked.chosen]
    (missed,) = [one for one in picked.choice.missed if one.scored.candidate.event_id == 77]
    assert missed.reason == "The letter of week 19 told it, and the reports since state no new facts."


def test_with_new_facts_it_comes_again_as_an_update():
    event = told("Seven people were killed.", "Nine people were killed.", event_id=77)
    picked = pick([event, *candidates(2)], letter())
    assert 77 in [one.candidate.event_id for one in picked.chosen]
