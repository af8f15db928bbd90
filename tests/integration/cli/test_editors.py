"""`newsletter editors`, on a real database."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import editors
from newsletter.config import Settings
from newsletter.editors.models import LogEntry
from newsletter.editors.signing_in import sign_in
from newsletter.errors import InvalidInputError, NotFoundError
from tests.conftest import KEY
from tests.support.world import make_region

ADA = "ada@newsroom.example"
ACTIONS = ("editor added", "role changed", "address changed", "address changed", "editor removed")


@pytest.fixture(autouse=True)
def _service(db, clock, monkeypatch):
    made = Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(editors, "service", lambda: made)


def run(*arguments: str, answer: str = "") -> Result:
    result = CliRunner().invoke(editors.app, arguments, input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def actions(db):
    with db.reading() as session:
        return [(entry.actor, entry.action) for entry in session.scalars(select(LogEntry).order_by(LogEntry.id))]


def test_an_editor_is_added_listed_given_a_role_and_removed(db):
    assert "publisher now" in run("add", "Ada@Newsroom.example", "--name", "Ada L.", "--role", "publisher").stderr
    [listed] = json.loads(run("list", "--json").stdout)
    assert listed == {"address": ADA, "name": "Ada L.", "role": "publisher", "regions": []}
    run("role", ADA, "admin")
    assert "admin" in run("list").stdout
    assert "mailed at ada.l@newsroom.example now" in run("address", ADA, "Ada.L@Newsroom.example").stderr
    run("address", "ada.l@newsroom.example", ADA)
    assert run("remove", ADA, answer="n\n").exit_code == 1
    assert json.loads(run("list", "--json").stdout)
    assert run("remove", ADA, "--yes").exit_code == 0
    assert json.loads(run("list", "--json").stdout) == []
    assert actions(db) == [("command line", action) for action in ACTIONS]


def test_an_editor_is_limited_to_regions_and_let_back_to_all(db):
    with db.writing() as session:
        make_region(session, "MX")
    run("add", ADA, "--name", "Ada")
    assert "edits MX now" in run("limit", ADA, "mx").stderr
    assert json.loads(run("list", "--json").stdout)[0]["regions"] == ["MX"]
    assert "all regions" in run("limit", ADA).stderr
    with pytest.raises(NotFoundError, match="regions enable"):
        run("limit", ADA, "ES")
    assert actions(db)[1:] == [("command line", "regions changed")] * 2


def test_a_link_signs_in_and_its_secret_is_in_no_log(db, clock):
    run("add", ADA, "--name", "Ada")
    url = run("link", ADA).stdout.strip()
    assert url.startswith("http://127.0.0.1:8000/desk/sign-in/")
    assert json.loads(run("link", ADA, "--json").stdout)["url"] != url
    with db.reading() as session:
        assert all(url.rpartition("/")[2] not in repr(vars(entry)) for entry in session.scalars(select(LogEntry)))
    newest = run("link", ADA).stdout.strip().rpartition("/")[2]
    with db.writing() as session:
        assert sign_in(session, newest, clock.now())[0].name == "Ada"


def test_what_is_wrong_is_said():
    with pytest.raises(NotFoundError, match="editors list"):
        run("link", ADA)
    with pytest.raises(InvalidInputError, match="not an e-mail address"):
        run("add", "ada", "--name", "Ada")
    run("add", ADA, "--name", "Ada")
    with pytest.raises(InvalidInputError, match="already"):
        run("add", ADA, "--name", "Ada")
