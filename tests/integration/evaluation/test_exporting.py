"""A newsroom's own decisions as labelled lines, measured by the very commands that they are for."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newsletter.bootstrap import Service
from newsletter.cli import context
from newsletter.cli.evaluate import app
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.editors.log import AUTOMATIC
from newsletter.errors import InvalidInputError
from newsletter.evaluation import exporting
from newsletter.events.gathering import gather
from newsletter.events.models import Decision, DecisionKind
from newsletter.issues.approving import approve
from newsletter.issues.drafting import draft
from newsletter.issues.models import Issue
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.world import NOW, WEEK, make_event, make_region, make_source, make_story

STORIES = (
    ("The Herald", "Bridge collapses in Mexico", "Seven people were killed when a bridge over the river collapsed."),
    (
        "The Post",
        "Bridge over Mexican river collapses",
        "Nine people were killed when the bridge collapsed, police said.",
    ),
    ("The Post", "Jaguar cubs born in Mexico's reserve", "Biologists counted three healthy animals in the forest."),
)


def approved(session, by: str = "Ana") -> Issue:
    region = make_region(session, minimum_items=1)
    for paper, title, summary in STORIES:
        source = make_source(session, paper)
        make_story(session, title, summary=summary, source=source, dated_at=NOW - timedelta(hours=9))
    gather(session, NOW)
    return approve(session, draft(session, region, WEEK, NOW), by=by, now=NOW)


def lines(db: Database, kind: str) -> list[dict[str, Any]]:
    with db.reading() as session:
        return list(exporting.export(session, kind))


def test_events_of_approved_issues_are_labels(db: Database) -> None:
    with db.writing() as session:
        approved(session)
    found = lines(db, "events")
    assert sorted(line["title"] for line in found) == sorted(title for _, title, _ in STORIES)
    by_event: dict[str, int] = {}
    for line in found:
        by_event[line["event"]] = by_event.get(line["event"], 0) + 1
    assert sorted(by_event.values()) == [1, 2]


def test_events_that_an_editor_split_are_labels_before_any_issue_carries_them(db: Database) -> None:
    with db.writing() as session:
        stories = [make_story(session, title, summary=summary) for _, title, summary in STORIES]
        one, other = make_event(session, stories[:2]), make_event(session, stories[2:])
        make_event(session, [make_story(session, "Nobody looked at this")])
        left, moved = [stories[0].id, stories[1].id], [stories[2].id]
        decision = Decision(kind=DecisionKind.SPLIT, from_event_id=one.id, to_event_id=other.id, by="Ana", at=NOW)
        decision.stories, decision.others = moved, left
        session.add(decision)
    assert sorted(line["id"] for line in lines(db, "events")) == sorted(str(each) for each in [*left, *moved])


def test_a_difference_that_was_let_stand_is_a_label_and_one_that_was_taken_out_is_none(db: Database) -> None:
    with db.writing() as session:
        approved(session)
    (pair,) = lines(db, "facts")
    assert (pair["differ"], pair["a"]["source"], pair["b"]["source"]) == (["killed"], "The Herald", "The Post")
    with db.writing() as session:
        (item,) = [item for item in session.query(Issue).one().items if item.differences]
        item.differences = [{**one, "shown": False} for one in item.differences]
    (pair,) = lines(db, "facts")
    assert pair["differ"] == []


def test_picks_come_with_all_that_could_have_been_picked(db: Database) -> None:
    with db.writing() as session:
        issue = approved(session)
    *stories, pick = lines(db, "picks")
    assert len(stories) == len(STORIES)
    assert (pick["week"], pick["region"]) == (WEEK, "MX")
    assert pick["ids"] == [str(item.story_id) for item in issue.items]


@pytest.mark.parametrize("kind", exporting.KINDS)
def test_an_issue_that_approved_itself_is_no_label(db: Database, kind: str) -> None:
    with db.writing() as session:
        approved(session, by=AUTOMATIC)
    assert lines(db, kind) == []


def test_what_is_exported_can_be_measured(
    db: Database, clock: StillClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "service", lambda: Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY]))
    with db.writing() as session:
        approved(session)
    assert CliRunner().invoke(app, ["export", str(tmp_path / "labelled")]).exit_code == 0
    for kind in exporting.KINDS:
        result = CliRunner().invoke(app, [kind, str(tmp_path / "labelled" / f"{kind}.jsonl"), "--json"])
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["task"] == kind


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["export", str(tmp_path / "file" / "folder")])
    assert isinstance(result.exception, InvalidInputError)
    assert "cannot be made" in str(result.exception)
