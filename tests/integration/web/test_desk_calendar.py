"""The calendar of past and coming weeks."""

import pytest
from lxml import html

from newsletter.editors.models import Role
from newsletter.issues.models import IssueState
from newsletter.sending.models import Round, Wave
from tests.support.seats import Seat
from tests.support.world import NOW, make_issue, make_region

HOSTILE = '<script>alert(1)</script> {{7*191}} "quoted"'


@pytest.fixture
def weeks(db):
    """Mexico's issues of three weeks, Spain's of one; the round of one week with a wave that is held."""
    with db.writing() as session:
        mexico, spain = make_region(session), make_region(session, "ES")
        make_issue(session, mexico, "2026-W18", state=IssueState.OUT)
        make_issue(session, mexico, "2026-W19", state=IssueState.SKIPPED, note=HOSTILE)
        make_issue(session, mexico, "2026-W20")
        make_issue(session, spain, "2026-W20", state=IssueState.APPROVED)
        times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at"), NOW)
        round = Round(schedule_id=mexico.schedule_id, week="2026-W18", **times)
        round.waves = [Wave(opens_at=NOW, time_zones=["Asia/Tokyo"], held_at=NOW)]
        session.add(round)


def week_of(page, week):
    return page.xpath(f"//ol[@class='calendar']/li[h2/@id='{week}']")[0]


def test_past_weeks_say_what_was_sent_and_coming_ones_when_they_are_due(client, service, weeks):
    page = html.fromstring(Seat(service, client, Role.EDITOR).get("/desk/calendar").text)
    names = page.xpath("//ol[@class='calendar']/li/h2/@id")
    assert names == [f"2026-W{number}" for number in range(23, 15, -1)]
    assert week_of(page, "2026-W20").get("class") == "now"
    assert week_of(page, "2026-W18").xpath(".//a/@href") == ["/desk/rounds/1", "/desk/issues/1"]
    assert "1 wave is held" in week_of(page, "2026-W18").text_content()
    assert week_of(page, "2026-W20").xpath(".//ul[@class='chips']//a/@href") == ["/desk/issues/4", "/desk/issues/3"]
    coming = week_of(page, "2026-W22")
    assert [time.get("datetime")[:16] for time in coming.xpath(".//time")] == [
        "2026-05-27T17:00",
        "2026-05-28T17:00",
        "2026-05-29T19:00",
    ]


def test_what_an_editor_wrote_runs_nowhere_and_other_regions_are_not_shown(client, service, weeks):
    seat = Seat(service, client, Role.REPORTER, regions=("MX",))
    page = seat.get("/desk/calendar").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "1337" not in page
    assert "Spain" not in page
    assert "/desk/issues/" not in page  # which a reporter may not open


def test_other_weeks_are_in_the_address(client, service, weeks):
    seat = Seat(service, client, Role.EDITOR)
    page = html.fromstring(seat.get("/desk/calendar?week=2025-W01").text)
    assert page.xpath("//nav[@aria-label='Weeks']/a/@href") == [
        "/desk/calendar?week=2025-W09",
        "/desk/calendar",
        "/desk/calendar?week=2024-W45",
    ]
    assert seat.get("/desk/calendar?week=2026-W77").status_code in (400, 422)
    assert seat.get("/desk/calendar?week=9999-W52").status_code == 200
