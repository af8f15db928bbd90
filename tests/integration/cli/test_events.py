"""`newsletter events`, on a real database."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from newsletter.cli import events
from newsletter.errors import NewsletterError, NotFoundError
from newsletter.events.gathering import gather
from tests.support.world import NOW, make_story

DAY = timedelta(days=1)
STORIES = (
    ("Gas tanker explodes near Harbourton", "A gas tanker exploded on the motorway, and 12 were hurt.", "en"),
    ("Twelve hurt as tanker blows up near Harbourton", "The gas tanker exploded on the motorway at dawn.", "en"),
    ("Quake shakes Oaxaca coast", "A 6.1-magnitude quake shook the coast of Oaxaca, and walls fell in Pochutla.", "en"),
    ("Strong quake on Oaxaca coast", "A magnitude 7.2 quake shook the coast of Oaxaca; walls fell in Pochutla.", "en"),
    ("Explota un camión cisterna cerca de Harbourton", "Doce heridos al explotar una cisterna en Harbourton.", "es"),
)


@pytest.fixture
def world(db, clock, monkeypatch):
    """A week with a blast in two languages and two quakes; the stories have the numbers 1 to 5."""
    monkeypatch.setattr(events, "service", lambda: SimpleNamespace(db=db, clock=clock))
    with db.writing() as session, capture_logs():
        for number, (title, summary, language) in enumerate(STORIES):
            make_story(session, title, summary=summary, language=language, dated_at=NOW - 3 * DAY + number * DAY / 4)
        gather(session, NOW)


def run(*arguments: str, answer: str | None = None):
    with capture_logs():
        result = CliRunner().invoke(events.app, [str(argument) for argument in arguments], input=answer)
    if isinstance(result.exception, NewsletterError):
        raise result.exception
    return result


def data(*arguments):
    return json.loads(run(*arguments, "--json").stdout)


def event_of(report: int) -> int:
    found = [row["id"] for row in data("list") if report in [one["id"] for one in data("show", row["id"])["reports"]]]
    assert len(found) == 1
    return found[0]


def test_events_are_listed_the_latest_first(world):
    rows = data("list")
    assert next(row["title"] for row in rows).startswith("Explota")
    assert [row["title"] for row in data("list", "--reports", "2")] == [STORIES[0][0]]
    assert "Harbourton" in run("list").stdout


def test_an_event_shows_its_reports_with_what_ties_them(world):
    shown = data("show", event_of(1))
    begun, joined = shown["reports"]
    assert (begun["id"], begun["similarity"]) == (1, None)
    assert {"text": "tanker", "kind": "word"} in joined["shared"]
    assert joined["above_cut"] > 0
    assert "tells of the same" in joined["why"]
    assert STORIES[0][0].split()[0] in run("show", event_of(1)).stdout


def test_an_event_that_is_told_in_another_language_says_so(world):
    (pair,) = data("show", event_of(1))["in_other_languages"]
    assert pair["title"] == STORIES[4][0]
    assert "Harbourton" in pair["shared"]


def test_a_doubt_is_listed_and_answered(world):
    (doubt,) = data("doubts")
    assert (doubt["one_title"], doubt["other_title"]) == (STORIES[2][0], STORIES[3][0])
    assert doubt["why"] == "Magnitudes differ: 6.1 and 7.2."
    assert "Magnitudes differ" in run("show", doubt["one"]).stdout
    run("apart", doubt["one"], doubt["other"])
    assert data("doubts") == []


def test_reports_are_split_merged_and_moved_and_the_event_tells_by_whom(world):
    blast, quake = event_of(1), event_of(3)
    run("split", blast, 2)
    apart = event_of(2)
    assert apart not in (blast, quake)
    run("merge", apart, blast, "--yes")
    assert event_of(2) == blast
    run("move", 2, quake)
    assert event_of(2) == quake
    assert "command line put it here" in next(row["why"] for row in data("show", quake)["reports"] if row["id"] == 2)
    assert [row["kind"] for row in data("show", blast)["decisions"]] == ["split", "merge", "move"]
    assert "merged into event" in run("show", apart).stdout
    assert "move" in run("show", quake).stdout


def test_a_merge_that_is_not_confirmed_is_not_done(world):
    blast, quake = event_of(1), event_of(3)
    assert run("merge", blast, quake, answer="n\n").exit_code == 1
    assert event_of(1) == blast


def test_an_event_that_is_not_there_is_said_in_a_sentence(world):
    with pytest.raises(NotFoundError, match="newsletter events list"):
        run("show", "999")
