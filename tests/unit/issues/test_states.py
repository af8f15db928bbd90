import itertools

import pytest

from newsletter.errors import NotAllowedError
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.states import ISSUE_TRANSITIONS, is_editable, move
from newsletter.regions.models import Region

ALLOWED = {
    "draft": {"approved", "held", "skipped"},
    "approved": {"draft", "held", "skipped", "out"},
    "held": {"draft", "approved", "skipped"},
    "skipped": {"draft"},
    "out": set(),
}


@pytest.mark.parametrize(("start", "to"), list(itertools.product(IssueState, IssueState)))
def test_only_the_steps_of_the_table_are_taken(start, to):
    issue = Issue(region=Region(code="MX"), week="2026-W20", state=start)
    if to.value in ALLOWED[start.value]:
        move(issue, to)
        assert issue.state is to
    else:
        with pytest.raises(NotAllowedError, match=f"MX/2026-W20 is {start.value}; from there it can't become"):
            move(issue, to)
        assert issue.state is start


def test_every_state_stands_in_the_table():
    assert set(ISSUE_TRANSITIONS) == set(IssueState)


def test_what_readers_have_is_never_edited():
    editable = {state for state in IssueState if is_editable(Issue(state=state))}
    assert editable == {IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD}
