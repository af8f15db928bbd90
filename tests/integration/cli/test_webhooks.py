"""`newsletter webhooks`, on a real database, with a program that listens."""

import json

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import webhooks
from newsletter.config import Settings
from newsletter.errors import InvalidInputError, NotFoundError, UnavailableError
from newsletter.happenings.keeping import happened
from newsletter.happenings.models import CallState, Happening, WebhookCall
from tests.conftest import KEY
from tests.support.receiver import Receiver
from tests.support.world import NOW, make_region


@pytest.fixture
def receiver():
    with Receiver().running() as running:
        yield running


@pytest.fixture(autouse=True)
def _service(db, clock, monkeypatch):
    settings = Settings(webhook_allow="127.0.0.0/8")
    made = Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(webhooks, "service", lambda: made)


def run(*arguments: str, answer: str = "") -> Result:
    result = CliRunner().invoke(webhooks.app, arguments, input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed():
    return json.loads(run("list", "--json").stdout)


def test_a_webhook_is_added_tried_switched_and_removed(db, receiver):
    with db.writing() as session:
        make_region(session, "MX")
    secret = run("add", receiver.url, "--on", "reader.left", "--region", "mx").stdout.strip()
    assert secret.startswith("whsec_")
    [row] = listed()
    assert (row["told"], row["regions"], row["with_addresses"]) == (["reader.left"], ["MX"], False)
    assert secret not in run("list").stdout
    assert "204" in run("test", str(row["id"])).stderr
    assert json.loads(receiver.calls[0].body)["type"] == "test"
    run("switch", str(row["id"]), "--off")
    assert listed()[0]["state"] == "off"
    assert run("remove", str(row["id"]), answer="n\n").exit_code == 1
    assert run("remove", str(row["id"]), "--yes").exit_code == 0
    assert listed() == json.loads(run("calls", "--json").stdout) == []


def test_a_test_that_is_not_answered_well_is_a_failure(receiver):
    receiver.answers, receiver.said = [500], b"out of order"
    run("add", receiver.url)
    with pytest.raises(UnavailableError, match="500"):
        run("test", "1", "--json")


def test_calls_that_were_given_up_are_listed_and_made_again(db, receiver):
    run("add", receiver.url)
    with db.writing() as session:
        happened(session, Happening.LEFT, {"reader": 7}, regions=["MX"], now=NOW)
        session.flush()
        session.scalars(select(WebhookCall)).one().state = CallState.GIVEN_UP
    assert "reader.left" in run("calls", "1", "--state", "given up").stdout
    assert "1 made again" in run("replay", "1").stderr
    assert "0 made again" in run("replay", "1").stderr
    with pytest.raises(NotFoundError):
        run("replay", "1", "--call", "99")


@pytest.mark.parametrize("url", ["ftp://hooks.example", "nothing"])
def test_an_address_that_nobody_can_be_called_at_is_refused(url):
    with pytest.raises(InvalidInputError):
        run("add", url)


def test_a_network_that_is_none_stops_the_start():
    with pytest.raises(ValidationError):
        Settings(webhook_allow="the house")
