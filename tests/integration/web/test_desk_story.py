"""A story at the desk: corrected, taken back, withdrawn and restored by plain forms."""

import html
import re

import pytest
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor, limit_to
from newsletter.editors.signing_in import make_link
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region
from newsletter.stories.models import Story
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.world import NOW, make_event, make_issue, make_region, make_story

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # rows are tried on both elsewhere


@pytest.fixture
def story(db):
    """In an approved issue about Spain."""
    with db.writing() as session:
        make_region(session, "MX")
        told = make_story(session, "Quake in Granada", about={"ES": 0.9})
        make_issue(session, make_region(session, "ES"), items=[make_event(session, [told])], state=IssueState.APPROVED)
        return told.id


@pytest.fixture
def send(client, db, clock, story):
    """Signs a reporter in and sends a form of the story's page, as the page has it but for what is given."""
    sessions = {}

    def sign_in(*codes):
        with db.writing() as session:
            editor = add_editor(session, f"r{len(sessions)}@n.example", name="Rae", role=Role.REPORTER)
            limit_to(session, editor, session.scalars(select(Region).where(Region.code.in_(codes))).all(), NOW)
            link = make_link(session, editor, clock.now())
        client.post(f"/desk/sign-in/{link}")
        sessions["csrf"] = csrf_token(client.cookies["desk"], KEY)

    def sent(act="", codes=(), **fields):
        if not sessions or codes:
            sign_in(*codes)
        shown = form_of(client.get(f"/desk/stories/{story}").text)
        path = f"/desk/stories/{story}{act and '/' + act}"
        return client.post(path, data={**shown, **sessions, **fields})

    return sent


def form_of(page):
    """What a browser would send from the form of its words."""
    fields = dict(re.findall(r'<input type="(?:text|hidden)"[^>]*? name="(\w+)" value="(.*?)"', page))
    summary = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    return {name: html.unescape(value) for name, value in fields.items()} | {"summary": html.unescape(summary[1])}


def seen(db, story):
    with db.reading() as session:
        found = session.get_one(Story, story)
        return found, sorted(region.code for region in found.regions)


def test_a_form_that_was_sent_as_it_stood_changes_nothing(db, send, story):
    assert send().status_code == 303
    assert seen(db, story)[0].overruled == {}
    with db.reading() as session:
        assert session.scalars(select(LogEntry.action).where(LogEntry.subject == f"story {story}")).all() == []


def test_words_are_corrected_and_their_sources_words_shown_beside_them_and_taken_back(client, db, send, story):
    given = {"title": "Quake in Lima", "regions": "pe, CL", "published_at": "2026-05-13T08:00:00Z"}
    assert send(**given).status_code == 303
    found, codes = seen(db, story)
    assert (found.title, codes, set(found.overruled)) == ("Quake in Lima", ["CL", "PE"], set(given))
    page = client.get(f"/desk/stories/{story}").text
    assert "The source says: <bdi>Quake in Granada</bdi>" in page
    with db.reading() as session:
        entry = session.scalars(select(LogEntry).where(LogEntry.action == "story corrected")).one()
        assert (entry.actor, entry.details["before"]["title"]) == ("Rae", "Quake in Granada")
        assert entry.details["after"]["regions"] == ["CL", "PE"]
    assert send("back", field=["title", "regions", "published_at"]).status_code == 303
    assert (seen(db, story)[0].title, seen(db, story)[0].overruled) == ("Quake in Granada", {})


def test_what_cannot_be_is_said_where_what_was_typed_still_stands(db, send, story):
    answer = send(title="Quake in Lima", published_at="yesterday")
    assert answer.status_code == 422
    assert "Write the time as" in answer.text
    assert 'value="Quake in Lima"' in answer.text
    assert seen(db, story)[0].title == "Quake in Granada"


def test_nobody_writes_over_what_another_wrote_meanwhile(db, send, story):
    send()
    with db.writing() as session:
        session.get_one(Story, story).summary = "Somebody else's."
    answer = send(title="Quake in Lima", seen="0" * 32)
    assert answer.status_code == 409
    assert "Somebody else has changed this story" in answer.text
    assert 'value="Quake in Lima"' in answer.text
    assert seen(db, story)[0].title == "Quake in Granada"


def test_a_withdrawal_holds_its_issue_and_is_undone(client, db, send, story):
    assert send("withdraw", why=" ").status_code == 422
    assert send("withdraw", why="It is a hoax.").status_code == 303
    assert "It is a hoax." in client.get(f"/desk/stories/{story}").text
    assert "withdrawn" in client.get("/desk/stories").text
    with db.reading() as session:
        issue = session.scalars(select(Issue)).one()
        assert (issue.state, issue.note[-13:]) == (IssueState.HELD, "It is a hoax.")
    assert send("withdraw", why="Again.").status_code == 409
    assert send("restore").status_code == 303
    assert seen(db, story)[0].withdrawn_at is None


def test_readers_see_no_withdrawn_story_on_the_page_of_its_region(client, db, send, story):
    assert "Quake in Granada" in client.get("/regions/ES").text
    send("withdraw", why="It is a hoax.")
    assert "Quake in Granada" not in client.get("/regions/ES").text


@pytest.mark.parametrize("act", ["", "back", "withdraw", "restore"])
def test_whoever_works_on_another_region_changes_nothing_of_what_an_open_issue_tells(db, send, story, act):
    answer = send(act, codes=["MX"], title="Quake in Lima", why="It is a hoax.", field="title")
    assert (answer.status_code, "You edit other regions" in answer.text) == (403, True)
    assert (seen(db, story)[0].title, seen(db, story)[0].withdrawn_at) == ("Quake in Granada", None)


def test_fields_that_the_form_does_not_have_change_nothing(db, send, story):
    names = ("id", "source_id", "canonical_url", "withdrawn_by", "overruled", "content_hash", "seen_at")
    before = seen(db, story)[0]
    send(summary="Another.", **dict.fromkeys(names, "99"))
    after = seen(db, story)[0]
    assert after.summary == "Another."
    assert [getattr(after, name) for name in names if name != "overruled"] == [
        getattr(before, name) for name in names if name != "overruled"
    ]
    assert set(after.overruled) == {"summary"}
