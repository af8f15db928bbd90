"""The commands as a person types them, on a real database."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service, bootstrap
from newsletter.cli import app
from newsletter.cli.context import service
from newsletter.clock import FileClock
from newsletter.errors import NewsletterError, NotAllowedError, NotFoundError
from newsletter.issues.models import IssueState
from newsletter.regions.service import region
from tests.support.world import NOW, WEEK, make_issue, make_region, make_source, make_story

TITLES = (
    "Quake shakes villages in Oaxaca",
    "Central bank lowers its rate again",
    "Teachers march through the capital",
    "Jaguar cubs born in a Yucatan reserve",
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A service of its own, whose clock stands at NOW, with four stories about Mexico."""
    clock_file = tmp_path / "clock"
    FileClock(clock_file).set(NOW)
    monkeypatch.setenv("NEWSLETTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NEWSLETTER_CLOCK_FILE", str(clock_file))
    service.cache_clear()
    made: Service = bootstrap()
    with made.db.writing() as session:
        make_region(session)
        source = make_source(session, "El Sol [de México]")
        for title in TITLES:
            make_story(session, title, source=source, summary=f"{title}, said {title.split()[0]}.")
    yield made
    service().db.close()
    service.cache_clear()
    made.db.close()


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, words)
    if isinstance(result.exception, NewsletterError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def as_json(*words: str):
    return json.loads(run(*words, "--json").stdout)


def test_a_week_is_drafted_from_the_stories_that_came_in(world: Service):
    [issue] = as_json("draft", "mx")
    assert (issue["name"], issue["state"], issue["number"]) == (f"MX/{WEEK}", "draft", 1)
    assert {item["headline"] for item in issue["items"]} == set(TITLES)
    assert all(part["reason"] for item in issue["items"] for part in item["parts"])
    assert as_json("draft", "MX") == [issue]


def test_every_region_is_drafted_and_a_thin_one_says_why(world: Service):
    with world.db.writing() as session:
        make_region(session, "ES")
    result = run("draft", "--all")
    assert "MX/2026-W20" in result.stdout
    assert {issue["state"] for issue in as_json("issues", "list", "--region", "ES")} == {"skipped"}


def test_a_draft_names_one_region_or_all(world: Service):
    with pytest.raises(NewsletterError, match="--all"):
        run("draft")
    with pytest.raises(NewsletterError, match="--all"):
        run("draft", "MX", "--all")
    with pytest.raises(NotFoundError, match="newsletter regions enable ES"):
        run("draft", "ES")


def test_an_issue_is_shown_with_its_reasons(world: Service):
    run("draft", "MX")
    shown = run("issues", "show", "MX", "--why").stdout
    assert "MX/2026-W20, number 1: draft, in English" in shown
    assert "not approved" in shown
    assert "El Sol [de México]" in shown  # square brackets are text, not colours
    assert "Only El Sol [de México] reports it." in shown
    assert "It is clearly about Mexico (90% sure)." in shown


def test_what_missed_is_shown_with_the_reason(world: Service):
    run("draft", "MX")
    assert "Nothing missed" in run("issues", "show", "MX", "--candidates").stdout
    with world.db.writing() as session:
        region(session, "MX").item_count = 3
    missed = as_json("issues", "show", "MX", "--candidates")["candidates"]
    assert [one["missed"] for one in missed] == ["El Sol [de México] already leads two items."]


def test_approval_is_given_for_what_is_shown_and_voided_by_an_edit(world: Service):
    [draft] = as_json("draft", "MX")
    approved = as_json("issues", "approve", "MX", "--hash", draft["content_hash"][:8])
    assert (approved["state"], approved["approved_by"]) == ("approved", "command line")
    said = run("issues", "retitle", "MX", "1", "Another headline").stderr
    assert "The approval by command line is void" in said
    with pytest.raises(NotAllowedError, match="changed since you looked"):
        run("issues", "approve", "MX", "--hash", draft["content_hash"])
    assert "Another headline" in run("issues", "approve", "MX").stdout
    actions = [entry["action"] for entry in as_json("issues", "log", "MX")]
    assert actions == ["issue drafted", "issue approved", "issue edited", "approval void", "issue approved"]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("subject", "MX", "After the quake"), "subject", "After the quake"),
        (("intro", "MX", "A week of aftershocks."), "intro", "A week of aftershocks."),
        (("rewrite", "MX/1", "2", "Said otherwise."), "summary", "Said otherwise."),
        (("drop", "MX", "2"), "headlines", [0, 2, 3]),
        (("move", "MX", "4", "1"), "headlines", [3, 0, 1, 2]),
    ],
)
def test_edits_from_the_command_line(world: Service, words, field, value):
    [draft] = as_json("draft", "MX")
    before = [item["headline"] for item in draft["items"]]
    after = as_json("issues", *words)
    if field == "headlines":
        assert [item["headline"] for item in after["items"]] == [before[number] for number in value]
    elif field == "summary":
        assert after["items"][1]["summary"] == value
    else:
        assert after[field] == value


def test_an_issue_is_held_released_and_skipped(world: Service):
    run("draft", "MX")
    assert as_json("issues", "hold", "MX", "--reason", "doubts")["note"] == "doubts"
    assert as_json("issues", "release", "MX")["state"] == "draft"
    assert as_json("issues", "skip", "MX", "--reason", "holidays")["state"] == "skipped"
    [issue] = as_json("draft", "MX", "--again")
    assert (issue["state"], issue["number"], len(issue["items"])) == ("draft", 1, 4)


def test_issues_are_listed_by_state(world: Service):
    with world.db.writing() as session:
        make_issue(session, make_region(session, "ES"), state=IssueState.OUT)
    run("draft", "MX")
    assert [issue["name"] for issue in as_json("issues", "list", "--state", "out")] == [f"ES/{WEEK}"]
    assert "MX/2026-W20" in run("issues", "list").stdout
