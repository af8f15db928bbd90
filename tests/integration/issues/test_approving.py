import pytest

from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.issues.approving import approve, is_approved
from newsletter.issues.content import content_hash
from newsletter.issues.editing import retitle
from newsletter.issues.finding import history
from newsletter.issues.models import Issue, IssueState
from tests.support.world import NOW, make_issue, make_region


def actions(session, issue):
    return [(entry.actor, entry.action) for entry in history(session, issue)]


def test_approval_is_bound_to_the_content_and_says_whose_it_is(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        approve(session, issue, by="Ada", now=NOW)
    with db.reading() as session:
        found = session.get_one(Issue, issue.id)
        assert (found.state, found.approved_by, found.approved_at) == (IssueState.APPROVED, "Ada", NOW)
        assert found.approved_hash == found.content_hash == content_hash(found)
        assert is_approved(found)
        assert actions(session, found) == [("Ada", "issue approved")]


def test_approving_twice_does_no_more_than_once(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        approve(session, issue, by="Ada", now=NOW)
        approve(session, issue, by="Grace", now=NOW)
        assert issue.approved_by == "Ada"
        assert len(actions(session, issue)) == 1


def test_approval_of_what_was_shown_is_refused_after_a_change(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        seen = issue.content_hash
    with db.writing() as session:
        retitle(session, session.get_one(Issue, issue.id), 1, "Another headline", by="Grace", now=NOW)
    with db.writing() as session:
        stale = session.get_one(Issue, issue.id)
        with pytest.raises(NotAllowedError, match="was changed since you looked at it"):
            approve(session, stale, by="Ada", now=NOW, expected=seen)
        assert stale.state is IssueState.DRAFT


@pytest.mark.parametrize("digits", [8, 12, 64])
def test_the_first_digits_of_the_hash_are_enough(db: Database, digits):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        approve(session, issue, by="Ada", now=NOW, expected=issue.content_hash[:digits].upper())
        assert issue.state is IssueState.APPROVED


@pytest.mark.parametrize("given", ["", "abc", "1234567"])
def test_too_few_digits_are_refused(db: Database, given):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        with pytest.raises(InvalidInputError, match="first 8 digits"):
            approve(session, issue, by="Ada", now=NOW, expected=given)


@pytest.mark.parametrize("state", [IssueState.SKIPPED, IssueState.OUT])
def test_what_is_skipped_or_out_is_not_approved(db: Database, state):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=state)
        with pytest.raises(NotAllowedError, match=f"is {state.value}"):
            approve(session, issue, by="Ada", now=NOW)


def test_content_that_was_changed_behind_the_editors_back_is_not_taken_for_approved(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        issue.items[0].headline = "Not what was approved"
        session.flush()
        assert not is_approved(issue)
        approve(session, issue, by="Grace", now=NOW)
        assert issue.approved_by == "Grace"
        assert actions(session, issue) == [("Grace", "approval void"), ("Grace", "issue approved")]
