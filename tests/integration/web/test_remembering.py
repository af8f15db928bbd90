"""What the desk keeps for a minute is as good as new for those who change something."""

from datetime import timedelta

import pytest

from newsletter.issues.drafting import draft
from newsletter.issues.regrouping import split
from newsletter.web import remembering
from newsletter.web.remembering import Memory
from tests.support.world import NOW, make_event, make_region, make_story, make_subscriber


@pytest.fixture
def issue(db):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        make_event(
            session, [make_story(session, title) for title in ("A quake shakes Oaxaca", "A tremor on the coast")]
        )
        make_subscriber(session, region)
        return draft(session, region, "2026-W20", NOW)


def events_of(picked):
    return [one.candidate.event_id for one in picked.chosen]


def test_a_pick_is_found_once_and_anew_when_an_event_has_other_reports(db, issue):
    memory = Memory()
    with db.writing() as session:
        issue = session.merge(issue)
        first = memory.pick(session, issue)
        assert memory.pick(session, issue) is first
        event = issue.items[0].event_id
        reports = first.chosen[0].candidate.stories
        split(session, event, [reports[1].story_id], by="Ada", now=NOW)
        assert len(events_of(memory.pick(session, issue))) == 2


def test_a_pick_is_found_anew_when_the_issue_is_drafted_anew(db, issue):
    memory = Memory()
    with db.writing() as session:
        issue = session.merge(issue)
        first = memory.pick(session, issue)
        issue.until += timedelta(hours=1)
        assert memory.pick(session, issue) is not first


@pytest.mark.parametrize(("many", "told"), [(10, 2), (1, 1)], ids=["few are counted each time", "many are kept"])
def test_readers_are_counted(db, issue, monkeypatch, many, told):
    monkeypatch.setattr(remembering, "MANY_READERS", many)
    memory = Memory()
    with db.writing() as session:
        issue = session.merge(issue)
        assert memory.reach(session, issue).readers == 1
        make_subscriber(session, issue.region)
        assert memory.reach(session, issue).readers == told
