"""Lists by command: a dry run that says where to look, then the real thing, and back out again."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import lists, subscribers
from newsletter.clock import Clock
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotFoundError
from tests.conftest import KEY
from tests.support.world import make_region

# What a command says and writes does not depend on the database; test_importing asks both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LINES = """email,first_name,status,created_at,subscription_tier,utm_source
ana@readers.example,Ana,active,2023-06-01 10:00:00 UTC,free,
bo@readers.example,=1+1,unsubscribed,2023-06-01 10:00:00 UTC,free,
no address,,active,,free,
"""
CONSENT = ("--consent", "Form of 2019")


@pytest.fixture(autouse=True)
def _service(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY])
    for module in (lists, subscribers):
        monkeypatch.setattr(module, "service", lambda: made)
    with db.writing() as session:
        make_region(session, "MX", language="es")
        make_region(session, "ES", language="es")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "audience.csv"
    path.write_text(LINES)
    return str(path)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(subscribers.app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def rows(path: str) -> list[list[str]]:
    with Path(path).open(newline="") as lines:
        return list(csv.reader(lines))[1:]


def test_a_dry_run_changes_nothing_and_says_where_every_line_stands(file: str) -> None:
    said = run("import", file, "--region", "MX", *CONSENT)
    assert [row[:2] for row in rows(f"{file}.plan.csv")] == [["2", "new"], ["3", "kept as left"]]
    assert [row[:2] for row in rows(f"{file}.refused.csv")] == [["4", "refused"]]
    words = "".join(said.stderr.split())  # a long path may be broken across lines
    assert "audience.csv.plan.csv" in words
    assert "Thesamecommandwith--godoesit." in words
    assert json.loads(run("list", "--json").stdout) == []


def test_with_go_it_is_done_and_the_day_of_consent_is_the_one_in_the_file(file: str) -> None:
    done = json.loads(run("import", file, "--region", "MX", *CONSENT, "--go", "--json").stdout)
    assert (done["service"], done["done"], done["refused"]) == ("beehiiv", True, 1)
    assert done["lines"] == {"new": 1, "kept as left": 1}
    ana = json.loads(run("show", "ana@readers.example", "--json").stdout)
    assert (ana["state"], ana["regions"], ana["confirmed_at"][:10]) == ("confirmed", ["MX"], "2023-06-01")
    assert ana["consents"][0]["wording"] == "Form of 2019 (beehiiv)"
    assert "Form of 2019" in run("show", "ana@readers.example").stdout


def test_what_goes_out_comes_back_as_it_was(file: str, tmp_path: Path) -> None:
    run("import", file, "--region", "MX", *CONSENT, "--go")
    out = tmp_path / "readers.csv"
    run("export", str(out))
    again = json.loads(run("import", str(out), "--go", "--json").stdout)
    assert (again["service"], again["lines"], again["refused"]) == ("regional-weekly", {"known": 2}, 0)
    assert run("export").stdout.splitlines() == out.read_text().splitlines()
    assert [row[0] for row in csv.reader(run("export", "--state", "left").stdout.splitlines())][1:] == [
        "bo@readers.example"
    ]
    assert run("export", "--region", "ES").stdout.splitlines()[1:] == []


def test_suppressions_go_out_as_hashes(tmp_path: Path) -> None:
    run("suppress", "never@readers.example", "--reason", "asked")
    written = run("export-suppressions").stdout
    assert "never" not in written
    assert written.splitlines()[1].split(",")[1] == "asked"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("--region", "MX"), InvalidInputError, "--consent"),
        (("--region", "XX", *CONSENT), NotFoundError, "XX"),
        (("--region", "FR", *CONSENT), InvalidInputError, "switch the region on"),
        (("--region-column", "Place", *CONSENT), InvalidInputError, "no column 'Place'; the file has email"),
        (("--map", "Andes", *CONSENT), InvalidInputError, "TEXT=CODE"),
        (("--from", "mailchump", *CONSENT), InvalidInputError, "no service"),
        (("--encoding", "utf-99", *CONSENT), InvalidInputError, "no encoding"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_read(
    file: str, arguments: tuple[str, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        run("import", file, *arguments, "--go")
    assert json.loads(run("list", "--json").stdout) == []
