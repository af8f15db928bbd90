"""`newsletter subscribers`, on a real database."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import subscribers
from newsletter.config import Settings
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.reasons import Reason, keep_reason
from tests.conftest import KEY
from tests.support.world import NOW, make_region

ANA = "ana@readers.example"


@pytest.fixture(autouse=True)
def _service(db, clock, monkeypatch):
    made = Service(settings=Settings(), clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(subscribers, "service", lambda: made)
    with db.writing() as session:
        make_region(session, "MX", language="es")
        make_region(session, "latin-america", language="es", time_zone="America/Bogota")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(subscribers.app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_reader_whose_consent_is_on_record_is_added_at_once():
    added = json.loads(run("add", ANA, "--region", "mx", "--region", "Latin-America", "--confirmed", "--json").stdout)
    assert (added["state"], added["regions"]) == ("confirmed", ["MX", "latin-america"])
    assert (added["language"], added["time_zone"]) == ("es", "America/Mexico_City")
    shown = json.loads(run("show", ANA, "--json").stdout)
    assert [(consent["act"], consent["way"]) for consent in shown["consents"]] == [("confirmed", "command")]


def test_anyone_else_is_asked_by_mail(db):
    said = run("add", ANA, "--region", "MX", "--time-zone", "America/Tijuana")
    assert "asks for confirmation of Mexico" in said.stderr
    shown = json.loads(run("show", ANA, "--json").stdout)
    assert (shown["state"], shown["regions"], shown["waiting"]) == ("pending", [], ["MX"])
    assert shown["time_zone"] == "America/Tijuana"
    with db.reading() as session:
        assert [notice.kind for notice in session.scalars(select(Notice))] == [NoticeKind.CONFIRM]


def test_readers_are_listed_shown_and_counted():
    run("add", ANA, "--region", "MX", "--confirmed")
    run("add", "bo@readers.example", "--region", "latin-america", "--confirmed")
    assert [row["address"] for row in json.loads(run("list", "--region", "mx", "--json").stdout)] == [ANA]
    assert json.loads(run("list", "--state", "left", "--json").stdout) == []
    assert ANA in run("list").stdout
    assert json.loads(run("count", "--json").stdout) == {"pending": 0, "confirmed": 2, "suspended": 0, "left": 0}
    assert "confirmed" in run("count", "--region", "MX").stdout
    shown = run("show", ANA).stdout
    assert "confirmed" in shown
    assert "command" in shown


def test_one_who_left_or_is_suppressed_is_not_added():
    run("add", ANA, "--region", "MX", "--confirmed")
    assert "nothing more is sent" in run("leave", ANA).stderr
    assert "already" in run("leave", ANA).stderr
    with pytest.raises(NotAllowedError, match="has left"):
        run("add", ANA, "--region", "MX", "--confirmed")
    assert "Suppressed" in run("suppress", "bo@readers.example", "--reason", "asked by letter").stderr
    assert "already" in run("suppress", "Bo@readers.example", "--reason", "again").stderr
    for confirmed in ([], ["--confirmed"]):
        with pytest.raises(NotAllowedError, match="suppressed"):
            run("add", "bo@readers.example", "--region", "MX", *confirmed)


def test_what_is_wrong_is_said():
    with pytest.raises(NotFoundError, match="Did you mean"):
        run("add", ANA, "--region", "mexi")
    with pytest.raises(InvalidInputError, match="no letter for 'ES'"):
        run("add", ANA, "--region", "ES")
    with pytest.raises(InvalidInputError, match="not an e-mail address"):
        run("add", "ana", "--region", "MX")
    with pytest.raises(NotFoundError, match="Nobody"):
        run("show", ANA)


def test_everything_about_a_reader_is_erased_and_nobody_mails_them_again():
    run("add", ANA, "--region", "MX", "--confirmed")
    assert "Erased" in run("erase", ANA, "--yes").stderr
    with pytest.raises(NotFoundError):
        run("show", ANA)
    with pytest.raises(NotAllowedError):
        run("add", ANA, "--region", "MX", "--confirmed")


def test_why_people_left_is_counted_with_nobodys_name(db):
    with db.writing() as session:
        for reason in (Reason.OFTEN, Reason.OFTEN, Reason.TOPIC):
            keep_reason(session, reason, "", NOW)
    counted = json.loads(run("reasons", "--json").stdout)
    assert counted == {reason.value: 0 for reason in Reason} | {"often": 2, "topic": 1}
    assert "often" in run("reasons").stdout
