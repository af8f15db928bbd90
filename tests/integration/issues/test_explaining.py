"""Why an event is in an issue, or missed it: what was stored when it was picked, on both databases."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from newsletter.bootstrap import Service
from newsletter.cli import explain as command
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import NotFoundError
from newsletter.events.gathering import gather
from newsletter.events.models import Counterpart
from newsletter.issues.drafting import draft
from newsletter.issues.explaining import explain
from newsletter.issues.models import Issue
from newsletter.stories.models import StoryRegion
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.world import NOW, WEEK, make_event, make_region, make_source, make_story

BLAST = (
    ("Tanker explodes near Harbourton", "A gas tanker exploded near Harbourton, and 12 people were injured."),
    ("Harbourton tanker blast", "The gas tanker exploded near Harbourton on the motorway. It injured 14 people."),
)


def drafted(session) -> Issue:
    """A letter of one item: a blast that two papers tell; a quieter event misses."""
    region = make_region(session, minimum_items=1, item_count=1)
    for (title, summary), paper in zip(BLAST, ("The Herald", "The Post"), strict=True):
        make_story(
            session, title, summary=summary, source=make_source(session, paper), dated_at=NOW - timedelta(hours=5)
        )
    gather(session, NOW)
    make_event(session, [make_story(session, "Jaguar cubs born within reserve", dated_at=NOW - timedelta(days=5))])
    return draft(session, region, WEEK, NOW)


def test_an_item_has_its_parts_its_joins_its_words_and_its_differences(db: Database) -> None:
    with db.writing() as session:
        (found, _) = explain(session, drafted(session))
    assert found.position == 1
    assert found.sentence.startswith("It is the letter's only item with ")
    assert round(sum(part["value"] for part in found.parts), 2) == found.score
    first, second = found.joins
    assert "was the first to report it here" in first.sentence
    assert "tells of the same" in second.sentence
    assert "anker” " in second.sentence or "anker”" in second.sentence
    assert second.likeness is not None
    assert second.likeness > second.cut
    assert [difference["attribute"] for difference in found.differences] == ["injured"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"similarity": 0.41, "shared": ["Harbourton", "12"]}, "Both tell of “Harbourton” and “12”"),
        ({"similarity": 0.0, "shared": [], "nearness": 1.4, "cut": 1.25}, "they are 1.40 times as near to each other"),
    ],
    ids=["by names", "by meaning"],
)
def test_an_item_names_the_event_of_another_language_and_why_the_two_are_one(db: Database, columns, words) -> None:
    with db.writing() as session:
        issue = drafted(session)
        spanish = make_event(session, [make_story(session, "Explota una pipa", language="es")], language="es")
        session.add(Counterpart(one_id=issue.items[0].event_id, other_id=spanish.id, at=NOW, **columns))
        session.flush()
        (found, missed) = explain(session, issue)
    (told,) = found.elsewhere
    assert (told.event_id, told.language, told.title) == (spanish.id, "es", "Explota una pipa")
    assert words in told.sentence
    assert told.cut in (0.3, 1.25)
    assert missed.elsewhere == ()


def test_what_missed_has_its_parts_too(db: Database) -> None:
    with db.writing() as session:
        (_, missed) = explain(session, drafted(session))
    assert missed.position is None
    assert missed.sentence.startswith("It missed with ")
    assert "The letter has room for one item, and others came first." in missed.sentence
    assert missed.parts


def test_the_words_that_gave_the_region_are_named(db: Database) -> None:
    with db.writing() as session:
        issue = drafted(session)
        story = issue.items[0].story_id
        session.query(StoryRegion).filter_by(story_id=story).delete()
        span = {"field": "title", "start": 0, "end": 6, "text": "Mexico"}
        session.add(StoryRegion(story_id=story, code="MX", confidence=0.97, spans=[span]))
        session.flush()
        (found,) = explain(session, issue, 1)
    assert "counts as about Mexico for “Mexico” in the headline: 97% sure." in found.tags[0].sentence


def test_what_was_stored_is_told_though_a_pick_would_find_something_else_today(db: Database) -> None:
    with db.writing() as session:
        issue = drafted(session)
        before = explain(session, issue)
        make_story(session, BLAST[0][0], summary=BLAST[0][1], source=make_source(session, "The Sun"), dated_at=NOW)
        gather(session, NOW)
        after = explain(session, issue)
    assert [one.parts for one in after] == [one.parts for one in before]


def test_an_item_that_is_not_there_is_named(db: Database) -> None:
    with db.writing() as session, pytest.raises(NotFoundError, match="has no item 7; it has 1 to 1"):
        explain(session, drafted(session), 7)


def test_the_command_says_it_to_people_and_to_scripts(
    db: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "service", lambda: Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY]))
    with db.writing() as session:
        drafted(session)
    shown = CliRunner().invoke(command.app, ["MX"]).stdout
    assert "It is the letter's only item" in shown
    assert "differs     injured" in shown
    assert "It missed with" in shown
    data = json.loads(CliRunner().invoke(command.app, ["MX", "1", "--json"]).stdout)
    assert data["issue"] == f"MX/{WEEK}"
    assert len(data["explanations"]) == 1
