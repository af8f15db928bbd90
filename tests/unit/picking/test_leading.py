from datetime import timedelta

import pytest

from newsletter.picking.leading import clarity, lead_story
from tests.unit.picking.stories import NOW, TEXT, story

LONG = " ".join([TEXT] * 8)


@pytest.mark.parametrize(
    ("case", "better", "worse"),
    [
        ("the most trusted source leads", {"weight": 2.0}, {"weight": 1.0}),
        ("not the longest report", {"dated_at": NOW}, {"summary": LONG, "dated_at": NOW - timedelta(hours=1)}),
        ("trust counts more than clarity", {"weight": 1.5, "title": "Fire"}, {"weight": 1.0}),
        ("a report with nothing to read comes last", {"weight": 0.5}, {"weight": 2.0, "summary": "  "}),
        ("a complete report", {}, {"summary": "Firefighters came."}),
        ("a summary that is not cut off", {}, {"summary": TEXT + " The mayor sa..."}),
        ("a headline that says what happened", {}, {"title": "Fire"}),
        ("a headline that is no question", {}, {"title": "What do we know of the fire at the market?"}),
        ("a headline that does not shout", {}, {"title": "FIRE AT THE OLD MARKET IS UNDER CONTROL"}),
        ("a report, not a video", {}, {"title": "Video: the fire at the market seen from above"}),
        ("a report, not an opinion", {}, {"title": "Opinión | El mercado que no supimos cuidar nunca"}),
        ("the report that is more surely about the region", {}, {"region_confidence": 0.4}),
        ("the later of two equal ones", {"dated_at": NOW}, {"dated_at": NOW - timedelta(hours=9)}),
        ("a new report", {"weight": 0.5}, {"weight": 2.0, "is_new": False}),
    ],
)
def test_the_better_report_leads_in_whatever_order_they_come(case, better, worse):
    one, other = story(**better), story(**worse)
    assert lead_story([one, other]) is one, case
    assert lead_story([other, one]) is one, case


def test_of_stories_that_are_equal_in_all_the_first_that_came_leads():
    one, other = story(), story()
    assert lead_story([other, one]) is one


def test_scripts_without_capitals_are_as_clear_as_others():
    assert clarity(story("السيطرة على حريق في السوق القديم بالمدينة", TEXT)) == 6
