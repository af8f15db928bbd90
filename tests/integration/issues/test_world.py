"""The sample world itself: its rows satisfy every constraint of the real databases."""

from newsletter.db import Database
from newsletter.issues.content import content_hash
from newsletter.issues.models import Issue, IssueState
from tests.support.world import make_event, make_issue, make_region, make_story, make_subscriber


def test_a_world_of_every_kind_of_row_can_be_stored_and_read_back(db: Database):
    with db.writing() as session:
        mexico, spain = make_region(session), make_region(session, "ES", language="es")
        make_subscriber(session, spain, mexico)
        event = make_event(session, [make_story(session, about={"MX": 0.4}), make_story(session)])
        issue_id = make_issue(session, mexico, items=[event], state=IssueState.OUT).id
    with db.reading() as session:
        issue = session.get_one(Issue, issue_id)
        assert (issue.number, len(issue.items), len(issue.items[0].also)) == (1, 1, 1)
        assert issue.approved_hash == content_hash(issue)
