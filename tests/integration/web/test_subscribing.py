"""Asking for the letter on the page and in the box, and confirming it."""

import time
from dataclasses import replace
from ipaddress import ip_network

import pytest
from sqlalchemy import func, select

from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.finding import by_address, consents
from newsletter.subscribers.models import Consent, Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.steps import worked_out
from tests.support.world import make_region, make_subscriber

ANA = "ana@readers.example"


@pytest.fixture(autouse=True)
def regions(db):
    with db.writing() as session:
        make_region(session, "MX", language="es")
        make_region(session, "ES", language="es", time_zone="Europe/Madrid")


def ask(client, address=ANA, region=("MX",), path="/subscribe", **fields):
    return client.post(path, data={"address": address, "region": list(region), "language": "es", **fields})


def ask_and_go_on(client, address):
    """Ask, and where one step more is asked for, take it."""
    answer = ask(client, address=address)
    return ask(client, address=address, **worked_out(answer)) if answer.status_code == 200 else answer


def notices(db):
    with db.reading() as session:
        return [(notice.kind, notice.address) for notice in session.scalars(select(Notice).order_by(Notice.id))]


def reader(db, address=ANA):
    with db.reading() as session:
        return by_address(session, address)


def count(db, table):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def everything(client):
    return (client.status_code, client.headers.get("location"), client.content)


def test_asking_queues_one_mail_and_makes_nobody_a_reader(client, db):
    answer = ask(client, region=("MX", "ES"), shown_in="es")
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe/asked")
    assert client.get("/subscribe/asked").status_code == 200
    ana = reader(db)
    assert (ana.state, ana.language, ana.time_zone) == (SubscriberState.PENDING, "es", "America/Mexico_City")
    assert notices(db) == [(NoticeKind.CONFIRM, ANA)]
    with db.reading() as session:
        [asked] = consents(session, ana)
        assert asked.wording.startswith("Envíenme por correo")
        assert asked.network_digest
        assert "192.0.2.7" not in asked.network_digest


def test_the_box_asks_as_well_and_stays_in_its_frame(client, db):
    answer = ask(client, path="/box", shown_in="es")
    assert (answer.status_code, answer.headers["location"]) == (303, "/box/asked?language=es")
    thanks = client.get(answer.headers["location"])
    assert "frame-ancestors *" in thanks.headers["content-security-policy"]
    with db.reading() as session:
        assert consents(session, by_address(session, ANA))[0].way == "box"


def test_asking_twice_sends_one_mail(client, db):
    ask(client)
    ask(client, region=("ES",))
    assert len(notices(db)) == 1
    assert [s.region.code for s in reader(db).subscriptions] == ["MX", "ES"]


def test_the_answer_is_the_same_for_known_and_unknown(client, db, service, clock):
    with db.writing() as session:
        mexico = session.scalars(select(Subscriber)).first() or make_region(session, "FR")
        make_subscriber(session, mexico, address="reads@readers.example")
        make_subscriber(session, mexico, address="waits@readers.example", state=SubscriberState.PENDING)
        make_subscriber(session, address="left@readers.example", state=SubscriberState.LEFT)
        suppress(session, "never@readers.example", "asked", [KEY], clock.now())
    answers = {
        everything(ask(client, address=f"{who}@readers.example", region=("FR",)))
        for who in ("new", "reads", "waits", "left", "never")
    }
    assert len(answers) == 1


def test_a_suppressed_address_gets_neither_row_nor_mail(client, db, clock):
    with db.writing() as session:
        suppress(session, ANA, "asked", [KEY], clock.now())
    assert ask(client).status_code == 303
    assert notices(db) == []
    assert count(db, Subscriber) == 0


def test_fields_that_the_form_does_not_have_do_nothing(client, db):
    ask(client, state="confirmed", confirmed_at="2020-01-01", key="mine", id="1", hour="3", way="import")
    ana = reader(db)
    assert (ana.state, ana.confirmed_at, ana.hour) == (SubscriberState.PENDING, None, None)
    assert ana.key != "mine"
    with db.reading() as session:
        assert consents(session, ana)[0].way == "page"


def test_a_program_that_fills_in_the_trap_is_thanked_and_forgotten(client, db):
    answer = ask(client, website="https://spam.example")
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe/asked")
    assert count(db, Subscriber) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"address": ""}, "does not look like an e-mail address"),
        ({"address": "ana"}, "does not look like an e-mail address"),
        ({"address": f"{ANA}\r\nBcc: all@readers.example"}, "does not look like an e-mail address"),
        ({"address": f"{ANA}\0"}, ""),
        ({"address": "x" * 30_000}, "does not look like an e-mail address"),
        ({"region": []}, "Choose at least one region"),
        ({"region": ["ZZ"]}, "Choose at least one region"),
        ({"region": ["MX\r\nBcc: x"]}, "Choose at least one region"),
        ({"region": ["'; DROP TABLE subscriber; --"]}, "Choose at least one region"),
    ],
)
def test_a_form_that_cannot_be_used_is_shown_again_with_the_reason(client, db, fields, sentence):
    answer = client.post("/subscribe", data={"address": ANA, "region": ["MX"], **fields})
    if not sentence:  # NUL is left out, as a browser would
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert sentence in answer.text
    assert count(db, Subscriber) == 0
    assert notices(db) == []


def test_what_was_typed_stands_in_the_form_again_as_text(client):
    typed = '"><script>alert(1)</script>'
    answer = client.post("/subscribe", data={"address": typed, "region": ["MX"]})
    assert "&#34;&gt;&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert 'value="MX" checked' in answer.text


def test_someone_who_asks_often_for_one_mailbox_is_thanked_and_nothing_more(client, db, clock):
    for _day in range(6):
        assert ask_and_go_on(client, "ana@readers.example").status_code == 303
    assert count(db, Subscriber) == 1
    assert len(notices(db)) == 1
    assert count(db, Consent) == 3  # beyond three wishes a day nothing is even looked at


def test_a_network_that_asks_very_often_is_told_to_wait(client, db, app):
    for number in range(30):
        assert ask_and_go_on(client, f"r{number}@readers.example").status_code == 303
    answer = ask_and_go_on(client, "r31@readers.example")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    with Browser(app, "https://news.example", address="198.51.100.1") as elsewhere:
        assert ask(elsewhere, address="r31@readers.example").status_code == 303


@pytest.mark.parametrize(("proxy", "last"), [("10.1.2.3", 303), ("203.0.113.9", 429)])
def test_readers_behind_a_proxy_are_told_apart_if_it_is_ours(service, proxy, last):
    settings = service.settings.model_copy(update={"trusted_proxies": [ip_network("10.0.0.0/8")]})
    with Browser(create_app(replace(service, settings=settings)), "https://news.example", address=proxy) as client:
        for number in range(31):
            client.headers["X-Forwarded-For"] = f"198.51.100.{number}"
            answer = ask_and_go_on(client, f"r{number}@readers.example")
    assert answer.status_code == last


def test_without_redis_people_can_still_join(db, service, tmp_path):
    lonely = replace(
        service, settings=service.settings.model_copy(update={"redis_url": f"unix://{tmp_path}/nobody.sock"})
    )
    with Browser(create_app(lonely), "https://news.example") as client:
        assert ask(client).status_code == 303
    assert notices(db) == [(NoticeKind.CONFIRM, ANA)]


def test_a_worker_is_told_by_the_doorbell(client, redis_client):
    ask(client)
    [task] = redis_client.lrange("notices", 0, -1)
    assert b"workers.tasks.send_notices" in task
    assert b"readers.example" not in task


def confirm_path(service, db, address=ANA):
    return service.links.confirm(reader(db, address).key).removeprefix("https://news.example")


def test_opening_the_confirmation_changes_nothing_and_its_button_makes_a_reader(client, db, service, clock):
    ask(client, region=("MX", "ES"))
    path = confirm_path(service, db)
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
    assert "México" in page.text
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    client.head(path)
    assert reader(db).state is SubscriberState.PENDING
    assert client.post(path).status_code == 200
    ana = reader(db)
    assert (ana.state, ana.confirmed_at) == (SubscriberState.CONFIRMED, clock.now())
    assert client.post(path).status_code == 200  # pressed twice
    with db.reading() as session:
        assert [consent.act for consent in consents(session, ana)] == ["asked", "confirmed"]


def test_a_region_added_for_a_reader_waits_for_their_button(client, db, service):
    ask(client)
    client.post(confirm_path(service, db))
    ask(client, region=("ES",))
    assert [s.confirmed_at is not None for s in reader(db).subscriptions] == [True, False]
    assert [kind for kind, _ in notices(db)] == [NoticeKind.CONFIRM, NoticeKind.WELCOME, NoticeKind.CONFIRM]
    client.post(confirm_path(service, db))
    assert [s.confirmed_at is not None for s in reader(db).subscriptions] == [True, True]


def test_an_old_confirmation_does_not_bring_back_one_who_left(client, db, service):
    ask(client)
    path = confirm_path(service, db)
    client.post(path)
    client.post(service.links.unsubscribe(reader(db).key))
    answer = client.post(path)
    assert "pídelo de nuevo" in answer.text
    assert reader(db).state is SubscriberState.LEFT


def test_an_expired_confirmation_offers_a_fresh_mail(client, db, service, clock, monkeypatch):
    ask(client)
    path = confirm_path(service, db)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 86_400)
    clock.advance(days=15)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 410
        assert f'action="{path}/fresh"' in answer.text
    assert reader(db).state is SubscriberState.PENDING
    assert len(notices(db)) == 1
    assert client.get(f"{path}/fresh").status_code == 405
    assert client.post(f"{path}/fresh").status_code == 200
    assert len(notices(db)) == 2


def test_forged_and_foreign_tokens_open_nothing(client, db, service):
    ask(client)
    key = reader(db).key
    good = confirm_path(service, db).removeprefix("/confirm/")
    unsubscribe = service.links.unsubscribe(key).rpartition("/")[2]
    preferences = service.links.preferences(key).rpartition("/")[2]
    flipped = good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:]
    for token in (good[:-3], flipped, key, f"x{good}", unsubscribe, preferences, f"{key}.a.b", "%00", "%ff", "é" * 500):
        for method in ("GET", "POST"):
            answer = client.request(method, f"/confirm/{token}")
            assert answer.status_code == 400, token
            assert client.request(method, f"/confirm/{token}/fresh").status_code in (400, 405)
    assert reader(db).state is SubscriberState.PENDING
    assert len(notices(db)) == 1
