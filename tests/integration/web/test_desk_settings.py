"""Settings on the desk: shown without secrets, and values tried before anybody sets them."""

import pytest
from lxml import html
from pydantic import SecretStr

from newsletter.bootstrap import Service
from newsletter.editors.models import Role
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.seats import Seat

HOSTILE = '"><script>alert(1)</script> {{7*191}}'


@pytest.fixture
def service(settings, db, clock, redis_client):
    settings = settings.model_copy(update={"relay_url": SecretStr("smtps://someone:hunter2@smtp.example:465")})
    return Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def client(service):
    with Browser(create_app(service), "https://news.example") as browser:
        yield browser


def said(page):
    return html.fromstring(page.text).get_element_by_id("said").text_content().strip()


def test_every_setting_is_shown_and_no_secret_is(client, service):
    page = Seat(service, client, Role.ADMIN).get("/desk/settings")
    assert page.text.count("<tr id=") > 60
    assert "(secret)" in page.text
    for secret in ("hunter2", KEY):
        assert secret not in page.text
    assert "This is a sample; letters need a sender" in page.text


def test_a_value_is_checked_by_the_button_and_by_the_script_alike(client, service):
    seat = Seat(service, client, Role.ADMIN)
    page = seat.post("/desk/settings/check", field="canary", value="5%")
    assert said(page) == "It would do."
    assert "NEWSLETTER_CANARY=5%" in page.text
    assert said(seat.post("/desk/settings/check", field="canary", value="lots")).startswith("must be a number")
    fields = {"csrf": seat.csrf, "field": "canary", "value": "lots"}
    answer = client.post("/desk/settings/check", data=fields, headers={"Accept": "application/json"})
    assert answer.json()["problem"].startswith("must be a number")
    answer = client.post("/desk/settings/check", data=fields | {"value": "7"}, headers={"Accept": "application/json"})
    assert answer.json() == {"problem": None}


def test_the_script_that_checks_while_one_types_is_there(client, service):
    page = html.fromstring(Seat(service, client, Role.ADMIN).get("/desk/settings").text)
    (script,) = page.xpath("//script/@src")
    answer = client.get(script)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")


def test_what_is_typed_runs_nowhere_and_a_secret_is_not_said_back(client, service):
    seat = Seat(service, client, Role.ADMIN)
    page = seat.post("/desk/settings/check", field="canary", value=HOSTILE).text
    assert "<script>alert" not in page
    assert "1337" not in page
    for value in ("smtps://a:opensesame@b:465", "nonsense-opensesame"):
        assert "opensesame" not in seat.post("/desk/settings/check", field="relay_url", value=value).text


def test_settings_are_for_admins_of_all_regions(client, service):
    admin = Seat(service, client, Role.ADMIN)
    assert admin.post("/desk/settings/check", field="canary", value="5", csrf="guessed").status_code == 403
    assert admin.post("/desk/settings/check", field="no_such", value="5").status_code == 404
    publisher = Seat(service, client, Role.PUBLISHER)
    assert publisher.get("/desk/settings").status_code == 403
    assert publisher.post("/desk/settings/check", field="canary", value="5").status_code == 403


def test_a_variable_that_is_no_setting_is_shown_by_name_and_never_by_value(client, service, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_RELAYURL", "smtps://someone:hunter3@smtp.example")
    monkeypatch.setenv("NEWSLETTER_<B>BOLD", "hunter3")
    text = Seat(service, client, Role.ADMIN).get("/desk/settings").text
    assert "NEWSLETTER_RELAYURL</code> is set, and is no setting" in text
    assert "Did you mean NEWSLETTER_RELAY_URL?" in text
    assert "NEWSLETTER_&lt;B&gt;BOLD" in text
    assert "hunter3" not in text


def test_what_a_setting_is_for_is_told_in_the_editors_language(client, service):
    seat = Seat(service, client, Role.ADMIN)
    text = client.get("/desk/settings", headers={"Accept-Language": "es"}).text
    assert seat
    assert "Dirección pública de las páginas. Vacío:" in text
    assert "Public address of the pages." not in text
