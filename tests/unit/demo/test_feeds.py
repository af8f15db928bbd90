import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from newsletter.demo.feeds import FEED_LENGTH, feed_at, page_of
from newsletter.demo.world import sample_world

WORLD = sample_world()
NOON = datetime(2026, 5, 15, 12, 0, tzinfo=UTC)
XML_NEWSROOMS = [key for key, room in WORLD.newsrooms.items() if room.form != "json" and room.trouble != "html"]


def feed(key: str, at: datetime = NOON):
    return feed_at(WORLD, WORLD.newsrooms[key], at, "http://127.0.0.1:1")


@pytest.mark.parametrize("key", XML_NEWSROOMS)
def test_a_feed_in_xml_says_its_encoding_and_keeps_every_title(key):
    body = feed(key).body
    assert f"encoding='{WORLD.newsrooms[key].encoding}'".encode() in body
    texts = {element.text for element in ElementTree.fromstring(body).iter()}  # noqa: S314 - written by ourselves
    assert {report.title for report in WORLD.published(key, NOON)[:FEED_LENGTH]} <= texts


def test_a_feed_grows_with_the_clock():
    week_before = feed("faro", datetime(2026, 5, 8, 12, 0, tzinfo=UTC))
    assert feed("faro").body != week_before.body
    assert feed("faro").modified_at > week_before.modified_at


def test_a_feed_before_its_first_story_is_empty_and_valid():
    long_ago = datetime(2026, 4, 1, tzinfo=UTC)
    assert json.loads(feed("coast", long_ago).body)["items"] == []
    assert feed("coast", long_ago).modified_at is None


def test_the_hostile_story_is_passed_on_as_it_is():
    items = json.loads(feed("gaceta", datetime(2026, 5, 15, 20, 0, tzinfo=UTC)).body)["items"]
    title, content = items[0]["title"], items[0]["content_html"]
    for part in ("{{7*191}}", "{% for", "<script>", "\r\n", "\0", "\u2028"):
        assert part in title
    assert "onerror=" in content


def test_the_hostile_link_stands_in_its_entry():
    assert b"<link>javascript:alert('prize')</link>" in feed("harrowby").body


def test_the_feed_that_moved_away_is_a_web_page():
    assert feed("perdido").content_type == "text/html"


def test_the_unsteady_newsroom_answers_every_other_day():
    gale = WORLD.newsrooms["gale"]
    assert [gale.answers(datetime(2026, 5, day, tzinfo=UTC)) for day in (8, 9, 10)] == [False, True, False]


def test_a_story_page_shows_markup_instead_of_running_it():
    hostile = next(report for report in WORLD.reports if report.event == "plantilla-hostil")
    page = page_of(WORLD.newsrooms["gaceta"], hostile)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
