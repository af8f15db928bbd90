from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from newsletter.stories.models import Source, Story
from newsletter.stories.parsed import ParsedStory
from newsletter.stories.sources import add_client, add_source
from newsletter.stories.storing import store

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
TOLD = ParsedStory(
    title="The bridge in Mexico City is open again",
    summary="It was closed for two years.",
    url="https://news.example/bridge?utm_source=rss",
    canonical_url="https://news.example/bridge",
)


def _source(db, path: str = "/feed", **given) -> Source:
    with db.writing() as session:
        return add_source(session, f"https://news.example{path}", now=NOW, **given)


def _store(db, source: Source, *stories: ParsedStory, now: datetime = NOW):
    with db.writing() as session:
        return store(session, session.get_one(Source, source.id), stories, now)


def _story(db) -> Story:
    with db.reading() as session:
        story = session.scalars(select(Story)).one()
        _ = story.regions
        return story


def test_a_story_is_new_then_known_then_changed_and_keeps_its_id(db):
    source = _source(db)
    assert _counts(_store(db, source, TOLD)) == (1, 0, 0)
    first = _story(db)
    assert _counts(_store(db, source, TOLD)) == (0, 0, 1)
    later = NOW + timedelta(hours=1)
    assert _counts(_store(db, source, replace(TOLD, title="The bridge in Guatemala is open"), now=later)) == (0, 1, 0)
    second = _story(db)
    assert second.id == first.id
    assert second.title == "The bridge in Guatemala is open"
    assert (second.seen_at, second.dated_at, second.changed_at) == (NOW, NOW, later)
    assert {region.code for region in second.regions} == {"GT"}


def _counts(stored) -> tuple[int, int, int]:
    return stored.new, stored.changed, stored.known


def test_a_link_or_a_picture_that_differs_each_time_changes_no_story(db):
    source = _source(db)
    _store(db, source, TOLD)
    again = replace(TOLD, url=TOLD.url + "&x=2", image_url="https://cdn.example/1.jpg?token=2")
    assert _counts(_store(db, source, again)) == (0, 0, 1)


def test_of_two_feeds_of_one_story_the_first_owns_it(db):
    world, region = _source(db, "/world"), _source(db, "/mexico")
    _store(db, world, TOLD)
    shorter = replace(TOLD, summary="Closed for years.")
    assert _counts(_store(db, region, shorter)) == (0, 0, 1)
    assert _counts(_store(db, world, TOLD)) == (0, 0, 1)
    assert _story(db).summary == TOLD.summary


def test_a_story_that_stands_twice_in_a_feed_is_one(db):
    assert _counts(_store(db, _source(db), TOLD, replace(TOLD, title="The same once more"))) == (1, 0, 0)
    assert _story(db).title == TOLD.title


@pytest.mark.parametrize(
    ("published_at", "dated_at"),
    [
        pytest.param(NOW - timedelta(days=3), NOW - timedelta(days=3), id="as the source says"),
        pytest.param(None, NOW, id="without a date it counts from when it was seen"),
        pytest.param(NOW + timedelta(days=400), NOW, id="a date to come is no later than now"),
    ],
)
def test_a_story_belongs_to_the_week_of_its_date(db, published_at, dated_at):
    _store(db, _source(db), replace(TOLD, published_at=published_at))
    assert _story(db).dated_at == dated_at


def test_a_date_that_comes_later_is_kept_but_the_week_stays(db):
    source = _source(db)
    _store(db, source, TOLD)
    dated = replace(TOLD, title="New words", published_at=NOW - timedelta(days=9))
    _store(db, source, dated, now=NOW + timedelta(hours=1))
    assert _story(db).published_at == NOW - timedelta(days=9)
    assert _story(db).dated_at == NOW


@pytest.mark.parametrize(
    ("operator", "feed", "home", "title", "language"),
    [
        pytest.param("es", "en", "US", "The bridge is open to all", "es", id="the operator's word"),
        pytest.param(None, "pt", "MX", "The bridge is open to all", "pt", id="the feed's word"),
        pytest.param(None, None, "MX", "The bridge is open to all of the town", "en", id="the story's own words"),
        pytest.param(None, None, "MX", "Veracruz", "es", id="the language of its home"),
        pytest.param(None, None, None, "Veracruz", "en", id="English"),
    ],
)
def test_the_language_is_that_of_the_surest_witness(db, operator, feed, home, title, language):
    source = _source(db, language=operator, home=home)
    _store(db, source, replace(TOLD, title=title, summary="", language=feed))
    assert _story(db).language == language


def test_a_client_of_the_api_says_itself_which_language_a_story_has(db):
    with db.writing() as session:
        client, _ = add_client(session, "Desk", language="es", now=NOW)
    _store(db, client, replace(TOLD, language="fr"))
    assert _story(db).language == "fr"


def test_regions_come_with_the_words_that_gave_them(db):
    _store(db, _source(db), TOLD)
    region, division = sorted(_story(db).regions, key=lambda region: region.code)
    assert (region.code, division.code) == ("MX", "MX-CMX")
    assert 0 < region.confidence <= 1
    words = {span["text"] for span in region.spans}
    assert words
    assert all(
        TOLD.title[span["start"] : span["end"]] == span["text"] for span in region.spans if span["field"] == "title"
    )


def test_a_region_that_the_newsroom_says_itself_is_certain(db):
    _store(db, _source(db), replace(TOLD, region="ES"))
    regions = {region.code: region for region in _story(db).regions}
    assert regions["ES"].confidence == 1
    assert regions["ES"].spans[0] == {"field": "region", "start": 0, "end": 2, "text": "ES"}
    assert "MX" in regions, "what the words say is kept too"


def test_many_stories_are_stored_at_once_and_again_without_harm(db):
    source = _source(db)
    many = [
        replace(TOLD, canonical_url=f"https://news.example/{number}", title=f"Story {number}") for number in range(450)
    ]
    assert _counts(_store(db, source, *many)) == (450, 0, 0)
    assert _counts(_store(db, source, *reversed(many))) == (0, 0, 450)


def test_processes_that_store_the_same_stories_at_one_time_make_each_once(db):
    sources = [_source(db, f"/{number}") for number in range(4)]
    many = [replace(TOLD, canonical_url=f"https://news.example/{number}") for number in range(100)]
    orders = [many, list(reversed(many)), many[50:] + many[:50], many]
    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(lambda pair: _store(db, pair[0], *pair[1]), zip(sources, orders, strict=True)))
    assert sum(result.new for result in stored) == 100
    assert all(len(result.stories) == 100 for result in stored)
    with db.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 100
