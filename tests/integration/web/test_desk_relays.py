"""Relays on the desk: how they do, and a test mail over real SMTP to whoever asks."""

import pytest
from lxml import html
from pydantic import SecretStr
from sqlalchemy import select, update

from newsletter.bootstrap import Service
from newsletter.editors.models import LogEntry, Role
from newsletter.sending.models import Letter, LetterState
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.rounds import MEXICO, freeze_at, mexico_with_readers
from tests.support.seats import Seat

HOSTILE = "<script>alert(1)</script> {{7*191}} no such user"


@pytest.fixture
def service(settings, db, clock, redis_client, sink):
    """A relay that answers, and one that does not."""
    urls = f"smtp://127.0.0.1:{sink.port},smtp://someone:hunter2@127.0.0.1:1?connections=7&max_rate_per_second=50"
    settings = settings.model_copy(update={"relay_url": SecretStr(urls), "relay_timeout_seconds": 5})
    return Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def client(service):
    with Browser(create_app(service), "https://news.example") as browser:
        yield browser


def told(answer):
    """What the page says of the test mail."""
    return " ".join(html.fromstring(answer.text).xpath("//p[@role='status']")[0].text_content().split())


def test_a_test_mail_goes_to_the_editor_who_asks_and_to_nobody_else(client, db, service, sink):
    seat = Seat(service, client, Role.ADMIN)
    answer = seat.post("/desk/relays/1/test", to="victim@readers.example", address="victim@readers.example")
    assert "It took the test mail to admin@newsroom.example" in told(answer)
    assert sink.recipients == ["admin@newsroom.example"]
    assert f"127.0.0.1:{sink.port}" in sink.received[0].message["Subject"]
    with db.reading() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert (entry.action, entry.details["accepted"]) == ("relay tested", True)


def test_what_a_relay_says_against_it_is_shown_and_runs_nowhere(client, service, sink):
    sink.rule("RCPT", f"550 5.7.1 {HOSTILE}")
    answer = Seat(service, client, Role.ADMIN).post("/desk/relays/1/test")
    assert f"It did not take the test mail. 550 5.7.1 {HOSTILE}" in told(answer)
    assert "<script>alert" not in answer.text


def test_a_relay_that_does_not_answer_says_so_without_its_password(client, service):
    answer = Seat(service, client, Role.ADMIN).post("/desk/relays/2/test")
    assert "does not answer" in told(answer)
    assert "hunter2" not in answer.text


def test_only_relays_of_the_settings_are_connected_to_and_only_for_admins(client, service, sink):
    admin = Seat(service, client, Role.ADMIN)
    assert admin.post("/desk/relays/3/test").status_code == 404
    assert admin.post("/desk/relays/0/test").status_code in (404, 422)
    assert admin.post("/desk/relays/1/test", csrf="guessed").status_code == 403
    publisher = Seat(service, client, Role.PUBLISHER)
    assert publisher.get("/desk/relays").status_code == publisher.post("/desk/relays/1/test").status_code == 403
    assert sink.recipients == []


def test_an_admin_who_keeps_pressing_is_asked_to_wait(client, service, sink):
    admin = Seat(service, client, Role.ADMIN)
    answers = [admin.post("/desk/relays/1/test").status_code for _ in range(12)]
    assert answers[:10] == [200] * 10
    assert answers[10:] == [409, 409] or answers[10:] == [400, 400]
    assert len(sink.recipients) == 10


def test_each_relay_shows_its_limits_and_what_it_last_refused(client, service, sink):
    mexico_with_readers(service, 4)
    freeze_at(service, MEXICO)
    name = f"127.0.0.1:{sink.port}"
    with service.db.writing() as session:
        session.execute(update(Letter).values(state=LetterState.ACCEPTED, ended_at=MEXICO, relay=name))
        refused = {"state": LetterState.REFUSED, "reply_code": 550, "reply_text": HOSTILE}
        session.execute(update(Letter).where(Letter.id <= 2).values(refused))
        session.execute(update(Letter).where(Letter.id == 1).values(relay="old.example:25"))
    service.relays.refused("127.0.0.1:1")
    page = html.fromstring(Seat(service, client, Role.ADMIN).get("/desk/relays").text)
    first, second, former = page.xpath("//section")
    assert "accepted 2, refused 1, unknown 0" in first.text_content()
    assert HOSTILE in first.text_content()
    for words in ("0 of at most 7 in use", "at most 50 letters a second", "by user name and password", "refuses us"):
        assert words in second.text_content()
    assert "old.example:25" in former.text_content()
    assert "hunter2" not in page.text_content()
