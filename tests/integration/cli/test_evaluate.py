"""`newsletter evaluate`: figures for people and scripts, predictions, and files that can't be used."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli.evaluate import app
from newsletter.errors import InvalidInputError

DATA = Path(__file__).parents[2] / "data" / "editorial"
STORY = {"id": "a", "language": "en", "title": "Mexico votes", "summary": "", "countries": ["MX"], "event": "vote"}


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps(STORY) + "\n")
    return file


@pytest.mark.parametrize("task", ["regions", "events"])
def test_figures_are_printed_for_people_and_for_scripts(labelled: Path, task: str) -> None:
    assert "Cost: " in run(task, labelled)
    data = json.loads(run(task, labelled, "--json"))
    assert data["task"] == task
    assert data["cost"]["peak_mb"] > 0


@pytest.mark.parametrize("task", ["facts", "picks"])
def test_our_own_labelled_sets_can_be_measured(task: str) -> None:
    assert json.loads(run(task, DATA / f"{task}.jsonl", "--json"))["task"] == task
    assert "Cost: " in run(task, DATA / f"{task}.jsonl")


def test_predictions_are_written_one_a_line(labelled: Path, tmp_path: Path) -> None:
    run("regions", labelled, "--predictions", tmp_path / "found.jsonl")
    (found,) = map(json.loads, (tmp_path / "found.jsonl").read_text().splitlines())
    assert (found["id"], found["countries"]) == ("a", ["MX"])


def test_standard_input_is_read(labelled: Path) -> None:
    result = CliRunner().invoke(app, ["regions", "-", "--json"], input=labelled.read_bytes())
    assert json.loads(result.stdout)["stories"] == 1


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("missing.jsonl", "cannot be read: No such file"), (".", "cannot be read: Is a directory")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, path: str, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        run("regions", tmp_path / path)


def test_predictions_that_cannot_be_written_are_named(labelled: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be written"):
        run("regions", labelled, "--predictions", tmp_path / "none" / "out.jsonl")
