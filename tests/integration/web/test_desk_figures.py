"""Figures on the desk: drawn, as a table, as CSV, for those whose region it is."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import update

from newsletter.editors.models import Role
from newsletter.feedback.clicks import ItemKey, keep_clicks
from newsletter.feedback.figures import Figures
from newsletter.issues.models import Issue, IssueState, OpinionKind
from newsletter.issues.opinions import count_opinion
from newsletter.sending.models import Letter, LetterState
from newsletter.subscribers.reasons import keep_reason
from newsletter.web.app import create_app
from newsletter.web.desk_figures_show import as_csv
from tests.support.browser import Browser
from tests.support.rounds import MEXICO, freeze_at, mexico_with_readers
from tests.support.seats import Seat
from tests.support.world import NOW, make_issue, make_region


@pytest.fixture
def out(service):
    """Issue 1 in round 1 has gone to eight of ten readers."""
    mexico_with_readers(service, 10)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        session.execute(update(Letter).values(state=LetterState.ACCEPTED, ended_at=MEXICO))
        session.execute(update(Letter).where(Letter.id <= 2).values(state=LetterState.REFUSED))


def figures_page(service, client, role=Role.EDITOR):
    return html.fromstring(Seat(service, client, role).get("/desk/issues/1/figures").text)


def test_figures_stand_in_a_table_and_nothing_is_drawn_that_there_is_nothing_to_compare_with(client, service, out):
    page = figures_page(service, client)
    assert page.xpath("//svg[@class='pieces']/rect/title/text()") == ["accepted: 8", "refused: 2"]
    assert page.xpath("//svg[@class='chart']") == []
    assert "There is no earlier issue" in page.text_content()
    rows = {row.xpath("string(th)"): row.xpath("td[1]/text()")[0] for row in page.xpath("(//table)[1]/tbody/tr")}
    assert (rows["accepted"], rows["refused"], rows["left"]) == ("8", "2", "0")
    assert "clicks" not in rows
    assert "not known" in page.text_content()


def test_beside_earlier_issues_only_what_there_is_is_drawn(client, service, out):
    with service.db.writing() as session:
        make_issue(session, session.get_one(Issue, 1).region, "2026-W19", state=IssueState.OUT)
        count_opinion(session, 1, OpinionKind.TOO_MUCH)
    page = figures_page(service, client)
    assert page.xpath("//ul[@class='charts']//h3/text()") == ["accepted", "refused", "too much"]
    assert all(page.get_element_by_id(name) is not None for name in page.xpath("//svg[@class='chart']/desc/@id"))
    assert "Nothing to draw, in this issue or before: unknown, skipped, bounced, complaints, left, not my region." in (
        " ".join(page.text_content().split())
    )


@pytest.fixture
def opened(service, out):
    """Ten clicks on three items of issue 1, and twenty on those of the week before; the service counts clicks."""
    with service.db.writing() as session:
        earlier = make_issue(session, session.get_one(Issue, 1).region, "2026-W19", state=IssueState.OUT)
        keep_clicks(
            session, {ItemKey(1, 1): 4, ItemKey(1, 2): 6, ItemKey(earlier.id, 1): 15, ItemKey(earlier.id, 2): 5}
        )


def test_clicks_stand_by_item_beside_what_its_place_usually_has(client, service, opened):
    page = figures_page(service, client)
    table = page.xpath("//section[@aria-labelledby='opened']//tbody/tr")
    cells = [[" ".join(cell.text_content().split()) for cell in row.xpath("td")] for row in table]
    assert cells[:2] == [["4", "40.0 %", "75.0 %"], ["6", "60.0 %", "25.0 %"]]
    rows = {row.xpath("string(th)"): row.xpath("td/text()") for row in page.xpath("(//table)[1]/tbody/tr")}
    assert (rows["clicks"][0], rows["clicks"][-1]) == ("10", "20")


def test_clicks_are_in_the_csv_by_item_and_on_the_rounds_page(client, service, opened):
    seat = Seat(service, client, Role.EDITOR)
    told = seat.get("/desk/issues/1/figures.csv").text
    assert "MX,2026-W20,1,clicks,,10" in told
    assert "MX,2026-W20,1,clicks,item 2,6" in told
    assert "clicks" in html.fromstring(seat.get("/desk/rounds/1/figures").text).xpath("//th/text()")


@pytest.mark.parametrize("counts", [True, False])
def test_of_clicks_nothing_is_said_where_none_are_counted(service, out, counts):
    chosen = replace(service, settings=service.settings.model_copy(update={"count_clicks": counts}))
    with Browser(create_app(chosen), "https://news.example") as browser:
        seat = Seat(chosen, browser, Role.EDITOR)
        text = html.fromstring(seat.get("/desk/issues/1/figures").text).text_content()
        assert ("No story of it was opened from a letter yet." in text) is counts
        assert "clicks" not in seat.get("/desk/issues/1/figures.csv").text


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


def test_why_readers_leave_stands_week_by_week_with_their_words_and_as_csv(client, service):
    with service.db.writing() as session:
        for reason, words, ago in (
            ("often", "", 0),
            ("often", "<b>every day?</b>", 7),
            ("topic", "", 7),
            ("other", "x", 200),
        ):
            keep_reason(session, reason, words, NOW - timedelta(days=ago))
    seat = Seat(service, client, Role.PUBLISHER)
    page = html.fromstring(seat.get("/desk/leaving").text)
    rows = [row.xpath("th/text() | td/text()") for row in page.xpath("//tbody/tr")]
    assert len(rows) == 13
    assert rows[:2] == [["2026-W20", "1", "0", "0", "0", "1"], ["2026-W19", "1", "1", "0", "0", "2"]]
    assert page.xpath("//section[@aria-labelledby='words']//li/p[1]/text()") == ["<b>every day?</b>", "x"]
    assert page.xpath("//svg[@class='chart']/desc/text()")[0].endswith("W19: 2; W20: 1")
    told = seat.get("/desk/leaving.csv").text.splitlines()
    assert told[0] == "week,reason,count"
    assert "2026-W19,topic,1" in told
    assert len(told) == 1 + 13 * 4


def test_where_nobody_said_why_they_left_nothing_is_drawn(client, service):
    page = html.fromstring(Seat(service, client, Role.PUBLISHER).get("/desk/leaving").text)
    assert page.xpath("//svg") == []
    assert "Nobody has said why in the last 13 weeks." in page.text_content()
