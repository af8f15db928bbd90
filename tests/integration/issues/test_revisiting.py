"""Stories are looked at once more before an issue leaves."""

from datetime import timedelta

import pytest

from newsletter.issues.approving import approve
from newsletter.issues.editing import drop, retitle
from newsletter.issues.holding import release
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.revisiting import due_for_a_visit, revisit
from newsletter.regions.timing import first_and_last_wave
from newsletter.stories.models import Story
from tests.support.world import NOW, WEEK, make_issue, make_region

FIRST, LAST = first_and_last_wave(WEEK, 4, 7)
NEAR = FIRST - timedelta(hours=1)


@pytest.fixture
def issue(db):
    with db.writing() as session:
        made = make_issue(session, make_region(session), state=IssueState.APPROVED)
        for item in made.items:
            item.story_title = session.get_one(Story, item.story_id).title
        return made.id


def due(db, now):
    with db.reading() as session:
        return due_for_a_visit(session, now)


def look(db, issue, gone=(), now=NEAR):
    with db.writing() as session:
        found = revisit(session, issue, gone, now)
        return found.note if found else None


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (FIRST - timedelta(hours=4), False),
        (NEAR, True),
        (LAST, True),
        (LAST + timedelta(hours=13), False),
    ],
    ids=["long before", "soon", "in its last wave", "over"],
)
def test_it_is_looked_at_when_it_is_about_to_leave(db, issue, now, is_due):
    assert [one.issue_id for one in due(db, now)] == [issue] * is_due


def test_it_is_looked_at_once_an_hour(db, issue):
    assert look(db, issue) is None
    assert due(db, NEAR + timedelta(minutes=59)) == []
    assert len(due(db, NEAR + timedelta(hours=1))) == 1


def test_a_draft_is_not_looked_at(db, issue):
    with db.writing() as session:
        retitle(session, session.get_one(Issue, issue), 1, "Another", by="Ada", now=NOW)
    assert due(db, NEAR) == []
    assert look(db, issue) is None


def test_a_withdrawn_story_holds_the_issue_and_names_the_item(db, issue):
    url = due(db, NEAR)[0].urls[1]
    assert "Item 2" in look(db, issue, {url})
    with db.reading() as session:
        found = session.get_one(Issue, issue)
        assert found.state is IssueState.HELD
        assert "withdrawn" in found.note


def test_a_retitled_story_holds_the_issue_and_says_how_it_is_called_now(db, issue):
    with db.writing() as session:
        session.get_one(Story, session.get_one(Issue, issue).items[0].story_id).title = "Nobody was hurt after all"
    assert "Nobody was hurt after all" in look(db, issue)


def test_an_editors_own_headline_is_no_new_title(db, issue):
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        retitle(session, found, 1, "In our words", by="Ada", now=NOW)
        approve(session, found, by="Ada", now=NOW)
    assert look(db, issue) is None


def test_who_releases_it_has_seen_the_reason_and_is_not_told_again(db, issue):
    urls = due(db, NEAR)[0].urls
    look(db, issue, {urls[0]})
    with db.writing() as session:
        assert release(session, session.get_one(Issue, issue), by="Ada", now=NEAR).state is IssueState.APPROVED
    assert look(db, issue, {urls[0]}, NEAR + timedelta(hours=1)) is None
    note = look(db, issue, {urls[0], urls[2]}, NEAR + timedelta(hours=2))
    assert "Item 3" in note
    assert "Item 1" not in note


def test_an_item_that_was_dropped_matters_no_more(db, issue):
    urls = due(db, NEAR)[0].urls
    with db.writing() as session:
        found = session.get_one(Issue, issue)
        drop(session, found, 1, by="Ada", now=NOW)
        approve(session, found, by="Ada", now=NOW)
    assert look(db, issue, {urls[0]}) is None


def test_a_report_that_an_item_names_beside_its_lead_is_looked_at_too(db, issue):
    with db.writing() as session:
        item = session.get_one(Issue, issue).items[1]
        item.also = [{"source": "The Post", "url": "https://post.example/gone"}]
    assert "https://post.example/gone" in due(db, NEAR)[0].urls
    assert look(db, issue, ["https://post.example/gone"]).endswith("names a report of The Post whose page is gone.")
