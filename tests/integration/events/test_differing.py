"""Facts on which reports differ, kept at their event, on both databases."""

from datetime import timedelta

from sqlalchemy import delete, select

from newsletter.db import Database
from newsletter.events.differing import keep_differences
from newsletter.events.gathering import gather
from newsletter.events.models import Difference, EventStory
from newsletter.stories.models import Story
from tests.support.world import NOW, make_source, make_story

SINGER = [
    ("Singer shot dead in Altamar", "Ana Roble, a 23-year-old singer, was shot dead in Altamar on the 13th of May."),
    ("Singer Ana Roble killed in Altamar", "Ana Roble, 23, was killed in Altamar on May 14, prosecutors said."),
]


def tell(session, text: tuple[str, str], source=None, **columns) -> Story:
    title, summary = text
    source = source or make_source(session, "The Herald")
    return make_story(session, title, summary=summary, source=source, **columns)


def kept(db: Database) -> list[Difference]:
    with db.reading() as session:
        return list(session.scalars(select(Difference).order_by(Difference.id)))


def test_reports_that_differ_on_a_day_are_kept_with_both_sentences_and_where_they_stand(db):
    with db.writing() as session:
        first = tell(session, SINGER[0], make_source(session, "The Herald"), dated_at=NOW - timedelta(hours=3))
        second = tell(session, SINGER[1], make_source(session, "The Post"), dated_at=NOW - timedelta(hours=2))
        gather(session, NOW)
        expected = [(first.id, first.url, "The Herald"), (second.id, second.url, "The Post")]
    (found,) = kept(db)
    assert (found.attribute, found.subject, found.kind) == ("date", "death", "disagreement")
    assert [value["value"] for value in found.values] == ["13th of May", "May 14"]
    assert [value["quote"] for value in found.values] == [SINGER[0][1], SINGER[1][1]]
    assert [(value["story_id"], value["url"], value["source"]) for value in found.values] == expected


def test_gathering_again_keeps_each_difference_once_and_looks_at_nothing_twice(db):
    with db.writing() as session:
        tell(session, SINGER[0])
        tell(session, SINGER[1])
        gather(session, NOW)
    with db.writing() as session:
        gather(session, NOW)
        assert keep_differences(session, NOW) == 0
    assert len(kept(db)) == 1


def test_a_report_that_is_corrected_takes_its_difference_away(db):
    with db.writing() as session:
        tell(session, SINGER[0])
        other = tell(session, SINGER[1])
        gather(session, NOW)
        other.summary = other.summary.replace("May 14", "May 13")
        other.changed_at = NOW + timedelta(minutes=5)
        session.flush()
        assert keep_differences(session, NOW) == 1
    assert kept(db) == []


def test_an_event_that_is_left_with_one_report_has_no_differences(db):
    with db.writing() as session:
        tell(session, SINGER[0])
        other = tell(session, SINGER[1])
        gather(session, NOW)
        session.execute(delete(EventStory).where(EventStory.story_id == other.id))
        keep_differences(session, NOW)
    assert kept(db) == []


def test_an_event_without_news_for_weeks_is_not_looked_at(db):
    with db.writing() as session:
        tell(session, SINGER[0], dated_at=NOW - timedelta(days=60))
        tell(session, SINGER[1], dated_at=NOW - timedelta(days=60))
        gather(session, NOW)
    assert kept(db) == []
