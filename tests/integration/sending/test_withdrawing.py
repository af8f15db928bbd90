"""A story that a person withdraws holds the issues that tell it, and no letter picks it any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor
from newsletter.issues.approving import approve
from newsletter.issues.considering import candidates, window_of
from newsletter.issues.editing import drop
from newsletter.issues.holding import release
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.revisiting import revisit
from newsletter.issues.withdrawing import correct, restore, withdrawn_in
from newsletter.regions.models import Region
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.withdrawing import withdraw
from newsletter.stories.correcting import story_for_change
from tests.support.world import NOW, make_event, make_issue, make_region, make_story

WHY = {"why": "It is a hoax.", "by": "Ada", "now": NOW}

once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same statements as in other tests


@pytest.fixture
def world(db):
    """An approved issue of three items; the second has a second report. Ids: issue, its stories, the second report."""
    with db.writing() as session:
        add_editor(session, "bo@newsroom.example", name="Bo", role=Role.EDITOR)
        events = [make_event(session, [make_story(session) for _ in range(count)]) for count in (1, 2, 1)]
        issue = make_issue(session, make_region(session), items=events, state=IssueState.APPROVED)
        return issue.id, [item.story_id for item in issue.items], events[1].stories[1].story_id


def taken_out(db, story_id, **words):
    with db.writing() as session:
        return [issue.id for issue in withdraw(session, story_for_change(session, story_id), **{**WHY, **words})]


def seen(db, issue_id):
    with db.reading() as session:
        issue = session.get_one(Issue, issue_id)
        return issue.state, issue.note


def test_an_approved_issue_is_held_at_once_with_the_reason_and_its_editors_are_told(db, world):
    issue, stories, _ = world
    assert taken_out(db, stories[1]) == [issue]
    state, note = seen(db, issue)
    assert state is IssueState.HELD
    assert note.startswith("Item 2, ")
    assert note.endswith("was withdrawn by Ada: It is a hoax.")
    with db.reading() as session:
        assert [notice.kind for notice in session.scalars(select(Notice))] == [NoticeKind.HELD]
        entry = session.scalars(select(LogEntry).where(LogEntry.action == "story withdrawn")).one()
        assert (entry.actor, entry.subject) == ("Ada", f"story {stories[1]}")
        assert entry.details == {"before": "told", "after": "withdrawn", "reason": "It is a hoax."}


def test_an_issue_that_names_it_beside_another_report_is_held_too(db, world):
    issue, _, second = world
    assert taken_out(db, second) == [issue]
    assert "names a report of" in seen(db, issue)[1]


@once
def test_one_that_is_held_already_says_so_as_well(db, world):
    issue, stories, _ = world
    taken_out(db, stories[0])
    assert taken_out(db, stories[2], why="It is older.") == [issue]
    assert "Item 1" in seen(db, issue)[1]
    assert seen(db, issue)[1].endswith("It is older.")


@once
def test_whoever_releases_it_has_seen_the_reason_and_is_not_asked_again(db, world):
    issue, stories, _ = world
    taken_out(db, stories[1])
    with db.writing() as session:
        release(session, session.get_one(Issue, issue), by="Bo", now=NOW)
        assert revisit(session, issue, [], NOW) is None
    assert seen(db, issue)[0] is IssueState.APPROVED


def test_an_undo_lets_it_be_told_again_and_a_second_withdrawal_holds_again(db, world):
    issue, stories, _ = world
    taken_out(db, stories[1])
    with db.writing() as session:
        restore(session, story_for_change(session, stories[1]), by="Bo", now=NOW)
        release(session, session.get_one(Issue, issue), by="Bo", now=NOW)
    assert taken_out(db, stories[1], now=NOW + timedelta(minutes=1)) == [issue]
    with db.reading() as session:
        actions = session.scalars(select(LogEntry.action).where(LogEntry.subject == f"story {stories[1]}"))
        assert list(actions) == ["story withdrawn", "story restored", "story withdrawn"]


def test_an_issue_without_it_is_approved_and_stays_so(db, world):
    issue, stories, _ = world
    taken_out(db, stories[1])
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        assert list(withdrawn_in(session, found).values()) == [found.note]
        drop(session, found, 2, by="Bo", now=NOW)
        assert withdrawn_in(session, found) == {}
        approve(session, found, by="Bo", now=NOW)
        assert revisit(session, issue, [], NOW) is None
    assert seen(db, issue)[0] is IssueState.APPROVED


@once
def test_one_that_came_back_into_an_issue_holds_it_when_stories_are_looked_at_again(db, world):
    issue, stories, _ = world
    with db.writing() as session:
        story = story_for_change(session, stories[0])
        story.withdrawn_at, story.withdrawn_by, story.withdrawn_why = NOW, "Ada", "It is a hoax."
        assert revisit(session, issue, [], NOW).state is IssueState.HELD


@once
def test_a_title_that_was_corrected_at_the_desk_is_said_to_be(db, world):
    issue, stories, _ = world
    with db.writing() as session:
        for item in session.get_one(Issue, issue).items:
            item.story_title = item.headline
        correct(session, story_for_change(session, stories[0]), {"title": "Another"}, by="Ada", now=NOW)
        assert revisit(session, issue, [], NOW).note.endswith("has another title at the desk now: “Another”.")


def test_no_pick_finds_it(db, world):
    with db.writing() as session:
        story = make_story(session)
        event = make_event(session, [story, make_story(session)]).id
        region = session.scalars(select(Region)).one()
        window = window_of(session, region, NOW, apart_from=world[0])

        def reports():
            found = {
                one.event_id: [each.story_id for each in one.stories] for one in candidates(session, region, window)
            }
            return found.get(event, [])

        assert story.id in reports()
        withdraw(session, story, **WHY)
        assert len(reports()) == 1
        assert story.id not in reports()
