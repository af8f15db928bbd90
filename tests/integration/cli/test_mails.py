"""`newsletter preview` and `newsletter render`, on a real database and a real SMTP server."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from newsletter.bootstrap import Service
from newsletter.cli import mails
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import NewsletterError, NotAllowedError, NotFoundError
from newsletter.issues.models import IssueState
from newsletter.sending.models import Notice, NoticeState
from newsletter.sending.relay import RelayUnavailableError
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.smtp import SmtpSink
from tests.support.world import make_issue, make_region

ADA, BEA = "ada@newsroom.example", "bea@newsroom.example"


@pytest.fixture
def service(db: Database, clock: StillClock, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> Service:
    settings = Settings(relay_url=f"smtp://127.0.0.1:{sink.port}", site_url="https://news.example", secret_keys=[KEY])
    made = Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(mails, "service", lambda: made)
    with db.writing() as session:
        make_issue(session, make_region(session, "MX"))
        make_issue(session, make_region(session, "ES"), items=0, state=IssueState.SKIPPED)
    return made


def run(*arguments: str) -> Result:
    with capture_logs():  # where nobody has configured them, they go to standard output
        result = CliRunner().invoke(mails.app, arguments)
    if isinstance(result.exception, NewsletterError):
        raise result.exception
    return result


def notices(db: Database) -> list[Notice]:
    with db.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


@pytest.mark.usefixtures("service")
def test_a_preview_arrives_at_once_at_everyone_it_was_asked_for(sink: SmtpSink) -> None:
    result = run("preview", "MX", "--to", ADA, "--to", BEA)
    assert result.exit_code == 0
    assert sink.recipients == [ADA, BEA]
    assert f"{ADA}: accepted: 250" in result.stderr
    assert {mail.message["Subject"].partition("]")[0] for mail in sink.received} == {"[Preview"}


@pytest.mark.usefixtures("service")
def test_a_preview_in_another_language_is_marked_in_it_and_told_to_scripts(sink: SmtpSink) -> None:
    result = run("preview", "MX/2026-W20", "--to", ADA, "--language", "es", "--json")
    assert json.loads(result.stdout) == [
        {"address": ADA, "state": "accepted", "reply_code": 250, "reply_text": "2.0.0 kept"}
    ]
    assert sink.received[0].message["Subject"].startswith("[Vista previa]")


@pytest.mark.usefixtures("service")
def test_a_preview_that_the_relay_refuses_is_a_failure(sink: SmtpSink) -> None:
    sink.rule("RCPT", "550 5.1.1 No such person", match="ada")
    result = run("preview", "MX", "--to", ADA, "--to", BEA)
    assert result.exit_code == 1
    assert f"{ADA}: refused: 550 5.1.1 No such person" in result.stderr
    assert sink.recipients == [BEA]


def test_a_preview_may_be_left_to_the_workers(service: Service, sink: SmtpSink, db: Database) -> None:
    assert run("preview", "MX", "--to", ADA, "--queue").exit_code == 0
    assert sink.received == []
    service.mailroom.send_due_notices()
    assert sink.recipients == [ADA]


def test_one_wrong_address_queues_none(service: Service, sink: SmtpSink, db: Database) -> None:
    with pytest.raises(NewsletterError, match="not an e-mail address"):
        run("preview", "MX", "--to", ADA, "--to", "nobody")
    assert (notices(db), sink.received) == ([], [])


def test_an_issue_without_items_has_no_preview(service: Service, db: Database) -> None:
    with pytest.raises(NotAllowedError, match="nothing to render"):
        run("preview", "ES", "--to", ADA)
    assert notices(db) == []


@pytest.mark.usefixtures("service")
def test_an_unknown_issue_is_told() -> None:
    with pytest.raises(NotFoundError, match="MX/2026-W20"):
        run("render", "MX/2026-W01")


def test_without_a_relay_a_preview_waits(
    service: Service, db: Database, monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    settings = Settings(outbox_smtp_port=1, secret_keys=[KEY])
    alone = Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(mails, "service", lambda: alone)
    with pytest.raises(RelayUnavailableError, match="newsletter outbox"):
        run("preview", "MX", "--to", ADA)
    assert [notice.state for notice in notices(db)] == [NoticeState.QUEUED]


@pytest.mark.usefixtures("service")
def test_a_letter_is_written_in_each_form(tmp_path: Path) -> None:
    html, text = run("render", "MX"), run("render", "MX", "--as", "text")
    assert html.stdout.lstrip().lower().startswith("<!doctype html>")
    assert "https://news.example/#preview" in text.stdout
    file = tmp_path / "letter.eml"
    run("render", "MX", "--as", "eml", "--output", str(file))
    assert run("render", "MX", "--as", "eml").stdout_bytes == file.read_bytes()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Subject"].startswith("[Preview]")
    for subtype, written in (("html", html), ("plain", text)):
        content = mail.get_body((subtype,)).get_content().replace("\r\n", "\n")
        assert content.rstrip("\n") == written.stdout.rstrip("\n")
        assert "slot7f3kq9" not in content


@pytest.mark.usefixtures("service")
def test_what_render_writes_is_what_a_preview_mails(sink: SmtpSink) -> None:
    run("preview", "MX", "--to", "reader@example.com")
    rendered = run("render", "MX", "--as", "eml").stdout_bytes

    def without_id(message: bytes) -> list[bytes]:
        return [line for line in message.splitlines() if not line.startswith(b"Message-ID:")]

    assert without_id(sink.received[0].data) == without_id(rendered)
