"""In which language the desk speaks, and by which clock: by the browser, by choice, and by the command line."""

import pytest
from sqlalchemy import select

from newsletter.editors.models import Editor, Role
from newsletter.editors.service import add_editor, editor_by_address, speak
from newsletter.editors.signing_in import make_link
from newsletter.sending.models import Notice
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.world import make_event, make_issue, make_region, make_story

ADA = "ada@newsroom.example"
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


@pytest.fixture
def cookie(client, db, clock):
    """Ada, a reporter, is signed in."""
    with db.writing() as session:
        editor = add_editor(session, ADA, name="Ada", role=Role.REPORTER)
        link = make_link(session, editor, clock.now())
    client.post(f"/desk/sign-in/{link}")
    return client.cookies["desk"]


def choose(client, cookie, language):
    return client.post("/desk/language", data={"csrf": csrf_token(cookie, KEY), "language": language})


def test_the_desk_speaks_as_the_browser_asks_for_it(client, cookie):
    page = client.get("/desk", headers=SPANISH).text
    assert '<html lang="es-419" dir="ltr">' in page
    assert "Esta semana" in page
    assert '<html lang="en" dir="ltr">' in client.get("/desk").text


def test_what_an_editor_chose_goes_before_what_their_browser_asks_for(client, db, cookie):
    answer = choose(client, cookie, "es")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sessions#desk-language")
    assert "Esta semana" in client.get("/desk", headers={"Accept-Language": "en"}).text
    assert "selected" in client.get("/desk/sessions").text.partition('value="es"')[2][:30]
    client.post("/desk/sign-in", data={"address": ADA})
    with db.reading() as session:
        assert session.scalars(select(Notice.language)).one() == "es"
    choose(client, cookie, "")
    assert "This week" in client.get("/desk").text


def test_a_language_that_the_desk_does_not_speak_is_not_kept_nor_what_another_site_chose(client, db, cookie):
    assert client.post("/desk/language", data={"csrf": "x", "language": "es"}).status_code == 403
    for language in ("fr", "ar", "xx", '"><script>', "es" * 100):
        assert choose(client, cookie, language).status_code == 303
        with db.reading() as session:
            assert session.scalars(select(Editor.language)).one() is None
    with db.writing() as session:
        speak(editor_by_address(session, ADA), "fr")  # as a row of a later version could hold it
    assert "This week" in client.get("/desk", headers={"Accept-Language": "fr"}).text


def test_where_one_signs_in_the_browser_decides(client, db):
    page = client.get("/desk", headers=SPANISH)
    assert page.status_code == 401
    assert '<html lang="es" dir="ltr">' in page.text
    assert "Enviarme un enlace" in page.text


def test_what_is_refused_is_said_in_the_language_of_the_editor(client, db, cookie):
    choose(client, cookie, "es")
    refused = client.get("/desk/readers", headers={"Accept-Language": "en"})
    assert refused.status_code == 403
    assert "Tu permiso no alcanza para esto." in refused.text
    guessed = client.post("/desk/sign-in/guessed", headers=SPANISH)
    assert guessed.status_code == 409
    assert "ya se usó o tiene más de diez minutos" in guessed.text


def test_a_sentence_of_an_error_is_never_html_of_ours(app):
    page = app.state.parts.pages.render("error.html", "en", kind=422, said="<b>100% %(x)s</b>")
    assert "&lt;b&gt;100% %(x)s&lt;/b&gt;" in page


def test_regions_dates_and_numbers_are_told_in_the_language(client, db, cookie):
    with db.writing() as session:
        make_issue(session, make_region(session, "DE"), items=[make_event(session, [make_story(session)])])
    page = client.get("/desk", headers=SPANISH).text
    assert "Alemania" in page
    assert "may 2026" in page
    assert "1 nota<" in page
    assert "Falta que alguien que publica lo apruebe." in page


def set_clock(client, cookie, zone):
    return client.post("/desk/clock", data={"csrf": csrf_token(cookie, KEY), "time_zone": zone})


def test_what_is_due_is_told_by_the_clock_of_the_region_and_that_of_the_editor(client, db, cookie):
    with db.writing() as session:
        make_issue(session, make_region(session, "MX"), items=[make_event(session, [make_story(session)])])
    approve = "Approve by"
    assert "May 14, 2026, 17:00 UTC" in client.get("/desk").text.partition(approve)[2]
    answer = set_clock(client, cookie, "Asia/Kathmandu")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sessions#desk-clock")
    card = client.get("/desk").text.partition(approve)[2].partition("</li>")[0]
    assert "May 14, 2026, 11:00</time> in America/Mexico_City" in card
    assert "May 14, 2026, 22:45 Asia/Kathmandu" in card
    set_clock(client, cookie, "America/Mexico_City")
    assert "·" not in client.get("/desk").text.partition(approve)[2].partition("</li>")[0]


def test_a_clock_that_is_none_is_not_kept_nor_what_another_site_chose(client, db, cookie):
    assert client.post("/desk/clock", data={"csrf": "x", "time_zone": "Asia/Tokyo"}).status_code == 403
    for zone in ("Mars/Olympus", '"><script>', "../../etc/passwd", "x" * 10_000):
        assert set_clock(client, cookie, zone).status_code == 422
    with db.reading() as session:
        assert session.scalars(select(Editor.time_zone)).one() is None
