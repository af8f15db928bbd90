"""`newsletter keys`, on a real database."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import keys
from newsletter.config import Settings
from newsletter.editors.key_models import ApiKey
from newsletter.editors.models import LogEntry
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from tests.conftest import KEY
from tests.support.world import make_region


@pytest.fixture(autouse=True)
def _service(db, clock, monkeypatch):
    made = Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(keys, "service", lambda: made)


def run(*arguments: str, answer: str = "") -> Result:
    result = CliRunner().invoke(keys.app, arguments, input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_key_is_shown_once_and_only_its_hash_is_kept(db):
    secret = run("add", "Nightly import").stdout.strip()
    assert secret.startswith("rwk_")
    assert secret not in run("list").stdout + run("list", "--json").stdout
    with db.reading() as session:
        [row] = session.scalars(select(ApiKey))
        kept = [str(getattr(row, column.key)) for column in ApiKey.__table__.columns]
        entries = [str(entry.details) + entry.subject for entry in session.scalars(select(LogEntry))]
    assert not [value for value in (*kept, *entries) if secret[12:] in value]


def test_a_key_is_listed_with_its_role_and_regions_and_revoked_after_a_question(db):
    with db.writing() as session:
        make_region(session, "MX")
    made = json.loads(run("add", "Mexico desk", "--role", "editor", "--region", "mx", "--json").stdout)
    [listed] = json.loads(run("list", "--json").stdout)
    assert (listed["name"], listed["role"], listed["regions"]) == ("Mexico desk", "editor", ["MX"])
    assert made["key"].startswith(listed["prefix"])
    number = str(listed["id"])
    assert run("revoke", number, answer="n\n").exit_code == 1
    assert json.loads(run("list", "--json").stdout)[0]["revoked_at"] is None
    assert run("revoke", number, "--yes").exit_code == 0
    assert json.loads(run("list", "--json").stdout)[0]["revoked_at"]
    with pytest.raises(NotAllowedError):
        run("revoke", number, "--yes")
    with db.reading() as session:
        log = [(entry.action, entry.subject) for entry in session.scalars(select(LogEntry).order_by(LogEntry.id))]
    assert log == [("key made", "key Mexico desk"), ("key revoked", "key Mexico desk")]


def test_a_name_is_needed_and_belongs_to_one_key_that_is_good():
    run("add", "Nightly import")
    with pytest.raises(InvalidInputError):
        run("add", " nightly  import ".replace("n", "N", 1))
    with pytest.raises(InvalidInputError):
        run("add", " ")
    with pytest.raises(NotFoundError):
        run("revoke", "99", "--yes")
