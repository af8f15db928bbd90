"""Which issue of a region *This week* shows, whatever was drafted when."""

import pytest

from newsletter.issues.models import IssueState
from newsletter.web.desk_reading import cards_of_this_week
from tests.support.world import NOW, make_issue, make_region, make_schedule


def shown(db):
    """Region to the week and the state that its card tells."""
    with db.reading() as session:
        return {card.region.code: (card.week, card.state) for card in cards_of_this_week(session, NOW)}


@pytest.mark.parametrize("other", ["2026-W18", "2026-W26"])
def test_an_issue_of_another_week_that_was_drafted_since_does_not_hide_this_weeks(db, other):
    with db.writing() as session:
        mexico = make_region(session, "MX")
        make_issue(session, mexico, "2026-W20", state=IssueState.APPROVED)
        make_issue(session, mexico, other)
    assert shown(db) == {"MX": ("2026-W20", "approved")}


def test_an_issue_that_nobody_decided_on_stays_until_this_weeks_is_drafted(db):
    with db.writing() as session:
        mexico = make_region(session, "MX")
        make_issue(session, mexico, "2026-W19", state=IssueState.HELD)
        make_issue(session, mexico, "2026-W17")
    assert shown(db) == {"MX": ("2026-W19", "held")}


@pytest.mark.parametrize("week", ["2026-W19", "2026-W21"])
def test_this_week_is_to_come_while_only_an_earlier_one_is_out_or_a_later_one_is_drafted(db, week):
    with db.writing() as session:
        is_earlier = week < "2026-W20"
        make_issue(session, make_region(session, "MX"), week, state=IssueState.OUT if is_earlier else IssueState.DRAFT)
    assert shown(db) == {"MX": ("2026-W20", "to come")}


def test_each_region_goes_by_the_week_of_its_own_schedule(db):
    with db.writing() as session:
        make_issue(session, make_region(session, "MX"), "2026-W21")
        monday = make_schedule(session, "monday", weekday=0)  # this week's is behind
        make_issue(session, make_region(session, "ES", schedule=monday), "2026-W21")
    assert shown(db) == {"MX": ("2026-W20", "to come"), "ES": ("2026-W21", "draft")}
