"""Who may come to the desk, as an admin sees to it there."""

import pytest
from sqlalchemy import select

from newsletter.editors.models import Editor, LogEntry, Role
from newsletter.editors.service import add_editor, find_editor
from newsletter.editors.signing_in import make_link, sign_in, signed_in
from tests.support.seats import Seat
from tests.support.world import make_region

BEA = "bea@newsroom.example"


@pytest.fixture
def admin(service, client):
    return Seat(service, client, Role.ADMIN)


def editor(db, address=BEA):
    with db.reading() as session:
        found = find_editor(session, address)
        return found and (found.id, found.role, sorted(region.code for region in found.regions))


def log_of(db):
    with db.reading() as session:
        return session.scalars(select(LogEntry).where(LogEntry.actor == "A admin").order_by(LogEntry.id)).all()


def test_somebody_is_let_in_changed_and_removed_and_the_log_says_so_without_an_address(admin, db, clock):
    with db.writing() as session:
        make_region(session, "MX")
    assert admin.post("/desk/people", name="Bea", address=" BEA@newsroom.example", role="editor").status_code == 303
    number, *rest = editor(db)
    assert rest == [Role.EDITOR, []]
    with db.writing() as session:
        _, cookie = sign_in(session, make_link(session, session.get(Editor, number), clock.now()), clock.now())
    admin.post(f"/desk/people/{number}", address=BEA, role="publisher", region="MX")
    assert editor(db) == (number, Role.PUBLISHER, ["MX"])
    with db.reading() as session:
        assert signed_in(session, cookie, clock.now()) is None
    admin.post(f"/desk/people/{number}", address="b@newsroom.example", role="publisher", region="MX")
    assert editor(db, "b@newsroom.example")[0] == number
    assert admin.post(f"/desk/people/{number}/remove").status_code == 422
    admin.post(f"/desk/people/{number}/remove", sure="yes")
    assert editor(db, "b@newsroom.example") is None
    acts = [entry.action for entry in log_of(db)]
    assert acts == ["editor added", "role changed", "regions changed", "address changed", "editor removed"]
    assert not any("@" in str(entry.details) + entry.subject for entry in log_of(db))


def test_an_unchanged_form_signs_nobody_out(admin, db, clock):
    with db.writing() as session:
        bea = add_editor(session, BEA, name="Bea")
        _, cookie = sign_in(session, make_link(session, bea, clock.now()), clock.now())
        number = bea.id
    admin.post(f"/desk/people/{number}", address=BEA, role="editor")
    with db.reading() as session:
        assert signed_in(session, cookie, clock.now()) is not None
    assert log_of(db) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "address": BEA, "role": "editor"}, "needs a name"),
        ({"name": "Bea", "address": "bea", "role": "editor"}, "@"),
        ({"name": "Bea", "address": BEA, "role": "owner"}, "Choose what they may do."),
        ({"name": "Bea", "address": BEA, "role": "editor", "region": "ZZ"}, "is not on any more"),
        ({"name": "Bea", "address": "admin@newsroom.example", "role": "editor"}, "is an editor already"),
    ],
)
def test_a_wish_that_cannot_be_is_answered_by_a_sentence_and_what_was_written_stays(admin, db, fields, said):
    refused = admin.post("/desk/people", **fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'name="address" value="{fields["address"]}"' in refused.text
    with db.reading() as session:
        assert len(session.scalars(select(Editor)).all()) == 1


def test_the_last_admin_of_all_regions_can_neither_go_nor_become_less(admin, db):
    with db.writing() as session:
        make_region(session, "MX")
    me = "/desk/people/1"
    mine = {"address": "admin@newsroom.example"}
    for refused in (
        admin.post(me, role="publisher", **mine),
        admin.post(me, role="admin", region="MX", **mine),
        admin.post(f"{me}/remove", sure="yes"),
    ):
        assert refused.status_code == 409
        assert "One admin of all regions must be left" in refused.text
    with db.writing() as session:
        add_editor(session, BEA, name="Bea", role=Role.ADMIN)
    assert admin.post(f"{me}/remove", sure="yes").status_code == 303


def test_names_that_are_html_are_shown_as_text(admin, db):
    with db.writing() as session:
        add_editor(session, BEA, name="<img src=x onerror=alert(1)>")
    page = admin.get("/desk/people").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
