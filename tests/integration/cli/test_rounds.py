"""`newsletter rounds`, on a real database, Redis and SMTP server."""

import json

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from newsletter.cli import rounds
from newsletter.errors import InvalidInputError, NewsletterError, NotAllowedError, NotFoundError
from newsletter.sending.models import LetterState, RoundState
from newsletter.sending.rounds import plan_rounds
from tests.integration.sending.conftest import service, settings  # noqa: F401 - fixtures
from tests.support.rounds import MEXICO, MINUTE, deliver, freeze_at, mexico_with_readers, states, the_round
from tests.support.smtp import CLOSE
from tests.support.world import NOW


@pytest.fixture
def frozen(service, monkeypatch):  # noqa: F811 - the fixture above
    """A round of 25 letters, none of them sent."""
    monkeypatch.setattr(rounds, "service", lambda: service)
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO)
    return service


def run(*arguments, answer=None):
    with capture_logs():
        result = CliRunner().invoke(rounds.app, arguments, input=answer)
    if isinstance(result.exception, NewsletterError):
        raise result.exception
    return result


def data(*arguments):
    return json.loads(run(*arguments, "--json").stdout)


def test_rounds_are_listed_with_their_sums(frozen):
    deliver(frozen)
    (row,) = data("list")
    assert {name: row[name] for name in ("week", "schedule", "state", "audience", "accepted", "open")} == {
        "week": "2026-W20",
        "schedule": "weekly",
        "state": "sending",
        "audience": 25,
        "accepted": 25,
        "open": 0,
    }
    assert "2026-W20" in run("list").stdout


def test_one_round_is_shown_with_its_issues_waves_and_the_relays_answers(frozen, sink):
    sink.rule("RCPT", "550 5.1.1 No such user", times=3)
    deliver(frozen)
    shown = data("show")
    assert [(issue["region"], issue["readers"]) for issue in shown["issues"]] == [("MX", 22)]
    assert [wave["letters"] for wave in shown["waves"]] == [25]
    assert [(answer["reply_code"], answer["letters"]) for answer in shown["answers"]] == [(550, 3)]
    text = run("show", "weekly/2026-W20").stdout
    assert "22 accepted, 3 refused" in text
    assert "No such user" in text


def test_one_round_is_shown_by_relay_and_by_domain_and_with_what_a_refusal_is_about(frozen, sink):
    sink.rule("RCPT", "550 5.1.1 No such user", times=3)
    deliver(frozen)
    shown = data("show")
    relay = f"127.0.0.1:{sink.port}"
    for ways, name in ((shown["relays"], relay), (shown["domains"], "readers.example")):
        assert [(way["name"], way["letters"], way["accepted"], way["refused"]) for way in ways] == [(name, 25, 22, 3)]
    assert [answer["about"] for answer in shown["answers"]] == ["address"]
    assert relay in run("show").stdout


def test_a_planned_round_gets_a_canary_and_is_shown_with_it(service, monkeypatch):  # noqa: F811
    monkeypatch.setattr(rounds, "service", lambda: service)
    mexico_with_readers(service, 25)
    with service.db.writing() as session:
        plan_rounds(session, NOW)
    run("canary", "2026-W20", "4", "--minutes", "30", "--then", "hold")
    for instant in (MEXICO, MEXICO + MINUTE):
        service.clock.set(instant)
        service.ticker.tick().raise_errors()
        service.freezer.freeze_due_waves(instant)
        assert data("show")["canary"] == ("sending" if instant == MEXICO else "waiting")
        deliver(service)
    assert data("show")["accepted"] == 4
    assert "Canary: waiting, the others wait until 13:31 UTC" in run("show").stdout
    with pytest.raises(NotAllowedError, match="has started"):
        run("canary", "2026-W20", "0")


def test_a_canary_of_no_size_is_refused(frozen):
    with pytest.raises(InvalidInputError, match="such as 200"):
        run("canary", "last", "many")


def test_a_round_is_paused_with_a_reason_and_resumed(frozen):
    run("pause", "last", "--why", "A story was withdrawn")
    assert (the_round(frozen).state, the_round(frozen).note) == (RoundState.PAUSED, "A story was withdrawn")
    assert deliver(frozen) == 0
    run("resume")
    assert (the_round(frozen).state, the_round(frozen).note) == (RoundState.SENDING, None)
    assert deliver(frozen) == 25


def test_cancelling_asks_first(frozen):
    assert run("cancel", "last", answer="n\n").exit_code == 1
    assert the_round(frozen).state is RoundState.SENDING
    assert run("cancel", "last", "--yes").exit_code == 0
    assert the_round(frozen).state is RoundState.CANCELLED
    assert states(frozen) == {LetterState.SKIPPED: 25}
    with pytest.raises(NotAllowedError):
        run("resume")


def test_the_audit_proves_the_sums(frozen):
    deliver(frozen)
    found = data("audit")
    assert (found["audience"], found["accepted"], found["is_sound"]) == (25, 25, True)


def test_the_audit_finds_a_letter_that_is_missing(frozen):
    with frozen.db.writing() as session:
        round = session.merge(the_round(frozen))
        next(wave for wave in round.waves if wave.letters).letters += 1
    with pytest.raises(NewsletterError, match=r"\+1 letters are missing"):
        run("audit")


def test_unknown_letters_are_listed_and_sent_again_only_on_a_persons_word(frozen, sink):
    sink.rule("ANSWER", CLOSE, times=1)
    deliver(frozen)
    (letter,) = data("unknown")
    assert set(letter) == {"id", "subscriber_id", "part", "ended_at", "reply_text"}
    assert run("unknown", "--send-again", answer="n\n").exit_code == 1
    assert states(frozen)[LetterState.UNKNOWN] == 1
    run("unknown", "--send-again", "--yes")
    deliver(frozen)
    assert states(frozen) == {LetterState.ACCEPTED: 25}


def test_there_is_nothing_to_release_where_nothing_was_late(frozen):
    deliver(frozen)
    with pytest.raises((NotAllowedError, NotFoundError)):
        run("release", "2026-W01", "--yes")


def test_no_command_shows_an_address(frozen, sink):
    sink.rule("RCPT", "550 5.1.1 <reader@readers.example> is unknown", times=3)
    deliver(frozen)
    shown = run("show").output + run("list").output + run("unknown").output + run("show", "--json").output
    assert "@" not in shown
