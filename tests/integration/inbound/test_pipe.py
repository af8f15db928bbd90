"""One mail on standard input, for the pipe of a mail server, and `newsletter bounce`: commands as others run them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.bootstrap import bootstrap
from newsletter.cli import bounces, inbound
from newsletter.cli.running import children_of
from newsletter.config import Settings
from newsletter.demo.ports import free_port
from newsletter.errors import InvalidInputError, SettingsError
from newsletter.sending.return_paths import ReturnPaths
from tests.conftest import KEY
from tests.integration.inbound.conftest import bring
from tests.support.inbound import DOMAIN, sample, written


def surroundings(folder: Path) -> dict[str, str]:
    return {
        "NEWSLETTER_DATA_DIR": str(folder),
        "NEWSLETTER_SECRET_KEYS": KEY,
        "NEWSLETTER_INBOUND_DOMAIN": DOMAIN,
        "NEWSLETTER_BOUNCE_DOMAIN": DOMAIN,
        "NEWSLETTER_INBOUND_MAX_BYTES": "100000",
    }


def run(
    folder: Path, *arguments: str, source: bytes = b"", database_url: str = ""
) -> "subprocess.CompletedProcess[bytes]":
    environment = os.environ | surroundings(folder) | {"DATABASE_URL": database_url}
    command = [sys.executable, "-m", "newsletter", *arguments]
    return subprocess.run(command, input=source, env=environment, capture_output=True, timeout=60)


def pipe(folder: Path, to: str, source: bytes, database_url: str = "") -> int:
    arguments = ("inbound", "--stdin", "--sender", "ann@readers.example", "--recipient", to)
    return run(folder, *arguments, source=source, database_url=database_url).returncode


def test_a_mail_in_the_pipe_is_taken_shown_and_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pipe(tmp_path, "weekly@newsletter.example", written("Question", "Why?\x1b[2J")) == 0
    service = bootstrap(Settings(_env_file=None, data_dir=tmp_path, secret_keys=[KEY]))
    monkeypatch.setattr(inbound, "service", lambda: service)

    def command(*arguments: str) -> str:
        done = CliRunner().invoke(inbound.app, arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    [mail] = json.loads(command("list", "--json"))
    assert (mail["subject"], mail["sender"]) == ("Question", "ann@readers.example")
    assert "Question" in command("list")
    shown = command("show", str(mail["id"]))
    assert "Why?" in shown
    assert "\x1b[2J" not in shown
    assert command("show", str(mail["id"]), "--raw").rstrip().endswith("Why?\x1b[2J")
    command("delete", str(mail["id"]), "--yes")
    assert json.loads(command("list", "--json")) == []
    service.close()


@pytest.mark.parametrize(
    ("to", "source", "code"),
    [
        (f"nobody@{DOMAIN}", written(), 67),  # EX_NOUSER
        ("weekly@newsletter.example", b"Content-Type: message/rfc822\n\n" * 1000, 65),  # EX_DATAERR
        ("weekly@newsletter.example", written("x", "x" * 200_000), 65),
    ],
)
def test_what_is_refused_tells_the_mail_server_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, source: bytes, code: int
) -> None:
    for name, value in surroundings(tmp_path).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(inbound.app, ["--stdin", "--recipient", to], input=source)
    assert done.exit_code == code


def test_while_the_database_is_away_the_mail_server_is_to_try_again(tmp_path: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    assert pipe(tmp_path, "weekly@newsletter.example", written(), away) == 75  # EX_TEMPFAIL


def test_a_verdict_is_printed_and_nothing_is_changed(tmp_path: Path) -> None:
    path = ReturnPaths([KEY], DOMAIN, "").letter(1, 2, 1)
    told = json.loads(
        run(tmp_path, "bounce", "-", "--json", "--to", path, source=sample("postfix-no-such-user")).stdout
    )
    assert told == {
        "kind": "bounce",
        "reason": "no such user",
        "hard": True,
        "address": "ana@readers.example",
        "action": "count hard",
        "why": "It will not arrive there: two such mails in a row suspend the reader.",
        "delivery": "failed",
        "status": "5.1.1",
        "said": "550 5.1.1 <ana@readers.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "return_path": "valid",
    }


def test_the_server_takes_mail_as_a_process_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {
        "NEWSLETTER_DATA_DIR": str(tmp_path),
        "NEWSLETTER_SECRET_KEYS": KEY,
        "NEWSLETTER_INBOUND_DOMAIN": DOMAIN,
        "NEWSLETTER_INBOUND_SMTP_PORT": str(port),
    }
    command = [sys.executable, "-m", "newsletter", "inbound"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            lines = iter(process.stderr.readline, "")
            assert any(f"SMTP on 127.0.0.1:{port}" in line for line in lines)
            assert bring(port, "weekly@newsletter.example", written("Question"))[0] == 250
            process.terminate()
            rest = process.stderr.read()
        finally:
            process.kill()
    assert process.returncode == 0
    assert "ann@readers.example" not in rest
    assert "Traceback" not in rest


def test_a_server_without_any_way_for_mail_to_come_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in surroundings(tmp_path).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(inbound.app, [])
    assert isinstance(done.exception, SettingsError)
    assert "NEWSLETTER_INBOUND_SMTP_PORT" in str(done.exception)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(bounces.app, [str(tmp_path / "missing.eml")])
    assert isinstance(done.exception, InvalidInputError)


@pytest.mark.parametrize(("settings", "runs"), [({}, False), ({"inbound_lmtp_port": 2424}, True)])
def test_the_whole_service_takes_mail_where_that_is_set(settings: dict[str, int], runs: bool) -> None:
    children = children_of(Settings(_env_file=None, **settings), {})
    assert ("inbound" in {child.name for child in children}) is runs
