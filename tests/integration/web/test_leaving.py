"""Leaving by one click and by the page, and taking it back."""

import pytest

from newsletter.subscribers.finding import by_key, consents
from newsletter.subscribers.models import SubscriberState
from tests.support.world import make_region, make_subscriber


@pytest.fixture
def key(db):
    """Of a reader of Mexico and Spain."""
    with db.writing() as session:
        return make_subscriber(session, make_region(session, "MX"), make_region(session, "ES")).key


@pytest.fixture
def path(service, key):
    return service.links.unsubscribe(key).removeprefix("https://news.example")


def state(db, key):
    with db.reading() as session:
        subscriber = by_key(session, key)
        return subscriber.state, [s.region.code for s in subscriber.subscriptions]


ONE_CLICK = {
    "urlencoded": {"data": {"List-Unsubscribe": "One-Click"}},
    "multipart": {"files": {"List-Unsubscribe": (None, "One-Click")}},
}


@pytest.mark.parametrize("body", ONE_CLICK.values(), ids=ONE_CLICK)
def test_one_click_is_enough_and_may_come_again(client, db, key, path, body):
    for _ in range(2):
        answer = client.post(path, headers={"User-Agent": "a mail program"}, **body)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert "location" not in answer.headers
    assert state(db, key)[0] is SubscriberState.LEFT
    with db.reading() as session:
        assert [(c.act, c.way) for c in consents(session, by_key(session, key))] == [("left", "one-click")]


def test_opening_the_link_as_a_scanner_does_changes_nothing(client, db, key, path):
    for method in ("GET", "HEAD") * 3:
        assert client.request(method, path).status_code == 200
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert client.request(method, path).status_code == 405
    assert client.get(f"{path}/undo").status_code == 405
    assert client.get(f"{path}?List-Unsubscribe=One-Click&leave=all").status_code == 200
    assert state(db, key)[0] is SubscriberState.CONFIRMED


def test_the_page_has_one_button_that_leaves(client, db, key, path):
    page = client.get(path)
    assert f'action="{path}"' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    answer = client.post(path, data={"leave": "all"})
    assert "You have left" in answer.text
    assert state(db, key)[0] is SubscriberState.LEFT


def test_an_empty_or_strange_post_leaves_as_well(client, db, key, path):
    assert client.post(path, content=b"\xff\x00", headers={"Content-Type": "text/plain"}).status_code == 200
    assert state(db, key)[0] is SubscriberState.LEFT


def test_one_region_can_be_left_on_the_page(client, db, key, path):
    answer = client.post(path, data={"region": "MX"})
    assert "Spain" in answer.text
    assert state(db, key) == (SubscriberState.CONFIRMED, ["ES"])


def test_one_click_means_all_even_if_a_region_is_named(client, db, key, path):
    client.post(path, data={"List-Unsubscribe": "One-Click", "region": "MX"})
    assert state(db, key)[0] is SubscriberState.LEFT


def test_leaving_can_be_taken_back_on_its_page_for_a_day(client, db, key, path, clock):
    left = client.post(path, data={"leave": "all"})
    assert f'action="{path}/undo"' in left.text
    assert client.post(f"{path}/undo").status_code == 200
    assert state(db, key) == (SubscriberState.CONFIRMED, ["MX", "ES"])
    client.post(path)
    clock.advance(days=2)
    assert "undo" not in client.get(path).text
    refused = client.post(f"{path}/undo")
    assert refused.status_code == 409
    assert "subscribe again" in refused.text
    assert state(db, key)[0] is SubscriberState.LEFT


def test_tokens_of_another_purpose_or_person_do_nothing(client, db, service, key, path):
    token = path.rpartition("/")[2]
    others = [
        service.links.confirm(key).rpartition("/")[2],
        service.links.preferences(key).rpartition("/")[2],
        token[:-1],
        key,
        "x" * 5000,
    ]
    for wrong in others:
        for wanted in (f"/u/{wrong}", f"/u/{wrong}/undo"):
            answer = client.post(wanted, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 400
            assert "This link is damaged" in answer.text
    assert state(db, key)[0] is SubscriberState.CONFIRMED


def test_one_who_was_erased_is_told_that_nothing_comes(client, service):
    assert client.post(service.links.unsubscribe("nobodyatall")).status_code == 200


def test_links_work_after_the_keys_were_changed(db, service, key, path):
    from dataclasses import replace

    from newsletter.web.app import create_app
    from tests.support.browser import Browser

    rotated = replace(service, secret_keys=["n" * 40, *service.secret_keys])
    with Browser(create_app(rotated), "https://news.example") as client:
        assert client.post(path).status_code == 200
    assert state(db, key)[0] is SubscriberState.LEFT


def test_the_page_speaks_the_readers_language(client, db, service):
    with db.writing() as session:
        arab = make_subscriber(session, make_region(session, "EG"), language="ar").key
    page = client.get(service.links.unsubscribe(arab), headers={"Accept-Language": "en"})
    assert '<html lang="ar" dir="rtl">' in page.text
