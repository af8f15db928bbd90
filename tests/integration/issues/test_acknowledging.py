"""A person looks at each fact on which reports differ."""

from datetime import timedelta

import pytest

from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.issues.acknowledging import acknowledge, check_acknowledged, open_differences
from newsletter.issues.approving import approve
from newsletter.issues.content import content_hash
from newsletter.issues.editing import undo
from newsletter.issues.models import IssueState
from tests.support.world import NOW, make_issue, make_region

ADA = {"by": "Ada", "now": NOW + timedelta(hours=1)}


def difference(kind="disagreement"):
    values = [
        {"value": day, "hedge": None, "quote": f"It was on {day}.", "source": "A", "url": "https://a.example"}
        for day in ("13 May", "14 May")
    ]
    return {
        "attribute": "date",
        "subject": None,
        "kind": kind,
        "shown": kind == "disagreement",
        "acknowledged_by": None,
        "values": values,
    }


@pytest.fixture
def issue(db):
    with db.writing() as session:
        made = make_issue(session, make_region(session))
        made.items[0].differences = [difference(), difference("update")]
        made.content_hash = content_hash(made)
        session.flush()
        yield session, made


def test_until_somebody_has_looked_the_issue_is_not_approved_on_the_desk(issue):
    session, made = issue
    assert open_differences(made) == 1
    with pytest.raises(NotAllowedError, match="differ on a fact"):
        check_acknowledged(made)
    acknowledge(session, made, 1, 1, shown=True, **ADA)
    check_acknowledged(made)
    assert made.items[0].differences[0]["acknowledged_by"] == "Ada"


@pytest.mark.parametrize(("shown", "state"), [(True, IssueState.APPROVED), (False, IssueState.DRAFT)])
def test_an_approval_is_void_only_where_readers_see_something_else(issue, shown, state):
    session, made = issue
    approve(session, made, by="Grace", now=NOW)
    acknowledge(session, made, 1, 1, shown=shown, **ADA)
    assert made.state is state


def test_it_is_undone_as_any_edit(issue):
    session, made = issue
    acknowledge(session, made, 1, 1, shown=False, **ADA)
    undo(session, made, **ADA)
    assert made.items[0].differences == [difference(), difference("update")]


@pytest.mark.parametrize("number", [0, 3])
def test_there_is_no_other_fact(issue, number):
    session, made = issue
    with pytest.raises(NotFoundError, match="2 facts"):
        acknowledge(session, made, 1, number, shown=True, **ADA)
