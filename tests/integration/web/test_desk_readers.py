"""Readers on the desk: found by address, which stands in no address of ours and no log."""

import pytest
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link
from newsletter.subscribers.suppression import suppressed
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.world import make_region, make_subscriber

ANN = "ann@readers.example"


@pytest.fixture
def ann(db):
    with db.writing() as session:
        return make_subscriber(session, make_region(session), address=ANN).id


@pytest.fixture
def post(client, db, clock):
    """Sends a form of the desk, signed in with a role."""

    def send(path, role=Role.ADMIN, **fields):
        with db.writing() as session:
            editor = add_editor(session, f"{role}@n.example", name=role, role=role)
            link = make_link(session, editor, clock.now())
        client.cookies.clear()
        client.post(f"/desk/sign-in/{link}")
        return client.post(path, data={"csrf": csrf_token(client.cookies["desk"], KEY)} | fields)

    return send


def test_a_reader_is_found_with_what_is_known_of_them(post, ann):
    page = post("/desk/readers", address="  ANN@readers.example ").text
    assert ANN in page
    assert "Mexico" in page
    assert "confirmed" in page


@pytest.mark.parametrize("address", ["nobody@readers.example", "no address", "<script>alert(1)</script>@x"])
def test_who_is_not_there_is_said_to_be_unknown(post, ann, address):
    answer = post("/desk/readers", address=address)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text


def test_the_log_says_who_looked_and_names_no_address(post, db, ann):
    post("/desk/readers", address=ANN)
    with db.reading() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert entry.action == "reader looked up"
    assert "ann" not in f"{entry.subject} {entry.details}"


def test_an_address_is_suppressed_for_a_reason_whether_it_is_a_readers_or_not(post, db, client, ann):
    assert "suppressed" in post("/desk/readers/suppress", address=ANN, reason="asked by phone").text
    form = {"csrf": csrf_token(client.cookies["desk"], KEY), "reason": "their lawyer wrote"}
    answer = client.post("/desk/readers/suppress", data=form | {"address": "bo@x.example"})
    assert "never mailed again" in answer.text
    assert client.post("/desk/readers/suppress", data=form | {"address": ANN, "reason": ""}).status_code == 422
    with db.reading() as session:
        assert len(suppressed(session, [ANN, "bo@x.example"], [KEY])) == 2


@pytest.mark.parametrize(
    ("path", "role"),
    [("/desk/readers", Role.EDITOR), ("/desk/readers/suppress", Role.PUBLISHER)],
)
def test_who_may_not_do_it_is_told_so(post, db, ann, path, role):
    answer = post(path, role, address=ANN, reason="x")
    assert answer.status_code == 403
    assert ANN not in answer.text


@pytest.mark.parametrize("path", ["/desk/readers", "/desk/readers/suppress"])
def test_another_sites_form_finds_and_changes_nothing(post, client, db, ann, path):
    post("/desk/readers", address=ANN)
    answer = client.post(path, data={"csrf": "guessed", "address": ANN, "reason": "x"})
    assert answer.status_code == 403
    assert ANN not in answer.text
    with db.reading() as session:
        assert suppressed(session, [ANN], [KEY]) == set()
