"""An editor's word on a story stands, whatever its source says, until it is taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.stories.correcting import correct, restore, state_of, story_for_change, take_back, withdraw
from newsletter.stories.models import Source, Story
from newsletter.stories.parsed import ParsedStory
from newsletter.stories.retagging import retag
from newsletter.stories.sources import add_source, own_source
from newsletter.stories.storing import store
from tests.support.world import NOW

LATER = NOW + timedelta(hours=1)
TOLD = ParsedStory(
    title="The bridge in Mexico City is open again",
    summary="It was closed for two years.",
    url="https://news.example/bridge",
    canonical_url="https://news.example/bridge",
    published_at=NOW - timedelta(hours=3),
)

once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same statements as in other tests


@pytest.fixture
def told(db):
    """Its source's id, and tells the story once more: told(title="...")."""
    with db.writing() as session:
        source = add_source(session, "https://news.example/feed", now=NOW).id

    def tell(now=LATER, **changes):
        with db.writing() as session:
            store(session, session.get_one(Source, source), [replace(TOLD, **changes)], now)
        return source

    tell(NOW)
    return tell


def act(db, do, *given, **named):
    with db.writing() as session:
        story = story_for_change(session, session.scalars(select(Story.id)).one())
        return do(session, story, *given, **named)


def seen(db):
    with db.reading() as session:
        story = session.scalars(select(Story)).one()
        codes = {region.code for region in story.regions if region.confidence >= 0.3}
        return story, codes


def test_a_refresh_does_not_overwrite_what_an_editor_wrote_and_keeps_what_the_source_says(db, told):
    change = act(db, correct, {"title": "The bridge in Guatemala is open"}, NOW)
    assert change.before == {"title": TOLD.title, "regions": ["MX", "MX-CMX"]}
    assert change.after["title"] == "The bridge in Guatemala is open"
    told(title="The bridge in Lima is open", summary="It was closed for three years.")
    story, codes = seen(db)
    assert (story.title, story.summary) == ("The bridge in Guatemala is open", "It was closed for three years.")
    assert story.overruled == {"title": "The bridge in Lima is open"}
    assert codes == {"GT"}  # told by the words that stand


def test_what_is_taken_back_is_as_the_source_says_it_now(db, told):
    act(db, correct, {"title": "Wrong", "regions": ["PE"], "url": "https://news.example/other"}, NOW)
    told(title="The bridge in Guatemala is open", url="https://news.example/bridge?again")
    act(db, take_back, ["title", "regions", "url"], LATER)
    story, codes = seen(db)
    assert (story.title, story.url) == ("The bridge in Guatemala is open", "https://news.example/bridge?again")
    assert (story.overruled, codes) == ({}, {"GT"})


def test_regions_that_an_editor_gave_stay_through_refresh_and_retagging(db, told):
    act(db, correct, {"regions": ["PE", "us-tx"]}, NOW)
    assert seen(db)[1] == {"PE", "US", "US-TX"}
    told(title="The bridge in Guatemala is open")
    retag(db, everything=True)
    assert seen(db)[1] == {"PE", "US", "US-TX"}
    act(db, correct, {"regions": []}, LATER)
    told(title="The bridge in Lima is open", now=LATER + timedelta(hours=1))
    assert seen(db)[1] == set()


def test_the_date_goes_with_the_instant_that_an_editor_gave(db, told):
    yesterday = NOW - timedelta(days=1)
    act(db, correct, {"published_at": yesterday}, NOW)
    told(title="Another title")
    assert (seen(db)[0].published_at, seen(db)[0].dated_at) == (yesterday, yesterday)
    act(db, correct, {"published_at": None}, LATER)
    assert (seen(db)[0].published_at, seen(db)[0].dated_at) == (None, NOW)
    act(db, take_back, ["published_at"], LATER)
    assert seen(db)[0].dated_at == TOLD.published_at


@once
def test_to_write_what_the_source_says_overrules_nothing(db, told):
    act(db, correct, {"title": "Another"}, NOW)
    act(db, correct, {"title": TOLD.title}, NOW)
    assert seen(db)[0].overruled == {}
    assert act(db, correct, {"title": TOLD.title, "summary": TOLD.summary, "url": TOLD.url}, LATER) == ({}, {})


def test_a_story_by_hand_is_known_by_the_link_that_it_has_now(db):
    with db.writing() as session:
        store(session, own_source(session, "By hand", NOW), [TOLD], NOW)
    act(db, correct, {"url": "https://news.example/right"}, NOW)
    with db.writing() as session:
        again = replace(TOLD, url="https://news.example/right", canonical_url="https://news.example/right")
        assert store(session, own_source(session, "By hand", NOW), [again], LATER).known == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"title": " \u202e "}, InvalidInputError),
        ({"url": "javascript:alert(1)"}, InvalidInputError),
        ({"url": "https://user:secret@news.example/"}, InvalidInputError),
        ({"url": "https://news.example/" + "x" * 3000}, InvalidInputError),
        ({"published_at": NOW + timedelta(days=1)}, InvalidInputError),
        ({"published_at": NOW - timedelta(days=20_000)}, InvalidInputError),
        ({"regions": ["latin-america"]}, InvalidInputError),
        ({"regions": ["atlantis"]}, NotFoundError),
    ],
    ids=str,
)
def test_what_no_story_can_say_is_refused(db, told, given, error):
    with pytest.raises(error):
        act(db, correct, given, NOW)


@once
def test_words_are_text_and_marks_that_turn_it_are_taken_out(db, told):
    words = {"title": "A <b>bridge</b>\u202e &amp; a\nroad", "summary": " One < two.\r\n\r\n\r\nThree. "}
    act(db, correct, words, NOW)
    story = seen(db)[0]
    assert (story.title, story.summary) == ("A <b>bridge</b> &amp; a road", "One < two.\n\nThree.")
    assert act(db, correct, {"title": story.title, "summary": story.summary}, NOW) == ({}, {})


def test_the_link_of_another_story_is_refused(db, told):
    with db.writing() as session:
        other = replace(TOLD, url="https://news.example/two", canonical_url="https://news.example/two")
        source = own_source(session, "By hand", NOW)
        story_id = store(session, source, [other], NOW).stories["https://news.example/two"].story_id
        with pytest.raises(NotAllowedError, match="has this link"):
            correct(session, story_for_change(session, story_id), {"url": f"{TOLD.url}?utm_source=x"}, NOW)


@once
def test_a_withdrawal_is_made_once_with_a_reason_and_can_be_undone(db, told):
    def do(session, story):
        with pytest.raises(InvalidInputError):
            withdraw(story, why="\n ", by="Ada", now=NOW)
        before = state_of(story)
        withdraw(story, why="It is a hoax.", by="Ada", now=NOW)
        with pytest.raises(NotAllowedError):
            withdraw(story, why="Again.", by="Bo", now=NOW)
        assert (story.withdrawn_by, story.withdrawn_why) == ("Ada", "It is a hoax.")
        assert state_of(story) != before
        restore(story, LATER)
        assert state_of(story) == before
        with pytest.raises(NotAllowedError):
            restore(story, LATER)

    act(db, do)


@once
def test_a_withdrawn_story_stays_withdrawn_when_its_source_tells_it_again(db, told):
    act(db, lambda _session, story: withdraw(story, why="It is a hoax.", by="Ada", now=NOW))
    told(title="Another title")
    assert seen(db)[0].withdrawn_at == NOW
