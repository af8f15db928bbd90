"""Weights at the desk: what past weeks would have carried, with nothing changed, and the file to take away."""

import tomllib

import pytest
from sqlalchemy import select

from newsletter.db import Database
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, limit_to
from newsletter.editors.signing_in import make_link
from newsletter.issues.drafting import draft
from newsletter.issues.models import Issue, Item
from newsletter.issues.weighing import KEY, WeightsFolder
from newsletter.picking.weights import USUAL, parse
from newsletter.regions.service import region
from tests.support.world import NOW, make_event, make_region, make_source, make_story

PAGE = "/desk/regions/MX/weights"


@pytest.fixture
def db(database_url, tmp_path):
    """As bootstrap hands it out: with the folder of weights, which is empty."""
    database = Database(database_url, {KEY: WeightsFolder(tmp_path)})
    yield database
    database.close()


@pytest.fixture
def world(db):
    """A letter of one item for Mexico: two papers tell of a museum, one tells of a crash with 90 dead."""
    with db.writing() as session:
        make_region(session, "ES")
        mexico = make_region(session, minimum_items=1, item_count=1)
        papers = [make_source(session, name) for name in ("The Gazette", "The Herald")]
        opening = [
            make_story(session, title, source=paper, summary=f"So says {paper.name}.")
            for paper, title in zip(
                papers, ("<i>Museum</i> opens in Puebla", "Puebla has a museum of bells"), strict=True
            )
        ]
        make_event(session, opening)
        crash = make_story(session, "Train crash in Colima", source=papers[0], summary="In the crash 90 people died.")
        make_event(session, [crash])
        draft(session, mexico, "2026-W20", NOW)


@pytest.fixture
def sign_in(client, db, clock):
    def sign_in(role=Role.EDITOR, *regions):
        with db.writing() as session:
            editor = add_editor(session, "ada@newsroom.example", name="Ada", role=role)
            limit_to(session, editor, [region(session, code) for code in regions], clock.now())
            link = make_link(session, editor, clock.now())
        client.post(f"/desk/sign-in/{link}")

    return sign_in


def test_a_page_shows_what_counts_now_and_picks_nothing_until_it_is_asked(client, world, sign_in):
    sign_in()
    page = client.get(PAGE).text
    assert 'name="severity" value="2"' in page
    assert 'name="most_a_source" value="0.3333"' in page
    assert "2026-W20" not in page


def test_other_weights_show_what_comes_and_what_goes_and_change_nothing(client, db, world, sign_in):
    sign_in()
    with db.reading() as session:
        (before,) = session.scalars(select(Item))
        version = session.scalars(select(Issue.version)).one()
    assert "Train crash" in before.headline
    page = client.get(f"{PAGE}?severity=0&reach=0&sources=9").text
    assert "In: 1. Out: 1. Moved: 0." in page
    assert "useum" in page.split("<tbody>")[1].split("</tr>")[0]
    assert "Train crash in Colima" in page.split('class="left"')[1]
    assert "<i>" not in page
    assert "Holds now: 2." in page
    with db.reading() as session:
        assert [item.event_id for item in session.scalars(select(Item))] == [before.event_id]
        assert session.scalars(select(Issue.version)).one() == version


def test_the_weights_that_hold_pick_what_was_picked(client, world, sign_in):
    sign_in()
    assert "In: 0. Out: 0. Moved: 0." in client.get(f"{PAGE}?severity=2").text


def test_the_file_holds_the_weights_that_were_tried_and_can_be_read_back(client, world, sign_in):
    sign_in()
    answer = client.get("/desk/regions/MX/weights.toml?severity=0,5&weeks=4&nonsense=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="MX.toml"'
    assert tomllib.loads(answer.text)["score"]["severity"] == 0.5
    read = parse(answer.text, "MX.toml")
    assert (read.severity, read.sources, round(read.most_a_source, 2)) == (0.5, USUAL.sources, 0.33)


def test_numbers_that_cannot_be_used_are_marked_and_nothing_is_tried(client, world, sign_in):
    sign_in()
    answer = client.get(PAGE, params={"severity": "<script>", "reach": "11", "sources": "1"})
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 2
    assert "It must be a number from 0 to 10." in answer.text
    assert "2026-W20" not in answer.text
    assert "<script>" not in answer.text
    assert client.get(f"{PAGE}.toml", params={"severity": "many"}).status_code == 422


def test_the_region_s_own_file_is_what_holds_and_a_wrong_one_is_told(client, world, sign_in, tmp_path):
    sign_in()
    (tmp_path / "MX.toml").write_text("[score]\nseverity = 0.25\n")
    assert 'name="severity" value="0.25"' in client.get(PAGE).text
    (tmp_path / "MX.toml").write_text("[score]\nseverity = 99\n")
    page = client.get(PAGE).text
    assert 'name="severity" value="2"' in page
    assert "Picked with the usual weights." in page


def test_a_region_without_issues_says_so(client, world, sign_in):
    sign_in()
    assert "no issues yet" in client.get("/desk/regions/ES/weights?severity=1").text


@pytest.mark.parametrize(
    ("role", "regions", "status"), [(Role.REPORTER, (), 403), (Role.EDITOR, ("ES",), 403), (Role.EDITOR, ("MX",), 200)]
)
def test_only_editors_of_the_region_see_its_weights(client, world, sign_in, role, regions, status):
    assert "sign-in" in client.get(PAGE).text
    sign_in(role, *regions)
    assert {client.get(path).status_code for path in (PAGE, f"{PAGE}.toml")} == {status}


def test_what_is_no_region_and_more_weeks_than_an_editor_waits_for_are_refused(client, world, sign_in):
    sign_in(Role.ADMIN)
    assert [client.get(f"/desk/regions/{code}/weights").status_code for code in ("PE", "nowhere")] == [404, 404]
    assert {client.get(f"{PAGE}?weeks={weeks}").status_code for weeks in ("0", "13", "x")} == {404}
