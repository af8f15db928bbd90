import httpx
import pytest

from newsletter.demo.server import serve_world
from newsletter.demo.world import sample_world


@pytest.fixture
def http(clock):
    with serve_world(sample_world(), clock) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def test_a_feed_that_has_not_changed_is_not_sent_again(http):
    first = http.get("/faro/feed")
    again = http.get("/faro/feed", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.content == b""


def test_a_new_story_changes_the_feed(http, clock):
    first = http.get("/faro/feed")
    clock.advance(days=3)
    again = http.get("/faro/feed", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_a_link_of_a_feed_leads_to_the_story(http):
    link = http.get("/coast/feed").json()["items"][0]["url"]
    page = http.get(link)
    assert page.status_code == 200
    assert "<h1>" in page.text


def test_a_story_has_no_page_before_it_is_published(http):
    assert http.get("/faro/barco-biblioteca").status_code == 404


def test_the_unsteady_newsroom_asks_to_come_back_later(http):
    answer = http.get("/gale/feed")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")
