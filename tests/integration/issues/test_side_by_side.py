"""Several processes at one issue, each with a session of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select

from newsletter.db import Database
from newsletter.editors.models import LogEntry
from newsletter.errors import NotAllowedError
from newsletter.issues.approving import approve, is_approved
from newsletter.issues.drafting import draft
from newsletter.issues.editing import retitle
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region
from tests.support.world import NOW, WEEK, draft_all_due, make_event, make_issue, make_region, make_story

AT_ONCE = 4


def together(*acts):
    """Run the acts at the same moment, each in a thread; returns what they return."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait(timeout=10)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_drafts_of_one_week_that_are_made_at_once_are_one_issue(db: Database):
    with db.writing() as session:
        region_id = make_region(session, minimum_items=1).id
        make_event(session, [make_story(session, "Quake shakes villages in Oaxaca")])

    def act():
        with db.writing() as session:
            return draft(session, session.get_one(Region, region_id), WEEK, NOW).id

    assert len(set(together(*[act] * AT_ONCE))) == 1
    with db.reading() as session:
        assert session.scalars(select(Issue.number)).all() == [1]
        assert session.scalars(select(LogEntry.action)).all() == ["issue drafted"]


def test_drafts_of_two_weeks_that_are_made_at_once_have_numbers_of_their_own_and_no_event_twice(db: Database):
    with db.writing() as session:
        region_id = make_region(session, minimum_items=1).id
        make_event(session, [make_story(session, "Quake shakes villages in Oaxaca")])

    def act(week):
        with db.writing() as session:
            return draft(session, session.get_one(Region, region_id), week, NOW).state

    states = together(lambda: act("2026-W20"), lambda: act("2026-W21"))
    assert sorted(states) == [IssueState.DRAFT, IssueState.SKIPPED]


def test_two_beats_at_once_draft_each_region_once(db: Database):
    with db.writing() as session:
        for code in ("MX", "ES", "FR"):
            make_region(session, code)

    def act():
        with db.writing() as session:
            return len(draft_all_due(session, NOW))

    together(act, act)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Issue)) == 3


def test_an_approval_that_waited_for_an_edit_sees_it(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        seen = issue.content_hash
    has_read = Event()

    def approving():
        with db.writing() as session:
            stale = session.get_one(Issue, issue.id)
            assert len(stale.items) == 3
            has_read.set()
            approve(session, stale, by="Ada", now=NOW, expected=seen)

    with ThreadPoolExecutor(1) as pool:
        with db.writing() as session:
            retitle(session, session.get_one(Issue, issue.id), 1, "Another headline", by="Grace", now=NOW)
            refused = pool.submit(approving)
            if not db.is_sqlite:  # there the other can't even read before this is committed
                assert has_read.wait(timeout=10)
        with pytest.raises(NotAllowedError, match="was changed since you looked at it"):
            refused.result(timeout=30)
    with db.reading() as session:
        found = session.get_one(Issue, issue.id)
        assert (found.state, found.items[0].headline) == (IssueState.DRAFT, "Another headline")
        assert not is_approved(found)
