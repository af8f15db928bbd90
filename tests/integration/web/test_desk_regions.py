"""Regions and schedules on the desk."""

import pytest
from lxml import html
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.regions.models import Approval, Region
from tests.support.seats import Seat
from tests.support.world import make_region, make_subscriber


@pytest.fixture
def world(db):
    """Mexico with two readers, Spain with one; Peru was switched off."""
    with db.writing() as session:
        mexico, spain = make_region(session), make_region(session, "ES", time_zone="Europe/Madrid")
        make_region(session, "PE", time_zone="America/Lima", active=False)
        make_subscriber(session, mexico, spain)
        make_subscriber(session, mexico)


def region(db, code="MX"):
    with db.reading() as session:
        return session.scalars(select(Region).where(Region.code == code)).one_or_none()


def last_entry(db):
    with db.reading() as session:
        return session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()


def test_regions_stand_on_the_map_and_in_the_list_with_readers_and_what_comes_next(client, service, world):
    page = html.fromstring(Seat(service, client, Role.REPORTER).get("/desk/regions").text)
    assert page.xpath("//svg[@class='world']//a/@aria-label") == ["Spain", "Mexico"]
    rows = {row.xpath("string(th)").split()[-1]: row for row in page.xpath("//tbody/tr")}
    assert rows["Mexico"].xpath("td[1]/text()") == ["2"]
    assert rows["Mexico"].xpath(".//time/@datetime")[1] == "2026-05-15T13:00:00+00:00"
    assert rows["Spain"].xpath(".//time/@datetime")[1] == "2026-05-15T05:00:00+00:00"
    assert "Switch on" not in page.text_content()


def test_an_admin_finds_a_region_switches_it_on_and_off_again(client, db, service, world):
    admin = Seat(service, client, Role.ADMIN)
    page = html.fromstring(admin.get("/desk/regions?find=jalisco").text)
    assert "/desk/regions/MX-JAL/on" in page.xpath("//form/@action")
    assert admin.post("/desk/regions/MX-JAL/on").headers["location"] == "/desk/regions/MX-JAL"
    assert region(db, "MX-JAL").active
    assert admin.post("/desk/regions/MX-JAL/off").status_code in (400, 422)
    assert region(db, "MX-JAL").active
    assert admin.post("/desk/regions/MX-JAL/off", sure="yes").status_code == 303
    assert not region(db, "MX-JAL").active
    assert (last_entry(db).action, last_entry(db).subject) == ("region switched off", "region MX-JAL")
    assert admin.post("/desk/regions/Atlantis/on").status_code == 404


def test_a_change_is_checked_kept_and_logged_with_what_was_before(client, db, service, world):
    admin = Seat(service, client, Role.ADMIN)
    assert admin.get("/desk/regions/MX").status_code == 200
    assert admin.post("/desk/regions/MX", item_count="12", approval="automatic", code="ES", id="2").status_code == 303
    assert (region(db).item_count, region(db).approval, region(db).code) == (12, Approval.AUTOMATIC, "MX")
    assert last_entry(db).details == {
        "before": {"item_count": 10, "approval": "required"},
        "after": {"item_count": 12, "approval": "automatic"},
    }
    for wrong in ({"item_count": "x"}, {"item_count": "0"}, {"time_zone": "Mars/Olympus"}, {"approval": "never"}):
        assert admin.post("/desk/regions/MX", **wrong).status_code in (400, 422)
    assert admin.post("/desk/regions/MX", schedule="none such").status_code == 404
    assert region(db).item_count == 12


def test_others_look_and_change_nothing(client, db, service, world):
    paths = ("/desk/regions/MX", "/desk/regions/PE/on", "/desk/regions/MX/off", "/desk/schedules/weekly")
    publisher = Seat(service, client, Role.PUBLISHER)
    assert [publisher.post(path, sure="yes").status_code for path in paths] == [403] * 4
    limited = Seat(service, client, Role.ADMIN, regions=("ES",))
    assert [limited.post(path, sure="yes").status_code for path in paths] == [403] * 4
    assert limited.get("/desk/regions/MX").status_code == 403
    assert "Mexico" not in limited.get("/desk/regions").text
    admin = Seat(service, client, Role.ADMIN)
    assert [admin.post(path, sure="yes", csrf="guessed").status_code for path in paths] == [403] * 4
    assert region(db).active
    assert not region(db, "PE").active
