"""Schedules on the desk: made, changed after a look at what it means, given regions, renamed, removed."""

import pytest
from lxml import html
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.issues.models import IssueState
from newsletter.regions.models import Region, Schedule
from newsletter.sending.rounds import plan_rounds
from tests.support.seats import Seat
from tests.support.world import NOW, make_issue, make_region


@pytest.fixture
def admin(client, service):
    with service.db.writing() as session:
        make_region(session)
        make_region(session, "ES", time_zone="Europe/Madrid")
    return Seat(service, client, Role.ADMIN)


def schedule(db, name="weekly"):
    with db.reading() as session:
        return session.scalars(select(Schedule).where(Schedule.name == name)).one_or_none()


def last_entry(db):
    with db.reading() as session:
        return session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()


def sent_on(page):
    """The fields of the form with which a change is made."""
    (form,) = html.fromstring(page.text).xpath("//main//form")
    return form.get("action"), {field.get("name"): field.get("value") for field in form.xpath(".//input")}


def test_a_change_is_shown_for_what_it_means_and_made_by_the_second_press(admin, db):
    page = admin.post("/desk/schedules/weekly", weekday="5", hour="6", lead_hours="", window_hours="10")
    text = " ".join(html.fromstring(page.text).text_content().split())
    assert page.status_code == 200
    assert "Letters of the schedule weekly would leave like this: Saturday, 06:00. Nothing is changed yet." in text
    assert "May 14, 2026, 17:00 UTC, in Pacific/Kiritimati" in text
    assert "May 15, 2026, 16:00 UTC, in Pacific/Kiritimati" in text
    assert (schedule(db).weekday, schedule(db).hour) == (4, 7)
    action, fields = sent_on(page)
    answer = admin.post(action, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/schedules/weekly")
    changed = schedule(db)
    assert (changed.weekday, changed.hour, changed.lead_hours, changed.window_hours) == (5, 6, 24, 10)
    assert last_entry(db).details == {
        "before": {"weekday": 4, "hour": 7, "window_hours": 12},
        "after": {"weekday": 5, "hour": 6, "window_hours": 10},
    }


@pytest.mark.parametrize("fields", [{"hour": "24"}, {"hour": "x"}, {"weekday": "7"}, {"window_hours": "0"}])
def test_hours_out_of_bounds_are_refused_at_the_first_press(admin, db, fields):
    for sure in ("", "yes"):
        assert admin.post("/desk/schedules/weekly", sure=sure, **fields).status_code in (400, 422)
    assert schedule(db).hour == 7


def test_a_schedule_is_made_given_a_region_renamed_and_not_removed_while_it_is_needed(admin, db):
    made = admin.post("/desk/schedules", name="Long reads", weekday="6", hour="9", lead_hours="48", window_hours="12")
    at = "/desk/schedules/Long%20reads"
    assert made.headers["location"] == at
    assert last_entry(db).action == "schedule added"
    assert admin.post("/desk/schedules", name="long READS").status_code == 409
    page = admin.post(f"{at}/regions", region="ES")
    assert "Spain would leave by the schedule Long reads" in html.fromstring(page.text).text_content()
    action, fields = sent_on(page)
    assert admin.post(action, **fields).status_code == 303
    with db.reading() as session:
        assert session.scalars(select(Region).where(Region.code == "ES")).one().schedule.name == "Long reads"
    assert last_entry(db).details == {"before": {"schedule": "weekly"}, "after": {"schedule": "Long reads"}}
    assert "Regions belong to the schedule Long reads: ES" in admin.get(at).text
    refused = admin.post(f"{at}/remove")
    assert refused.status_code == 409
    assert "Move them to another first" in refused.text
    assert admin.post(f"{at}/rename", to="Sundays").headers["location"] == "/desk/schedules/Sundays"
    assert last_entry(db).details == {"before": {"name": "Long reads"}, "after": {"name": "Sundays"}}
    assert admin.get(at).status_code == 404
    admin.post("/desk/schedules/weekly/regions", region="ES", sure="yes")
    assert admin.post("/desk/schedules/Sundays/remove").status_code == 303
    assert schedule(db, "Sundays") is None
    assert last_entry(db).action == "schedule removed"


def test_no_way_to_another_schedule_mails_an_issue_twice(admin, service, db):
    admin.post("/desk/schedules", name="sunday", weekday="6")
    with db.writing() as session:
        mexico = session.scalars(select(Region).where(Region.code == "MX")).one()
        plan_rounds(session, NOW)
        make_issue(session, mexico, state=IssueState.OUT)
    for path, fields in (
        ("/desk/schedules/sunday/regions", {"region": "MX"}),
        ("/desk/schedules/sunday/regions", {"region": "MX", "sure": "yes"}),
        ("/desk/regions/MX", {"schedule": "sunday"}),
    ):
        answer = admin.post(path, **fields)
        assert answer.status_code == 409
        assert "Readers could get it twice" in answer.text
    with db.reading() as session:
        assert session.get_one(Region, mexico.id).schedule.name == "weekly"


def test_all_schedules_stand_in_a_list_with_what_leaves_next(admin):
    page = html.fromstring(admin.get("/desk/schedules").text)
    (row,) = page.xpath("//tbody/tr")
    assert " ".join(row.text_content().split()) == "weekly Friday, 07:00 May 14, 2026, 17:00 UTC Spain, Mexico"
    assert "/desk/schedules" in html.fromstring(admin.get("/desk/regions").text).xpath("//main//a/@href")


def test_only_admins_of_all_regions_change_schedules(admin, client, service, db):
    paths = ("/weekly", "", "/weekly/regions", "/weekly/rename", "/weekly/remove")
    for role, regions in ((Role.PUBLISHER, ()), (Role.ADMIN, ("ES",))):
        seat = Seat(service, client, role, regions=regions)
        assert [seat.post(f"/desk/schedules{path}", sure="yes").status_code for path in paths] == [403] * 5
        for at in ("/desk/schedules", "/desk/schedules/weekly"):
            page = html.fromstring(seat.get(at).text)
            assert page.xpath("//main//form") == []
            assert ("Mexico" in page.text_content()) is (not regions)
    again = Seat(service, client, Role.ADMIN)
    assert [again.post(f"/desk/schedules{path}", csrf="guessed").status_code for path in paths] == [403] * 5
    for name in ("none%00such", "%2e%2e", "none"):
        assert again.get(f"/desk/schedules/{name}").status_code == 404
