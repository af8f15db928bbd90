"""Events on the desk: an editor's word is a form, kept, and refused where it would change another's issue."""

import pytest
from sqlalchemy import select

from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, limit_to
from newsletter.editors.signing_in import make_link
from newsletter.events.models import Counterpart, Decision, DecisionKind, Doubt, EventStory
from newsletter.issues.drafting import draft
from newsletter.issues.models import Issue
from newsletter.regions.service import region
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.world import NOW, make_event, make_region, make_source, make_story


@pytest.fixture
def world(db):
    """A draft of Mexico: a quake told by two, and a strike; both may be one event."""
    with db.writing() as session:
        make_region(session, "ES")
        mexico = make_region(session, minimum_items=1)
        quake = [
            make_story(session, title, source=make_source(session, name), summary=f"So says {name}.")
            for name, title in (("The Gazette", "A quake shakes Oaxaca"), ("The Herald", "<b>Tremor</b> on the coast"))
        ]
        one, two = make_event(session, quake), make_event(session, [make_story(session, "Bakers go on strike")])
        words = [["Mexico"], ["Chile"]]
        doubt = Doubt(one_id=one.id, other_id=two.id, similarity=0.3, reason="countries", words=words, at=NOW)
        session.add(doubt)
        issue = draft(session, mexico, "2026-W20", NOW)
        return {"quake": one.id, "strike": two.id, "reports": [story.id for story in quake], "issue": issue.id}


@pytest.fixture
def sign_in(client, db, clock):
    def sign_in(role=Role.EDITOR, *regions):
        with db.writing() as session:
            editor = add_editor(session, "ada@newsroom.example", name="Ada", role=role)
            limit_to(session, editor, [region(session, code) for code in regions], clock.now())
            link = make_link(session, editor, clock.now())
        client.post(f"/desk/sign-in/{link}")

    return sign_in


@pytest.fixture
def act(client):
    def act(path, **fields):
        return client.post(path, data={"csrf": csrf_token(client.cookies["desk"], KEY)} | fields)

    return act


def places(db):
    with db.reading() as session:
        return {place.story_id: place.event_id for place in session.scalars(select(EventStory))}


def test_a_page_shows_the_reports_with_the_reason_why_they_are_one(client, world, sign_in):
    sign_in()
    page = client.get(f"/desk/events/{world['quake']}?issue={world['issue']}").text
    assert "The Gazette" in page
    assert "&lt;b&gt;Tremor&lt;/b&gt; on the coast" in page
    assert "Countries differ: Mexico and Chile." in page
    assert f"{world['strike']}: Bakers go on strike" in page


def test_the_event_of_another_language_is_linked_with_the_reason_on_its_page_and_beside_its_item(
    client, db, world, sign_in
):
    with db.writing() as session:
        spanish = make_event(session, [make_story(session, "<i>Tiembla</i> la costa", language="es")], language="es")
        ties = {"similarity": 0.0, "shared": [], "nearness": 1.4, "cut": 1.25}
        session.add(Counterpart(one_id=world["quake"], other_id=spanish.id, at=NOW, **ties))
        link = f'href="/desk/events/{spanish.id}"'
    sign_in()
    for path in (f"/desk/events/{world['quake']}", f"/desk/issues/{world['issue']}"):
        page = client.get(path).text
        assert link in page
        assert "&lt;i&gt;Tiembla&lt;/i&gt; la costa" in page
        assert "they are 1.40 times as near to each other" in page


def test_ticked_reports_become_an_event_of_their_own_and_the_issue_says_so(client, db, world, sign_in, act):
    sign_in()
    first, second = world["reports"]
    answer = act(f"/desk/events/{world['quake']}/split", report=str(second), issue=str(world["issue"]))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk/events/{world['quake']}?issue={world['issue']}"
    assert places(db)[first] == world["quake"]
    assert places(db)[second] not in (world["quake"], world["strike"])
    with db.reading() as session:
        assert all(item.also == [] for item in session.get_one(Issue, world["issue"]).items)


def test_ticked_reports_go_into_another_event(db, world, sign_in, act):
    sign_in()
    second = world["reports"][1]
    act(f"/desk/events/{world['quake']}/move", report=str(second), other=str(world["strike"]))
    assert places(db)[second] == world["strike"]


def test_a_doubt_is_answered_once(client, db, world, sign_in, act):
    sign_in()
    assert "1 pair of events may be one" in client.get("/desk").text
    assert "Countries differ" in client.get("/desk/events/doubts").text
    act(f"/desk/events/{world['quake']}/apart", other=str(world["strike"]), then="doubts")
    assert "Nothing to look at" in client.get("/desk/events/doubts").text
    with db.reading() as session:
        [decision] = session.scalars(select(Decision))
        assert (decision.kind, decision.by) == (DecisionKind.APART, "Ada")


def test_two_are_one_on_a_persons_word(client, db, world, sign_in, act):
    sign_in()
    act(f"/desk/events/{world['quake']}/merge", number=str(world["strike"]))
    assert set(places(db).values()) == {world["quake"]}
    assert "It was put into" in client.get(f"/desk/events/{world['strike']}").text


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("split", {}, "not none and not all"),
        ("move", {"other": "2"}, "Tick the reports"),
        ("merge", {"other": ""}, "Choose the other event"),
        ("merge", {"number": "9" * 30}, "Choose the other event"),
        ("merge", {"number": "1; DROP TABLE event"}, "Choose the other event"),
    ],
)
def test_what_cannot_be_done_is_said(db, world, sign_in, act, path, fields, says):
    sign_in()
    before = places(db)
    answer = act(f"/desk/events/{world['quake']}/{path}", **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert places(db) == before


@pytest.mark.parametrize("path", ["split", "move", "merge", "apart"])
def test_nobody_changes_the_issue_of_another_region(db, world, sign_in, act, path):
    sign_in(Role.PUBLISHER, "ES")
    before = places(db)
    sent = {"report": str(world["reports"][1]), "other": str(world["strike"])}
    assert act(f"/desk/events/{world['quake']}/{path}", **sent).status_code == 403
    assert places(db) == before


def test_reporters_have_no_word_on_events(client, world, sign_in, act):
    sign_in(Role.REPORTER)
    assert client.get(f"/desk/events/{world['quake']}").status_code == 403
    assert act(f"/desk/events/{world['quake']}/split", report=str(world["reports"][1])).status_code == 403


def test_a_form_of_another_site_decides_nothing(client, db, world, sign_in):
    sign_in()
    before = places(db)
    sent = {"csrf": "0" * 64, "report": str(world["reports"][1])}
    assert client.post(f"/desk/events/{world['quake']}/split", data=sent).status_code == 403
    assert places(db) == before
