import pytest

from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.issues.approving import approve
from newsletter.issues.editing import retitle
from newsletter.issues.finding import history
from newsletter.issues.holding import hold, release, skip
from newsletter.issues.models import IssueState
from tests.support.world import NOW, make_issue, make_region


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.APPROVED])
def test_a_held_issue_is_released_as_what_it_was(db: Database, state):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=state)
        hold(session, issue, by="Ada", reason="a source withdrew its story", now=NOW)
        assert (issue.state, issue.note) == (IssueState.HELD, "a source withdrew its story")
        release(session, issue, by="Ada", now=NOW)
        assert (issue.state, issue.note) == (state, None)
        assert [entry.action for entry in history(session, issue)] == ["issue held", "issue released"]


def test_an_issue_edited_while_held_is_released_as_a_draft(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        hold(session, issue, by="Ada", reason="doubts", now=NOW)
        retitle(session, issue, 1, "Another headline", by="Ada", now=NOW)
        release(session, issue, by="Ada", now=NOW)
        assert issue.state is IssueState.DRAFT


def test_approving_a_held_issue_releases_it(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        hold(session, issue, by="Ada", reason="doubts", now=NOW)
        approve(session, issue, by="Ada", now=NOW)
        assert (issue.state, issue.note) == (IssueState.APPROVED, None)


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.APPROVED, IssueState.OUT, IssueState.SKIPPED])
def test_only_a_held_issue_is_released(db: Database, state):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=state)
        with pytest.raises(NotAllowedError, match="not held"):
            release(session, issue, by="Ada", now=NOW)


def test_what_readers_have_is_neither_held_nor_skipped(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.OUT)
        with pytest.raises(NotAllowedError, match="can't become held"):
            hold(session, issue, by="Ada", reason="doubts", now=NOW)
        with pytest.raises(NotAllowedError, match="can't become skipped"):
            skip(session, issue, by="Ada", reason="doubts", now=NOW)


def test_a_skipped_issue_frees_its_number_and_keeps_the_reason(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        skip(session, issue, by="Ada", reason="holidays", now=NOW)
        assert (issue.state, issue.number, issue.approved_hash, issue.note) == (
            IssueState.SKIPPED,
            None,
            None,
            "holidays",
        )


def test_a_reason_is_asked_for(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        with pytest.raises(InvalidInputError, match=r"A reason can't be empty\."):
            hold(session, issue, by="Ada", reason=" ", now=NOW)
