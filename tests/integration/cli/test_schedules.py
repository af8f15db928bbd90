"""`newsletter schedules`, on a real database."""

import json

import pytest
from typer.testing import CliRunner

from newsletter.bootstrap import bootstrap
from newsletter.cli import app
from newsletter.cli.context import service
from newsletter.clock import FileClock
from newsletter.editors.log import COMMAND_LINE
from newsletter.editors.models import LogEntry
from newsletter.errors import NotAllowedError
from newsletter.issues.models import IssueState
from newsletter.regions.service import region
from newsletter.sending.rounds import plan_rounds
from tests.support.world import NOW, make_issue, make_region


@pytest.fixture(autouse=True)
def world(tmp_path, monkeypatch):
    """A service of its own with Mexico, whose clock stands at NOW."""
    FileClock(tmp_path / "clock").set(NOW)
    monkeypatch.setenv("NEWSLETTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NEWSLETTER_CLOCK_FILE", str(tmp_path / "clock"))
    service.cache_clear()
    made = bootstrap()
    with made.db.writing() as session:
        make_region(session)
    yield made
    made.close()
    service.cache_clear()


def run(*words, answer=None):
    result = CliRunner().invoke(app, words, input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed():
    return {one["name"]: one for one in json.loads(run("schedules", "list", "--json").stdout)}


def test_a_schedule_is_made_given_a_region_and_removed_when_nothing_needs_it(world):
    run("schedules", "add", "weekend", "--weekday", "saturday", "--hour", "9")
    assert (listed()["weekend"]["weekday"], listed()["weekend"]["hour"], listed()["weekend"]["regions"]) == (
        "saturday",
        9,
        [],
    )
    moved = run("schedules", "move", "weekend", "MX", answer="y\n")
    assert "The next wave would leave on Friday, 15 May 2026, 19:00 UTC, in Pacific/Kiritimati" in " ".join(
        moved.stderr.split()
    )
    assert listed()["weekend"]["regions"] == ["MX"]
    with pytest.raises(NotAllowedError, match="Move them to another first"):
        run("schedules", "remove", "weekend", "--yes")
    run("schedules", "rename", "weekend", "saturdays")
    run("regions", "change", "MX", "--schedule", "weekly")
    run("schedules", "remove", "saturdays", "--yes")
    assert set(listed()) == {"weekly"}
    with world.db.reading() as session:
        entries = [(one.action, one.actor) for one in session.query(LogEntry).order_by(LogEntry.id)]
    assert {actor for _, actor in entries} == {COMMAND_LINE}
    assert [action for action, _ in entries][:3] == ["schedule added", "region changed", "schedule renamed"]


def test_a_change_says_first_what_it_means_and_asks(world):
    declined = run("schedules", "change", "weekly", "--weekday", "monday", answer="n\n")
    assert "The next wave would leave on Sunday, 17 May 2026, 17:00 UTC" in " ".join(declined.stderr.split())
    assert declined.exit_code == 1
    assert listed()["weekly"]["weekday"] == "friday"
    run("schedules", "change", "weekly", "--weekday", "monday", "--yes")
    assert listed()["weekly"]["weekday"] == "monday"


def test_no_command_moves_a_region_so_that_its_issue_would_leave_twice(world):
    run("schedules", "add", "sunday", "--weekday", "sunday")
    with world.db.writing() as session:
        plan_rounds(session, NOW)
        make_issue(session, region(session, "MX"), state=IssueState.OUT)
    for words in (
        ("schedules", "move", "sunday", "MX"),  # refused before it asks
        ("schedules", "move", "sunday", "MX", "--yes"),
        ("regions", "change", "MX", "--schedule", "sunday"),
        ("regions", "enable", "MX", "--schedule", "sunday"),
    ):
        with pytest.raises(NotAllowedError, match="Readers could get it twice"):
            run(*words)
