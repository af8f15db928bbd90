"""What the first page of the desk says of a week."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region, Schedule
from newsletter.sending.models import Wave
from newsletter.stories.models import Source
from newsletter.web.desk_week import card, silent, time_line
from tests.support.world import NOW, WEEK

REGION = Region(
    code="MX",
    time_zone="America/Mexico_City",
    schedule=Schedule(name="weekly", weekday=4, hour=7, lead_hours=24, window_hours=12),
)
FIRST_WAVE = NOW + timedelta(hours=5)  # 07:00 of Friday on Kiritimati


def waits_for(now=NOW, differing=0, **issue):
    return card(REGION, Issue(week=WEEK, **issue), 10, None, differing, now).waits_for


@pytest.mark.parametrize(
    ("issue", "sentences"),
    [
        ({"state": IssueState.DRAFT}, ["A publisher is to approve it."]),
        ({"state": IssueState.APPROVED}, []),
        ({"state": IssueState.OUT}, []),
        ({"state": IssueState.HELD, "note": "We wait for the court."}, ["We wait for the court."]),
        ({"state": IssueState.SKIPPED, "note": "Two stories only."}, ["Two stories only."]),
        ({"state": IssueState.APPROVED, "note": "All in English."}, ["All in English."]),
    ],
    ids=lambda value: value.get("state") if isinstance(value, dict) else "",
)
def test_a_card_says_what_its_issue_waits_for(issue, sentences):
    assert waits_for(**issue) == sentences


def test_a_draft_whose_first_waves_are_past_says_so():
    assert "have opened without it" in waits_for(FIRST_WAVE + timedelta(minutes=1), state=IssueState.DRAFT)[0]


def test_facts_that_differ_are_named_until_readers_have_the_letter():
    assert "2 facts" in waits_for(differing=2, state=IssueState.DRAFT)[1]
    assert waits_for(differing=2, state=IssueState.OUT) == []


def test_a_region_without_an_issue_says_when_its_draft_is_due():
    empty = card(REGION, None, 0, None, 0, NOW)
    assert (empty.state, empty.week, empty.waits_for) == ("to come", WEEK, [])
    assert empty.draft_due == empty.approve_by - timedelta(hours=24)


def wave(hours, **columns):
    return Wave(opens_at=NOW + timedelta(hours=hours), **({"letters": 0} | columns))


def test_waves_stand_on_a_line_in_the_order_of_their_opening():
    waves = [wave(2), wave(-2, letters=400, frozen_at=NOW), wave(-1, held_at=NOW), wave(-1 / 60)]
    line = time_line(waves, NOW)
    assert [mark.state for mark in line.marks] == ["open", "held", "late", "coming"]
    assert [line.marks[0].x, line.here, line.marks[-1].x] == [20, 500, 980]
    assert line.marks[0].radius > line.marks[1].radius


def test_without_waves_there_is_no_line_and_before_or_after_them_no_now():
    assert time_line([], NOW) is None
    assert time_line([wave(2)], NOW).here is None


def region(code, zone):
    return Region(code=code, schedule=REGION.schedule, time_zone=zone)


def test_each_region_stands_on_the_line_at_its_own_wave_and_hides_no_other():
    regions = [region("MX", "America/Mexico_City"), region("ES", "Europe/Madrid"), region("FR", "Europe/Paris")]
    cards = [card(one, None, 0, None, 0, NOW) for one in regions]
    line = time_line([wave(5), wave(31)], NOW, cards)
    assert [(flag.card.region.code, flag.row) for flag in line.flags] == [("ES", 0), ("FR", 1), ("MX", 0)]
    assert line.flags[0].x == line.flags[1].x < line.flags[2].x
    assert line.rows == 2


def test_the_line_is_marked_by_the_hours_of_a_clock():
    hours = [at for _, at in time_line([wave(5), wave(31)], NOW, [], "America/Mexico_City").hours]
    there = [at.astimezone(ZoneInfo("America/Mexico_City")) for at in hours]
    assert [at.hour for at in there] == [12, 18, 0, 6, 12]
    assert hours[0] >= NOW + timedelta(hours=5)
    assert hours[-1] <= NOW + timedelta(hours=31)


@pytest.mark.parametrize(
    ("state", "items", "is_thin"),
    [
        (IssueState.DRAFT, 4, True),
        (IssueState.OUT, 4, True),
        (IssueState.DRAFT, 5, False),
        (IssueState.SKIPPED, 1, False),
    ],
)
def test_a_week_with_less_than_half_of_the_items_is_called_thin(state, items, is_thin):
    mexico = Region(code="MX", schedule=REGION.schedule, time_zone="America/Mexico_City", item_count=10)
    assert card(mexico, Issue(week=WEEK, state=state), items, None, 0, NOW).is_thin is is_thin


def test_a_card_says_when_its_own_wave_comes():
    mexico = card(region("MX", "America/Mexico_City"), None, 0, None, 0, NOW)
    assert mexico.own_wave.astimezone(ZoneInfo("America/Mexico_City")).hour == 7


def test_sources_that_say_nothing_are_those_in_trouble_or_without_an_answer():
    def source(name, **columns):
        defaults = {
            "active": True,
            "url": "https://a.example",
            "added_at": NOW - timedelta(days=9),
            "succeeded_at": NOW,
        }
        return Source(name=name, **(defaults | columns))

    sources = [
        source("well"),
        source("in trouble", trouble="404"),
        source("silent", succeeded_at=NOW - timedelta(days=3)),
        source("off", active=False, trouble="404"),
        source("a client", url=None, succeeded_at=None),
        source("new", added_at=NOW, succeeded_at=None),
    ]
    assert [found.name for found in silent(sources, NOW)] == ["in trouble", "silent"]
