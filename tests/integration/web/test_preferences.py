"""The preferences page."""

import re
import time

import pytest
from sqlalchemy import func, select

from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.models import SubscriberState
from tests.support.world import make_region, make_subscriber


@pytest.fixture
def key(db):
    """Of a reader of Mexico and Spain; there is a letter of France too."""
    with db.writing() as session:
        make_region(session, "FR")
        return make_subscriber(session, make_region(session, "MX"), make_region(session, "ES")).key


@pytest.fixture
def path(service, key):
    return service.links.preferences(key).removeprefix("https://news.example")


def save(client, path, *codes, places=(), **fields):
    places = {f"place-{code}": place for code, place in places}
    fields = {"language": "en", "time_zone": "America/Mexico_City"} | fields
    return client.post(path, data={"region": list(codes), **places, **fields})


def codes_of(db, key):
    with db.reading() as session:
        return [s.region.code for s in by_key(session, key).subscriptions]


def test_the_page_shows_what_is_set_and_changes_nothing(client, db, key, path):
    for _ in range(3):
        page = client.get(path)
    assert page.status_code == 200
    assert re.findall(r'name="region" value="(\w+)"( checked)?', page.text) == [
        ("MX", " checked"), ("ES", " checked"), ("FR", ""),
    ]  # fmt: skip
    assert '<option value="America/Mexico_City" selected>' in page.text
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "/u/" in page.text
    assert codes_of(db, key) == ["MX", "ES"]


ORDERS = {
    "by number": (("MX", "ES", "FR"), [("MX", "3"), ("ES", "1"), ("FR", "2")], ["ES", "FR", "MX"]),
    "one dropped": (("ES",), [("MX", "1"), ("ES", "2")], ["ES"]),
    "a new one without a number comes last": (("MX", "ES", "FR"), [("MX", "2"), ("ES", "1")], ["ES", "MX", "FR"]),
    "the same number twice": (("MX", "ES"), [("MX", "1"), ("ES", "1")], ["MX", "ES"]),
    "no number": (("MX", "ES"), [("MX", "-1"), ("ES", "x")], ["MX", "ES"]),
    "a number of another script": (("MX", "ES"), [("MX", "٢"), ("ES", "1")], ["ES", "MX"]),
    "a huge number": (("MX", "ES"), [("MX", "9" * 6000), ("ES", "2")], ["ES", "MX"]),
}


@pytest.mark.parametrize(("codes", "places", "expected"), ORDERS.values(), ids=ORDERS)
def test_regions_come_in_the_order_of_their_numbers(client, db, key, path, codes, places, expected):
    answer = save(client, path, *codes, places=places)
    assert answer.status_code == 200
    assert "Saved." in answer.text
    assert codes_of(db, key) == expected


def test_language_and_time_zone_are_saved(client, db, key, path):
    answer = save(client, path, "MX", "ES", language="ar", time_zone="Africa/Cairo")
    assert '<html lang="ar" dir="rtl">' in answer.text
    with db.reading() as session:
        subscriber = by_key(session, key)
        assert (subscriber.language, subscriber.time_zone) == ("ar", "Africa/Cairo")


@pytest.mark.parametrize(
    ("codes", "fields"),
    [
        ((), {}),
        (("ZZ",), {}),
        (("MX",), {"language": "xx"}),
        (("MX",), {"language": ""}),
        (("MX",), {"time_zone": "Mars/Olympus"}),
        (("MX",), {"time_zone": "../../etc/passwd"}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(client, db, key, path, codes, fields):
    answer = save(client, path, *codes, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert codes_of(db, key) == ["MX", "ES"]


def test_fields_that_the_form_does_not_have_do_nothing(client, db, key, path):
    save(client, path, "MX", "ES", address="evil@readers.example", state="left", key="mine", confirmed_at="")
    with db.reading() as session:
        subscriber = by_key(session, key)
        assert subscriber.state is SubscriberState.CONFIRMED
        assert "evil" not in subscriber.address


def test_an_expired_link_offers_a_fresh_mail_to_the_same_address(client, db, key, path, clock, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 91 * 86_400)
    for answer in (client.get(path), save(client, path, "FR")):
        assert answer.status_code == 410
        assert f'action="{path}/fresh"' in answer.text
    assert codes_of(db, key) == ["MX", "ES"]
    for _ in range(5):
        assert client.post(f"{path}/fresh").status_code == 200
    with db.reading() as session:
        [notice] = session.scalars(select(Notice))
        assert (notice.kind, notice.address) == (NoticeKind.PREFERENCES, by_key(session, key).address)


@pytest.mark.parametrize("state", [SubscriberState.PENDING, SubscriberState.LEFT])
def test_one_who_is_no_reader_has_nothing_to_set(client, db, service, state):
    with db.writing() as session:
        path = service.links.preferences(make_subscriber(session, make_region(session, "MX"), state=state).key)
    assert "/subscribe" in client.get(path).text
    assert save(client, path, "MX").status_code == 409


def test_tokens_of_another_purpose_open_nothing(client, db, service, key, path):
    for url in (service.links.confirm(key), service.links.unsubscribe(key), path[:-2], path + "x"):
        token = url.rpartition("/")[2]
        assert client.get(f"/p/{token}").status_code == 400
        assert save(client, f"/p/{token}", "FR").status_code == 400
        assert client.post(f"/p/{token}/fresh").status_code == 400
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
    assert codes_of(db, key) == ["MX", "ES"]
