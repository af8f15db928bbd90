from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from newsletter.stories import retagging
from newsletter.stories.models import Source, Story, StoryRegion
from newsletter.stories.parsed import ParsedStory
from newsletter.stories.region_rows import Told, region_rows
from newsletter.stories.retagging import Retagged, count_outdated, retag
from newsletter.stories.sources import add_source
from newsletter.stories.storing import store, tag_ahead
from newsletter.stories.tagging import VERSION

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
TOLD = ParsedStory("Jalisco opens a bridge", "It is long.", "https://a.example/1", "https://a.example/1", language="en")


@pytest.fixture
def source(db) -> int:
    with db.writing() as session:
        return add_source(session, "https://a.example/feed", now=NOW).id


def _store(db, source: int, *stories: ParsedStory, tagged=None) -> None:
    with db.writing() as session:
        store(session, session.get_one(Source, source), stories, NOW, tagged)


def _tagged_by_an_older_one(db) -> None:
    """As an older tagger would have left it: of version 1, with the country alone."""
    with db.writing() as session:
        session.execute(update(Story).values(tagger_version=VERSION - 1))
        for row in session.scalars(select(StoryRegion).where(StoryRegion.code == "MX-JAL")):
            session.delete(row)


def _codes(db) -> list[set[str]]:
    with db.reading() as session:
        stories = session.scalars(select(Story).options(selectinload(Story.regions)).order_by(Story.id))
        return [{region.code for region in story.regions} for story in stories]


def test_stories_of_an_older_tagger_get_the_regions_that_this_one_finds(db, source):
    _store(db, source, TOLD)
    _tagged_by_an_older_one(db)
    assert _codes(db) == [{"MX"}]
    assert retag(db) == Retagged(stories=1, changed=1)
    assert _codes(db) == [{"MX", "MX-JAL"}]


def test_stories_of_this_tagger_are_left_alone_unless_all_are_asked_for(db, source):
    _store(db, source, TOLD)
    assert retag(db) == Retagged(0, 0)
    assert retag(db, everything=True) == Retagged(stories=1, changed=0)


def test_all_pages_are_gone_through_and_told_of(db, source, monkeypatch):
    monkeypatch.setattr(retagging, "_PAGE", 2)
    _store(db, source, *(replace(TOLD, canonical_url=f"https://a.example/{n}") for n in range(5)))
    _tagged_by_an_older_one(db)
    with db.reading() as session:
        assert count_outdated(session) == 5
    told = []
    assert retag(db, done=told.append) == Retagged(stories=5, changed=5)
    assert told == [2, 2, 1]
    with db.reading() as session:
        assert count_outdated(session) == 0


def test_what_the_newsroom_said_itself_stays(db, source):
    _store(db, source, replace(TOLD, title="A bridge opens", region="MX-OAX"))
    before = _codes(db)
    _tagged_by_an_older_one(db)
    retag(db)
    assert _codes(db) == before == [{"MX", "MX-OAX"}]
    with db.reading() as session:
        assert set(session.scalars(select(StoryRegion.confidence))) == {1.0}


def test_a_story_that_changes_while_it_is_tagged_keeps_what_the_change_gave_it(db, source, monkeypatch):
    _store(db, source, TOLD)
    _tagged_by_an_older_one(db)

    def while_it_changes(told: Told):
        _store(db, source, replace(TOLD, title="Chile opens a bridge"))
        return region_rows(told)

    monkeypatch.setattr(retagging, "region_rows", while_it_changes)
    retag(db)
    assert _codes(db) == [{"CL"}]


def test_only_new_and_changed_stories_are_tagged_ahead(db, source):
    known, changed = TOLD, replace(TOLD, canonical_url="https://a.example/2")
    new = replace(TOLD, canonical_url="https://a.example/3", title="Peru votes")
    _store(db, source, known, changed)
    changed = replace(changed, title="Chile votes")
    with db.reading() as session:
        tagged = tag_ahead(session, session.get_one(Source, source), [known, changed, new])
    assert {told.title for told in tagged} == {"Chile votes", "Peru votes"}


def test_what_was_tagged_ahead_is_not_tagged_again_in_the_transaction(db, source):
    with db.reading() as session:
        (told,) = tag_ahead(session, session.get_one(Source, source), [TOLD])
    _store(db, source, TOLD, tagged={told: {"AQ": {"confidence": 1.0, "spans": []}}})
    assert _codes(db) == [{"AQ"}]


def test_what_was_tagged_ahead_for_another_home_is_tagged_anew(db, source):
    with db.reading() as session:
        (told,) = tag_ahead(session, session.get_one(Source, source), [TOLD])
    _store(db, source, TOLD, tagged={replace(told, home="CL"): {"AQ": {"confidence": 1.0, "spans": []}}})
    assert _codes(db) == [{"MX", "MX-JAL"}]
