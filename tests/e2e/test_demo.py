import json
import os
import signal
import subprocess
import sys
from collections import Counter
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from newsletter.demo.readers import sample_readers
from newsletter.demo.rehearsal import EDITOR_ADDRESS
from newsletter.outbox.store import Outbox
from newsletter.subscribers.models import SubscriberState
from tests.support.waiting import eventually

pytestmark = pytest.mark.e2e
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

DEMO = (sys.executable, "-m", "newsletter", "demo", "--once", "--json", "--data-dir")
# What a person may have set for a service of their own; nothing of it may reach the demonstration.
SURROUNDINGS = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "NEWSLETTER_RELAY_URL": "smtp://127.0.0.1:1",
    "NEWSLETTER_BATCH_SIZE": "not a number",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder to start in, with settings of another service."""
    home = tmp_path_factory.mktemp("home")
    (home / ".env").write_text("NEWSLETTER_RELAY_URL=smtp://127.0.0.1:2\nREDIS_URL=redis://127.0.0.1:1/0\n")
    return home


@pytest.fixture(scope="module")
def demonstration(home):
    """What one whole run printed; its folder is kept."""
    run = subprocess.run(
        [*DEMO, "demo"], cwd=home, env={**os.environ, **SURROUNDINGS}, capture_output=True, text=True, timeout=600
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def mails(demonstration, home):
    """Every mail of the outbox: who got it, its parsed header, and its bytes."""
    outbox = Outbox(home / "demo" / "outbox.sqlite3")
    parser = BytesHeaderParser(policy=policy.default)
    kept = [outbox.source(mail.id) for mail in outbox.newest(limit=10_000)]
    return [(mail.recipient, parser.parsebytes(source), source) for mail, source in kept]


def test_two_weeks_are_told_with_the_counts_of_each_stage(demonstration):
    assert demonstration["stories"] >= 120
    assert 0 < demonstration["events"] < demonstration["stories"]
    assert demonstration["subscribers"] == 2000
    assert [one["week"] for one in demonstration["rounds"]] == ["2026-W20", "2026-W21"]


def test_every_letter_of_both_rounds_is_accounted_for(demonstration):
    for one in demonstration["rounds"]:
        assert one["audience"] == one["accepted"] + one["refused"] + one["unknown"] + one["skipped"]
        assert one["accepted"] > 1800
        assert one["unknown"] == 0


def test_each_week_has_an_issue_of_every_region(demonstration):
    for number, one in enumerate(demonstration["rounds"], start=1):
        issues = {issue["region"]: issue for issue in one["issues"]}
        assert issues.keys() >= {"MX", "GB", "EG", "latin-america"}
        assert {issue["number"] for issue in issues.values()} == {number}
        assert all(issue["items"] >= 3 and issue["readers"] > 50 for issue in issues.values())


def test_each_reader_gets_one_letter_a_week_and_nobody_else_any(mails):
    welcome = {
        reader.address
        for reader in sample_readers()
        if reader.state is SubscriberState.CONFIRMED and not reader.suppressed
    }
    letters = Counter(recipient for recipient, _, _ in mails if recipient != EDITOR_ADDRESS)
    assert letters == dict.fromkeys(welcome, 2)


def test_no_letter_was_sent_twice(mails):
    ids = Counter(header["Message-ID"] for _, header, _ in mails)
    assert max(ids.values()) == 1


def test_the_editor_got_drafts_and_previews(mails):
    subjects = [header["Subject"] for recipient, header, _ in mails if recipient == EDITOR_ADDRESS]
    assert sum(subject.startswith("Draft ready") for subject in subjects) == 10
    assert sum("Vista previa" in subject for subject in subjects) == 2


def test_the_hostile_story_arrives_as_text(mails):
    carrying = [source for _, _, source in mails if b"7*191" in source.replace(b"=\r\n", b"")]
    assert carrying
    for source in carrying[:20]:
        message = message_from_bytes(source, policy=policy.default)
        html, text = _text(message, "html"), _text(message, "plain")
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        assert "onerror" not in html
        assert "1337" not in html + text
        assert "Bcc" not in message


@on_linux
def test_no_process_and_nothing_but_the_folder_is_left(demonstration, home):
    assert _processes_in(home / "demo") == []
    assert {path.name for path in home.iterdir()} == {".env", "demo"}


@on_linux
def test_sigterm_ends_it_with_all_its_processes(home):
    folder = home / "ended"
    run = subprocess.Popen([*DEMO, str(folder)], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    eventually(lambda: len(_processes_in(folder)) >= 5, seconds=60)
    run.send_signal(signal.SIGTERM)
    printed, _ = run.communicate(timeout=60)
    assert run.returncode == 130
    assert printed == ""
    assert _processes_in(folder) == []


def _text(message, kind: str) -> str:
    return message.get_body((kind,)).get_content()


def _processes_in(folder: Path) -> list[str]:
    """Command lines of the processes whose working folder this is; the demonstration's all work in its own."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has ended, or belongs to another user
            continue
    return found
