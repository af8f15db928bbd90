"""A suspended reader returns by themselves, by a button that no scanner presses."""

import re

import pytest

from newsletter.subscribers.consenting import Act
from newsletter.subscribers.finding import by_key, consents
from newsletter.subscribers.models import SubscriberState
from tests.support.world import make_region, make_subscriber


@pytest.fixture
def key(db) -> str:
    with db.writing() as session:
        return make_subscriber(session, make_region(session, "MX"), state=SubscriberState.SUSPENDED).key


@pytest.fixture
def path(service, key) -> str:
    return service.links.preferences(key).removeprefix("https://news.example")


def state_of(db, key) -> SubscriberState:
    with db.reading() as session:
        return by_key(session, key).state


def test_the_preferences_offer_to_return_and_the_button_does(client, db, key, path) -> None:
    for _ in range(3):
        page = client.get(path).text
    assert "Your letters came back" in page
    assert state_of(db, key) is SubscriberState.SUSPENDED
    action = re.search(r'action="([^"]+/return)"', page)
    assert action is not None
    assert client.get(action[1]).status_code == 405
    assert state_of(db, key) is SubscriberState.SUSPENDED
    for _ in range(2):
        answer = client.post(action[1])
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert state_of(db, key) is SubscriberState.CONFIRMED
    assert "MX" in client.get(path).text
    with db.reading() as session:
        assert [row.act for row in consents(session, by_key(session, key))] == [Act.RETURNED]


def test_a_link_of_another_purpose_or_a_damaged_one_returns_nobody(client, db, service, key, path) -> None:
    token = service.links.unsubscribe(key).rpartition("/")[2]
    for wrong in (f"/p/{token}/return", f"{path[:-1]}/return", "/p/x/return"):
        assert client.post(wrong).status_code == 400
    assert state_of(db, key) is SubscriberState.SUSPENDED


def test_one_who_left_is_not_brought_back_by_it(client, db, service) -> None:
    with db.writing() as session:
        key = make_subscriber(session, make_region(session, "MX"), state=SubscriberState.LEFT).key
    client.post(service.links.preferences(key).removeprefix("https://news.example") + "/return")
    assert state_of(db, key) is SubscriberState.LEFT
