"""Figures on the desk: drawn, as a table, as CSV, for those whose region it is."""

import csv
import io

import pytest
from lxml import html
from sqlalchemy import update

from newsletter.editors.models import Role
from newsletter.feedback.figures import Figures
from newsletter.sending.models import Letter, LetterState
from newsletter.web.desk_figures_show import as_csv
from tests.support.rounds import MEXICO, freeze_at, mexico_with_readers
from tests.support.seats import Seat
from tests.support.world import make_region


@pytest.fixture
def out(service):
    """Issue 1 in round 1 has gone to eight of ten readers."""
    mexico_with_readers(service, 10)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        session.execute(update(Letter).values(state=LetterState.ACCEPTED, ended_at=MEXICO))
        session.execute(update(Letter).where(Letter.id <= 2).values(state=LetterState.REFUSED))


def test_figures_are_drawn_and_stand_in_a_table_beside_it(client, service, out):
    page = html.fromstring(Seat(service, client, Role.EDITOR).get("/desk/issues/1/figures").text)
    assert page.xpath("//svg[@class='pieces']/rect/title/text()") == ["accepted: 8", "refused: 2"]
    assert len(page.xpath("//svg[@class='chart']")) == len(page.xpath("//h3")) == 9
    assert all(page.get_element_by_id(name) is not None for name in page.xpath("//svg[@class='chart']/desc/@id"))
    rows = {row.xpath("string(th)"): row.xpath("td[1]/text()")[0] for row in page.xpath("(//table)[1]/tbody/tr")}
    assert (rows["accepted"], rows["refused"], rows["left"]) == ("8", "2", "0")
    assert "not known" in page.text_content()


def test_the_same_numbers_are_a_csv_without_formulas(client, service, out):
    seat = Seat(service, client, Role.EDITOR)
    answer = seat.get("/desk/issues/1/figures.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="figures-MX-2026-W20.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(row["figure"], row["reason"], row["count"]) for row in rows} >= {
        ("accepted", "", "8"),
        ("refused", "", "2"),
        ("refused", "not known", "2"),
    }
    hostile = as_csv([Figures(1, "=cmd|' /C calc'!A0", "@week", 1)], "x").body.decode()
    assert "\n=cmd" not in hostile
    assert "'=cmd" in hostile


def test_a_rounds_page_links_the_figures_of_each_of_its_issues(client, service, out):
    seat = Seat(service, client, Role.EDITOR)
    page = html.fromstring(seat.get("/desk/rounds/1/figures").text)
    assert page.xpath("//tbody//a/@href") == ["/desk/issues/1/figures"]
    assert "MX,2026-W20,1,accepted,,8" in seat.get("/desk/rounds/1/figures.csv").text
    assert seat.get("/desk/rounds/7/figures").status_code == 404


def test_figures_are_for_editors_of_the_region(client, service, out):
    with service.db.writing() as session:
        make_region(session, "ES")
    assert Seat(service, client, Role.REPORTER).get("/desk/issues/1/figures").status_code == 403
    other = Seat(service, client, Role.EDITOR, regions=("ES",))
    for path in ("/desk/issues/1/figures", "/desk/issues/1/figures.csv"):
        assert other.get(path).status_code == 403
    assert "MX" not in other.get("/desk/rounds/1/figures.csv").text
    assert "/desk/issues/1" not in other.get("/desk/rounds/1/figures").text
