"""`newsletter regions`, on a real database."""

import json

import pytest
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import regions
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import NotFoundError
from tests.conftest import KEY
from tests.support.clocks import StillClock


@pytest.fixture(autouse=True)
def _service(db: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(regions, "service", lambda: made)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(regions.app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_region_is_switched_on_shown_changed_and_switched_off():
    made = json.loads(run("enable", "mx", "--items", "8", "--approval", "automatic", "--json").stdout)
    assert made["code"] == "MX"
    assert (made["items"], made["minimum"], made["approval"], made["language"]) == (8, 3, "automatic", "es")
    run("change", "MX", "--minimum", "4")
    shown = json.loads(run("show", "MX", "--json").stdout)
    assert (shown["on"], shown["minimum"], shown["items"]) == (True, 4, 8)
    assert "is off" in run("disable", "MX").stderr
    assert json.loads(run("show", "MX", "--json").stdout)["on"] is False
    with pytest.raises(NotFoundError, match="not switched on"):
        run("change", "MX", "--minimum", "4")


def test_the_list_shows_what_is_on_or_the_whole_catalogue():
    assert "No region is on yet" in run("list").stderr
    run("enable", "MX")
    run("enable", "latin-america")
    on = json.loads(run("list", "--json").stdout)
    assert [row["code"] for row in on] == ["MX", "latin-america"]
    everything = {row["code"]: row for row in json.loads(run("list", "--all", "--json").stdout)}
    assert len(everything) > 250
    assert (everything["MX"]["on"], everything["ES"]["on"]) == (True, False)


def test_tables_name_regions_for_people():
    run("enable", "MX")
    assert "🇲🇽 Mexico" in run("list").stdout
    assert "Mexiko" in run("search", "mexi", "--language", "de").stdout
    assert "Guatemala" in run("show", "central-america").stdout
    assert "No region is called" in run("search", "xyzzyq").stderr


def test_the_schedule_is_shown_and_changed():
    assert json.loads(run("schedule", "--json").stdout)["weekday"] == "friday"
    changed = json.loads(run("schedule", "--weekday", "thu", "--hour", "6", "--lead", "48", "--json").stdout)
    assert changed == {"name": "weekly", "weekday": "thursday", "hour": 6, "lead_hours": 48, "window_hours": 12}
    assert "Thursday, 06:00 where the reader is" in run("schedule").stdout
