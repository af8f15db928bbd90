"""The outbox as its users meet it: a process that takes mail by SMTP and shows it on pages."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from newsletter.config import load_settings
from newsletter.demo.ports import free_port
from newsletter.outbox.serving import outbox_of
from newsletter.sending.connection import Offer
from newsletter.sending.relay import Relay
from tests.support.waiting import eventually

MESSAGE = (
    b"From: weekly@news.example\r\nTo: ann@readers.example\r\n"
    b"Subject: =?utf-8?q?Qu=C3=A9_pas=C3=B3_esta_semana_en_M=C3=A9xico_y_e?=\r\n =?utf-8?q?n_Espa=C3=B1a?=\r\n"
    b"Message-ID: <1@news.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b'--b\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\nGood morning <b>Ann</b>\r\n'
    b'--b\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n'
    b"<html><head><title>x</title></head><body><p>Good morning</p><script>alert(1)</script></body></html>\r\n"
    b"--b--\r\n"
)
SUBJECT = "Qué pasó esta semana en México y en España"


@dataclass
class Running:
    process: "subprocess.Popen[str]"
    smtp: int
    pages: httpx.Client
    data_dir: Path

    def send(self, *recipients: str, message: bytes = MESSAGE) -> int:
        """The id of the last one in the outbox."""
        with Relay("127.0.0.1", self.smtp).connect() as connection:
            for recipient in recipients or ["ann@readers.example"]:
                assert connection.send("weekly@news.example", recipient, message).is_accepted
        return int(self.pages.get("/api/mails", params={"limit": 1}).json()["mails"][0]["id"])


def start(data_dir: Path, smtp: int, web: int) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "NEWSLETTER_DATA_DIR": str(data_dir),
        "NEWSLETTER_OUTBOX_SMTP_PORT": str(smtp),
        "NEWSLETTER_OUTBOX_WEB_PORT": str(web),
    }
    command = [sys.executable, "-m", "newsletter", "outbox"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(data_dir: Path) -> Iterator[Running]:
    smtp, web = free_port(), free_port()
    process = start(data_dir, smtp, web)
    assert process.stderr is not None
    try:
        assert f"http://127.0.0.1:{web}/" in process.stderr.readline()
        with httpx.Client(base_url=f"http://127.0.0.1:{web}") as pages:
            yield Running(process, smtp, pages, data_dir)
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("outbox")) as outbox:
        yield outbox


@pytest.fixture
def outbox(shared: Running) -> Running:
    """An empty outbox; the process is the same for all tests that leave it running."""
    shared.pages.delete("/api/mails").raise_for_status()
    return shared


def test_a_mail_is_kept_listed_and_shown(outbox: Running) -> None:
    mail_id = outbox.send("ann@readers.example")
    listed = outbox.pages.get("/api/mails").json()
    assert listed["count"] == 1
    assert {name: listed["mails"][0][name] for name in ("recipient", "sender", "subject", "message_id", "size")} == {
        "recipient": "ann@readers.example",
        "sender": "weekly@news.example",
        "subject": SUBJECT,
        "message_id": "<1@news.example>",
        "size": len(MESSAGE),
    }
    assert SUBJECT in outbox.pages.get("/").text
    page = outbox.pages.get(f"/mails/{mail_id}").text
    assert SUBJECT in page
    assert "Good morning &lt;b&gt;Ann" in page
    assert "multipart/alternative" in page


@pytest.mark.parametrize("body", [b"", b".\r\n", b"x\r\n..y\r\n.\r\n\r\n", b"\r\n\r\n", b".\r\n" * 3])
def test_the_source_is_what_was_sent(outbox: Running, body: bytes) -> None:
    message = b"Subject: dots\r\n\r\n" + body
    mail_id = outbox.send(message=message)
    answer = outbox.pages.get(f"/mails/{mail_id}/source.eml")
    assert answer.content == message
    assert answer.headers["Content-Disposition"] == f'attachment; filename="mail-{mail_id}.eml"'
    assert outbox.pages.get(f"/mails/{mail_id}/source.txt").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_an_empty_message_and_commands_in_one_write_are_understood(outbox: Running) -> None:
    with socket.create_connection(("127.0.0.1", outbox.smtp)) as wire, wire.makefile("rb") as answers:
        answers.readline()
        wire.sendall(b"HELO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
        assert [answers.readline()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
        wire.sendall(b".\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<e@f.example>\r\nRCPT TO:<g@h.example>\r\nDATA\r\n")
        assert [answers.readline()[:3] for _ in range(5)] == [b"250", b"250", b"250", b"250", b"354"]
        wire.sendall(b"Subject: two\r\n\r\nhel")
        wire.sendall(b"lo\r\n.")
        wire.sendall(b"\r\nQUIT\r\n")
        assert [answers.readline()[:3] for _ in range(2)] == [b"250", b"221"]
    listed = outbox.pages.get("/api/mails").json()["mails"]
    assert [(mail["recipient"], mail["subject"], mail["size"]) for mail in listed] == [
        ("g@h.example", "two", 23),
        ("e@f.example", "two", 23),
        ("c@d.example", "", 0),
    ]


def test_a_rehearsal_sends_ahead_of_answers_as_the_real_thing_does(outbox: Running) -> None:
    with smtplib.SMTP("127.0.0.1", outbox.smtp, local_hostname="me") as client:
        client.ehlo()
        assert client.has_extn("pipelining")
    offers = [Offer.of("weekly@news.example", f"reader{number}@readers.example", MESSAGE) for number in range(20)]
    with Relay("127.0.0.1", outbox.smtp).connect() as connection:
        assert [result.code for _, result in connection.send_all(offers)] == [250] * 20
    listed = outbox.pages.get("/api/mails").json()["mails"]
    assert [mail["recipient"] for mail in reversed(listed)] == [offer.recipient for offer in offers]


def test_no_answer_waits_for_the_acknowledgement_of_another(outbox: Running) -> None:
    """Else each mail would take 40 ms, the time after which a kernel acknowledges what it has not answered."""
    began = time.monotonic()
    outbox.send(*(f"reader{number}@readers.example" for number in range(100)))
    assert time.monotonic() - began < 3


def test_data_without_a_recipient_is_refused(outbox: Running) -> None:
    with smtplib.SMTP("127.0.0.1", outbox.smtp, local_hostname="me") as client:
        client.helo()
        assert client.docmd("MAIL", "FROM:<a@b.example>")[0] == 250
        assert client.docmd("DATA")[0] == 503


def test_the_list_is_searched_by_recipient_and_subject_and_paged(outbox: Running) -> None:
    outbox.send(*(f"reader{number}@readers.example" for number in range(60)))
    outbox.send("ben_1@readers.example", message=b"Subject: 100% new\r\n\r\n")
    count = {
        search: outbox.pages.get("/api/mails", params={"q": search}).json()["count"]
        for search in ("READER7@", "QUÉ", "100%", "%", "_", "nothing", "'; DROP TABLE mail; --")
    }
    assert count == {
        "READER7@": 1,
        "QUÉ": 60,
        "100%": 1,
        "%": 1,
        "_": 1,
        "nothing": 0,
        "'; DROP TABLE mail; --": 0,
    }
    first, second = outbox.pages.get("/").text, outbox.pages.get("/", params={"page": 2}).text
    assert [page.count("/mails/") for page in (first, second)] == [50, 11]
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert outbox.pages.get("/", params={"page": 0}).status_code == 422


def test_what_a_mail_brings_along_is_escaped_and_runs_nothing(outbox: Running) -> None:
    hostile = outbox.send(message=b"Subject: <script>alert(1)</script>{{7*191}}\r\n\r\n<b>x</b>")
    scripted = outbox.send()
    for path in ("/", f"/mails/{hostile}", "/?q=%3Cscript%3Ealert(1)"):
        answer = outbox.pages.get(path)
        assert "<script" not in answer.text
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "{{7*191}}" in outbox.pages.get(f"/mails/{hostile}").text
    html = outbox.pages.get(f"/mails/{scripted}/html")
    assert '<head><base target="_blank"><title>x</title>' in html.text
    policy = dict(part.strip().partition(" ")[::2] for part in html.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert "script-src" not in policy
    [frame] = re.findall(r"<iframe[^>]*>", outbox.pages.get(f"/mails/{scripted}").text)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame


def test_a_mail_leads_to_its_neighbours_and_no_further(outbox: Running) -> None:
    first, second, third = (outbox.send() for _ in range(3))
    neighbours = {
        mail_id: re.findall(r'href="/mails/(\d+)">(Older|Newer)', outbox.pages.get(f"/mails/{mail_id}").text)
        for mail_id in (first, second, third)
    }
    assert neighbours == {
        first: [(str(second), "Newer")],
        second: [(str(first), "Older"), (str(third), "Newer")],
        third: [(str(second), "Older")],
    }


BROKEN = {
    "no headers": b"just text\r\n",
    "unknown charset": b'Content-Type: text/html; charset="no-such"\r\n\r\n<p>\xff\xfe</p>\r\n',
    "broken encoded word": b"Subject: =?utf-8?b?!!!?= =?no-such?q?x?=\r\n\r\n",
    "broken base64": b"Content-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\n%%%\r\n",
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nx\r\n",
    "bytes in headers": b"Subject: \xff\xfe\x00\r\nX: \x80\r\n\r\nx\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN)
def test_a_broken_mail_is_shown_as_well_as_it_can_be(outbox: Running, message: bytes) -> None:
    mail = f"/mails/{outbox.send(message=message)}"
    for path in ("/", "/api/mails", mail, f"{mail}/html", f"{mail}/source.eml", f"/api{mail}"):
        assert outbox.pages.get(path).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8026", "127.0.0.1.evil.example", ""])
def test_only_who_names_this_machine_is_answered(outbox: Running, host: str) -> None:
    mail_id = outbox.send("ann@readers.example")
    for path in ("/", "/api/mails", f"/mails/{mail_id}/source.eml"):
        answer = outbox.pages.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "ann@" not in answer.text


def test_all_mails_are_deleted_after_a_question(outbox: Running) -> None:
    outbox.send("ann@readers.example", "ben@readers.example")
    assert "Delete all 2 mails?" in outbox.pages.get("/delete").text
    assert outbox.pages.post("/delete").status_code == 303
    assert outbox.pages.get("/api/mails").json()["count"] == 2
    assert outbox.pages.post("/delete", data={"sure": "yes"}).headers["Location"] == "/"
    assert outbox.pages.get("/api/mails").json()["count"] == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_site_cannot_delete_mails(outbox: Running, origin: str) -> None:
    outbox.send("ann@readers.example")
    sent = {"data": {"sure": "yes"}, "headers": {"Origin": origin}}
    assert outbox.pages.post("/delete", **sent).status_code == 403
    assert outbox.pages.delete("/api/mails", headers={"Origin": origin}).status_code == 403
    assert outbox.pages.get("/api/mails").json()["count"] == 1


def test_a_mail_that_is_not_there_is_said_to_be_missing(outbox: Running) -> None:
    assert outbox.pages.get("/mails/987654").status_code == 404
    assert "no such mail" in outbox.pages.get("/mails/987654").text


def test_sigterm_lets_a_mail_be_finished_and_keeps_it(tmp_path: Path) -> None:
    with running(tmp_path) as outbox:
        with socket.create_connection(("127.0.0.1", outbox.smtp)) as wire, wire.makefile("rb") as answers:
            answers.readline()
            wire.sendall(b"HELO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
            assert [answers.readline()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
            outbox.process.send_signal(signal.SIGTERM)
            eventually(lambda: not answers_on(outbox.smtp))
            wire.sendall(b"Subject: last\r\n\r\n.\r\n")
            assert answers.readline().startswith(b"250")
        assert outbox.process.wait(10) == 0
    kept = outbox_of(load_settings(data_dir=tmp_path)).newest()
    assert [mail.subject for mail in kept] == ["last"]


def answers_on(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("taken", ["smtp", "web"])
def test_a_port_that_is_taken_is_named_with_the_setting_that_changes_it(tmp_path: Path, taken: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        ports = {"smtp": free_port(), "web": free_port()} | {taken: port}
        process = start(tmp_path, **ports)
        assert process.stderr is not None
        told = process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert f"NEWSLETTER_OUTBOX_{taken.upper()}_PORT" in " ".join(told.split())
    assert "Traceback" not in told


def test_it_listens_on_this_machine_alone(outbox: Running) -> None:
    """127.0.0.2 is this machine as well, and is reached only where a server listens on every address."""
    for port in (outbox.smtp, outbox.pages.base_url.port):
        connect = f"import socket; socket.create_connection(('127.0.0.2', {port}), timeout=2)"
        tried = subprocess.run([sys.executable, "-c", connect], capture_output=True, text=True)
        assert "ConnectionRefusedError" in tried.stderr
