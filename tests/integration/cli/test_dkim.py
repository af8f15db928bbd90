"""`newsletter dkim`: from no key to signed mails that others find good."""

import json
import re
from contextlib import closing

import dkim
import pytest
from typer.testing import CliRunner, Result

from newsletter.bootstrap import bootstrap
from newsletter.cli import dkim as commands
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError, SettingsError
from tests.support.messages import letter, personal


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSLETTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NEWSLETTER_FROM_ADDRESS", "weekly@bücher.example")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(commands.app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "ed25519-sha256"])
def test_what_the_commands_say_to_publish_and_to_set_makes_good_signatures(monkeypatch, algorithm):
    made = run("new", "--selector", "s2026", "--algorithm", algorithm)
    for name, value in re.findall(r"(NEWSLETTER_\w+)=(\S+)", made.stderr):
        monkeypatch.setenv(name, value)
    published = json.loads(run("record", "--json").stdout)
    assert (published["name"], published["type"]) == ("s2026._domainkey.xn--bcher-kva.example", "TXT")

    def look_up(name, timeout=5):
        assert name == f"{published['name']}.".encode()
        return published["value"].encode()

    with closing(bootstrap()) as service:
        message = letter(signer=service.signer).fill(personal())
    assert dkim.verify(message, dnsfunc=look_up)


def test_the_record_is_one_line_of_a_zone_file_in_strings_that_fit():
    line = run("new", "--selector", "s2026").stdout
    assert line.startswith("s2026._domainkey.xn--bcher-kva.example. IN TXT ( ")
    strings = re.findall(r'"([^"]*)"', line)
    assert len(strings) == 2
    assert max(map(len, strings)) <= 255
    assert "".join(strings).startswith("v=DKIM1; k=rsa; p=MII")
    assert line.count("\n") == 1


def test_a_key_that_is_there_is_not_replaced(tmp_path):
    run("new", "--selector", "s2026")
    with pytest.raises(NotAllowedError):
        run("new", "--selector", "s2026")
    assert run("new", "--selector", "s2027", "--output", str(tmp_path / "other.pem")).exit_code == 0
    assert (tmp_path / "other.pem").exists()


@pytest.mark.parametrize("selector", ["", "../s2026", "s 2026", "s2026.", "-s", "ü", "s" * 64])
def test_a_selector_is_one_label_of_the_dns(selector):
    with pytest.raises(InvalidInputError):
        run("new", "--selector", selector)


def test_without_a_key_there_is_no_record():
    with pytest.raises(NotFoundError, match="dkim new"):
        run("record")


def test_a_key_that_is_gone_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSLETTER_DKIM_KEY_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("NEWSLETTER_DKIM_SELECTOR", "s2026")
    with pytest.raises(SettingsError, match="cannot be read"):
        run("record")
