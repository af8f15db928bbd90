"""What asks for care may ask for two people's word."""

from datetime import timedelta

import pytest

from newsletter.editors.log import COMMAND_LINE
from newsletter.errors import NotAllowedError
from newsletter.issues.approving import approve, approve_automatically, is_approved
from newsletter.issues.content import content_hash
from newsletter.issues.editing import retitle
from newsletter.issues.finding import history
from newsletter.issues.models import IssueState
from newsletter.issues.second_word import KEY, first_word
from newsletter.issues.sensitivity import Care
from newsletter.regions.models import Approval
from tests.support.world import NOW, make_issue, make_region

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def session(db):
    """Of a service that asks for two where an item tells of suicide."""
    with db.writing() as session:
        session.info = {**session.info, KEY: frozenset({Care.SUICIDE})}
        yield session


def make_grave_issue(session, headline="Actor took his own life", **columns):
    issue = make_issue(session, make_region(session, **columns))
    issue.items[1].headline = headline
    issue.content_hash = content_hash(issue)
    return issue


def test_the_first_word_leaves_it_a_draft_and_the_second_approves_it(session):
    issue = make_grave_issue(session)
    approve(session, issue, by="Ada", now=NOW)
    assert (issue.state, first_word(issue), is_approved(issue)) == (IssueState.DRAFT, "Ada", False)
    approve(session, issue, by="Grace", now=LATER)
    assert (issue.state, issue.approved_by) == (IssueState.APPROVED, "Ada, Grace")
    assert is_approved(issue)
    actions = [(entry.actor, entry.action) for entry in history(session, issue)]
    assert ("Ada", "issue approved by the first of two") in actions


@pytest.mark.parametrize("who", ["Ada", COMMAND_LINE])
def test_one_person_is_not_two(session, who):
    issue = make_grave_issue(session)
    approve(session, issue, by=who, now=NOW)
    with pytest.raises(NotAllowedError, match="item 2 tells of suicide"):
        approve(session, issue, by=who, now=LATER)
    assert issue.state is IssueState.DRAFT


def test_an_edit_between_the_two_words_voids_the_first(session):
    issue = make_grave_issue(session)
    approve(session, issue, by="Ada", now=NOW)
    retitle(session, issue, 1, "Another headline", by="Grace", now=NOW)
    assert first_word(issue) is None
    approve(session, issue, by="Grace", now=LATER)
    assert (issue.state, first_word(issue)) == (IssueState.DRAFT, "Grace")


def test_other_kinds_ask_for_one(session):
    issue = make_grave_issue(session, "Two dead after a storm")
    approve(session, issue, by="Ada", now=NOW)
    assert issue.state is IssueState.APPROVED


def test_a_service_without_the_rule_asks_for_one(db):
    with db.writing() as session:
        issue = make_grave_issue(session)
        approve(session, issue, by="Ada", now=NOW)
        assert issue.state is IssueState.APPROVED


def test_what_asks_for_two_never_approves_itself(session):
    issue = make_grave_issue(session, approval=Approval.AUTOMATIC)
    approve_automatically(session, issue, NOW)
    assert issue.state is IssueState.DRAFT
