"""Weights of regions, updates and differences in drafts, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.db import Database
from newsletter.errors import SettingsError
from newsletter.events.gathering import gather
from newsletter.issues.content import content_hash, shown
from newsletter.issues.drafting import draft
from newsletter.issues.weighing import KEY, WeightsFolder, read_weights, weights_of
from newsletter.picking.weights import USUAL, Weights
from tests.support.world import NOW, WEEK, make_event, make_issue, make_region, make_source, make_story

KNOWN = "Seven people were killed when a bridge collapsed over the river, the mayor said."


def folder(tmp_path: Path, **files: str) -> WeightsFolder:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text)
    return WeightsFolder(tmp_path)


def test_a_regions_file_builds_upon_the_one_for_all(tmp_path: Path) -> None:
    weights = folder(tmp_path, default="[score]\nsources = 4", MX="[score]\nreach = 2")
    assert weights.of("MX") == (Weights(sources=4, reach=2), [tmp_path / "default.toml", tmp_path / "MX.toml"])
    assert weights.of("ES")[0] == Weights(sources=4)


def test_without_a_folder_all_is_as_usual() -> None:
    assert WeightsFolder(None).of("MX") == (USUAL, [])
    WeightsFolder(None).check()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        pytest.param("mx", "", "there is no region 'mx'; name it like MX.toml", id="a small letter"),
        pytest.param("MX", "[score]\nmoon = 1", "moon: no such weight", id="no such weight"),
        pytest.param("default", "[score", "is not TOML", id="no TOML"),
    ],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        folder(tmp_path, **{name: text}).check()
    assert complaint in str(caught.value)


def test_a_folder_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not there"):
        WeightsFolder(tmp_path / "none").check()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"#" * 200_000], ids=["not UTF-8", "too large"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "MX.toml").write_bytes(body)
    with pytest.raises(SettingsError):
        read_weights(tmp_path / "MX.toml")


def test_a_draft_is_picked_with_the_weights_of_its_region(database_url: str, tmp_path: Path) -> None:
    db = Database(database_url, {KEY: folder(tmp_path, MX="[score]\nregion = 0.0")})
    with db.writing() as session:
        make_event(session, [make_story(session, "Quake shakes villages in Oaxaca")])
        issue = draft(session, make_region(session, minimum_items=1), WEEK, NOW)
        assert {part["name"]: part["value"] for part in issue.items[0].parts}["region"] == 0.0
    db.close()


def test_a_file_that_went_wrong_costs_no_letter_and_the_editors_are_told(database_url: str, tmp_path: Path) -> None:
    db = Database(database_url, {KEY: folder(tmp_path, MX="[score]\nmoon = 1")})
    with db.writing() as session:
        make_event(session, [make_story(session, "Quake shakes villages in Oaxaca")])
        issue = draft(session, make_region(session, minimum_items=1), WEEK, NOW)
        assert len(issue.items) == 1
        assert issue.note is not None
        assert issue.note.startswith("Picked with the usual weights.")
        assert weights_of(session, "MX").weights == USUAL
    db.close()


def bridge(session, summary: str, **columns):
    return make_story(session, "Bridge collapses over the river", summary=summary, **columns)


def test_an_event_of_an_earlier_issue_comes_again_only_with_new_facts_and_is_marked(db: Database) -> None:
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        old = bridge(session, KNOWN, dated_at=NOW - timedelta(days=8))
        mourning = bridge(session, "The town mourned those who died on the bridge.", dated_at=NOW - timedelta(hours=5))
        event = make_event(session, [old, mourning])
        make_issue(session, region, items=[event], week="2026-W19", until=NOW - timedelta(days=7))
        make_event(session, [make_story(session, "Jaguar cubs born within reserve")])
        issue = draft(session, region, WEEK, NOW)
        assert event.id not in [item.event_id for item in issue.items]
        (missed,) = [one for one in issue.near_misses if one["event"] == event.id]
        assert missed["reason"] == "The letter of week 19 told it, and the reports since state no new facts."
    with db.writing() as session:
        region = session.merge(region)
        mourning = session.merge(mourning)
        mourning.summary = "Nine people were killed on the bridge, the mayor said."
        session.delete(session.merge(issue))
        session.flush()
        again = draft(session, region, WEEK, NOW)
        (item,) = [item for item in again.items if item.event_id == event.id]
        assert item.is_update
        assert {"update": True}.items() <= shown(again)["items"][item.position - 1].items()


def test_a_draft_freezes_the_facts_on_which_reports_differ_and_approval_covers_them(db: Database) -> None:
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        bridge(session, KNOWN, source=make_source(session, "The Herald"))
        bridge(session, KNOWN.replace("Seven", "Nine"), source=make_source(session, "The Post"))
        gather(session, NOW)
        issue = draft(session, region, WEEK, NOW)
        (item,) = issue.items
        (difference,) = item.differences
        assert (difference["attribute"], difference["kind"], difference["shown"]) == ("killed", "disagreement", True)
        assert difference["acknowledged_by"] is None
        assert [value["source"] for value in difference["values"]] == ["The Herald", "The Post"]
        before = content_hash(issue)
        item.differences = [{**difference, "acknowledged_by": "Ana"}]
        assert content_hash(issue) == before
        item.differences = [{**difference, "shown": False}]
        assert content_hash(issue) != before
