"""What other weights would have picked, against what was picked, on both databases."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from newsletter.bootstrap import Service
from newsletter.cli import picks as command
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import SettingsError
from newsletter.issues.drafting import draft
from newsletter.issues.models import Issue, Item
from newsletter.issues.trying import try_weights
from newsletter.picking.weights import USUAL, Weights
from newsletter.regions.models import Region
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.world import NOW, WEEK, make_event, make_issue, make_region, make_source, make_story

GRAVE = ("Blast in the harbour", "Nine people were killed by a blast in the harbour.")
TRUSTED = ("Museum reopens with lost paintings", "Visitors queued to see the canvases.")
FRESH_ALONE = Weights(sources=0, region=0, severity=0, reach=0, weight=0, lasting=0, repeat=0)


def drafted(session) -> Region:
    """A letter of one item: of a grave event and a fresher quiet one, the grave one was picked."""
    region = make_region(session, minimum_items=1, item_count=1)
    make_event(session, [make_story(session, GRAVE[0], summary=GRAVE[1], dated_at=NOW - timedelta(days=4))])
    make_event(session, [make_story(session, TRUSTED[0], summary=TRUSTED[1], dated_at=NOW - timedelta(hours=1))])
    draft(session, region, WEEK, NOW)
    return region


def test_the_weights_that_picked_pick_the_same(db: Database) -> None:
    with db.writing() as session:
        (trial,) = try_weights(session, drafted(session), USUAL)
    assert (trial.week, trial.came, trial.left, trial.moved) == (WEEK, (), (), ())
    assert [(entry.position, entry.was) for entry in trial.entries] == [(1, 1)]


def test_other_weights_show_what_came_in_and_what_went_out_and_change_nothing(db: Database) -> None:
    with db.writing() as session:
        (trial,) = try_weights(session, drafted(session), FRESH_ALONE)
    assert [entry.headline for entry in trial.came] == [TRUSTED[0]]
    assert [left.headline for left in trial.left] == [GRAVE[0]]
    with db.reading() as session:
        assert [item.headline for item in session.scalars(select(Item))] == [GRAVE[0]]


def test_the_latest_weeks_are_tried_and_skipped_ones_are_not(db: Database) -> None:
    with db.writing() as session:
        region = drafted(session)
        for number in range(15, 20):
            until = NOW - timedelta(weeks=20 - number)
            make_issue(session, region, f"2026-W{number}", items=1, until=until, since=until - timedelta(weeks=1))
        skipped = session.scalars(select(Issue).where(Issue.week == "2026-W18")).one()
        skipped.state, skipped.number = "skipped", None
        session.flush()
        assert [trial.week for trial in try_weights(session, region, USUAL, weeks=3)] == [
            "2026-W20",
            "2026-W19",
            "2026-W17",
        ]


def test_a_region_without_issues_has_no_trials(db: Database) -> None:
    with db.writing() as session:
        assert try_weights(session, make_region(session), USUAL) == []


def test_the_command_compares_and_refuses_a_wrong_file(
    db: Database, clock: StillClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "service", lambda: Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY]))
    with db.writing() as session:
        drafted(session)
        make_source(session)
    file = tmp_path / "fresh.toml"
    file.write_text("[score]\nsources = 0\nregion = 0\nseverity = 0\nreach = 0\nweight = 0\n")
    shown = CliRunner().invoke(command.app, ["try", "MX", "--weights", str(file)]).stdout
    assert f"{WEEK}: 1 came in, 1 went out, 0 moved" in shown
    data = json.loads(CliRunner().invoke(command.app, ["try", "MX", "--weights", str(file), "--json"]).stdout)
    assert data[0]["entries"][0]["headline"] == TRUSTED[0]
    file.write_text("[score]\nmoon = 1\n")
    refused = CliRunner().invoke(command.app, ["try", "MX", "--weights", str(file)])
    assert isinstance(refused.exception, SettingsError)
    assert "moon: no such weight" in str(refused.exception)
