"""What comes in by SMTP and LMTP: taken, refused at once or asked for again, and never lost or taken for two."""

import smtplib
from collections.abc import Callable

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.feedback.models import FeedbackEvent, InboundMail
from newsletter.inbound import gate as gates
from newsletter.inbound.gate import Gate
from newsletter.inbound.receiving import MOST_RECIPIENTS
from newsletter.sending.models import Notice
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.models import SubscriberState
from tests.integration.inbound.conftest import LARGEST, Dialogue, bring
from tests.support.inbound import DOMAIN, sample, written
from tests.support.waiting import eventually
from tests.support.world import make_region, make_subscriber

# What a server does with bytes is the same before every database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WEEKLY = "weekly@news.example"
EVE = "eve@evil.example"


def subjects(db: Database) -> list[str]:
    with db.reading() as session:
        return [mail.subject for mail in session.scalars(select(InboundMail).order_by(InboundMail.id))]


def test_a_mail_is_answered_when_it_is_committed(db: Database, port: int) -> None:
    assert bring(port, WEEKLY, written("Question")) == (250, b"2.6.0 Taken")
    assert subjects(db) == ["Question"]


def test_several_mails_come_over_one_connection(db: Database, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        for number in range(3):
            client.sendmail("ann@readers.example", [WEEKLY], written(f"Question {number}"))
    assert subjects(db) == ["Question 0", "Question 1", "Question 2"]


@pytest.mark.parametrize("to", [f"nobody@{DOMAIN}", "ann@elsewhere.example", f"bounce+abcdefgh@{DOMAIN}"])
def test_an_address_that_is_not_ours_is_refused_at_once(port: int, to: str) -> None:
    """So nothing is relayed, and a forged return path is not even heard out."""
    assert bring(port, to, written())[0] == 550


def test_a_bounce_is_weighed(db: Database, service: Service, port: int) -> None:
    assert (
        bring(
            port,
            service.return_paths.letter(1, 2, 1),
            sample("postfix-no-such-user").replace(b"\n", b"\r\n"),
            sender="",
        )[0]
        == 250
    )
    with db.reading() as session:
        assert session.scalars(select(FeedbackEvent.code)).one() == "5.1.1"


SMUGGLING = {
    "LF dot LF": b"\n.\n",
    "LF dot CR LF": b"\n.\r\n",
    "CR LF dot LF": b"\r\n.\n",
    "CR LF dot CR": b"\r\n.\r",
    "CR dot CR": b"\r.\r",
    "LF dot CR CR LF": b"\n.\r\r\n",
    "CR LF dot CR CR LF": b"\r\n.\r\r\n",
    "NUL after the dot": b"\r\n.\0\r\n",
}


@pytest.mark.parametrize("end", SMUGGLING)
def test_no_second_mail_is_smuggled_past_the_first(
    db: Database, port: int, dialogue: Callable[[int], Dialogue], end: str
) -> None:
    """What another server may take for the end of a mail ends none here, and bare line ends are refused altogether."""
    client = dialogue(port)
    client.begin(EVE, WEEKLY)
    hidden = f"MAIL FROM:<ann@readers.example>\r\nRCPT TO:<subscribe@{DOMAIN}>\r\nDATA\r\n".encode() + written(
        "Smuggled"
    )
    client.socket.sendall(b"Subject: First\r\n\r\nwords" + SMUGGLING[end] + hidden + b"\r\n.\r\n")
    answer = client.answer()
    client.socket.sendall(b"QUIT\r\n")
    assert [line[:3] for line in client.rest()] == ["221"]  # one answer to all of it
    if end == "NUL after the dot":
        assert (answer[:3], subjects(db)) == ("250", [])  # one mail, of nobody in particular
    else:
        assert answer.startswith("554 5.6.11")
    with db.reading() as session:
        assert session.scalars(select(Notice)).all() == []
        assert session.scalars(select(InboundMail)).all() == []


BOMBS = {
    "10^5 parts": b'Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\n" * 100_000,
    "endless headers": b"".join(b"X-%d: y\r\n" % n for n in range(60_000)) + b"\r\nbody",
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_for_good(db: Database, port: int, bomb: str) -> None:
    assert bring(port, WEEKLY, BOMBS[bomb])[0] == 554
    assert bring(port, WEEKLY, written("Still here"))[0] == 250
    assert subjects(db) == ["Still here"]


def test_thirty_megabytes_are_refused_and_not_kept_in_memory(
    db: Database, listen, dialogue: Callable[[int], Dialogue]
) -> None:
    port, inbound = listen()
    client = dialogue(port)
    client.begin(EVE, WEEKLY)
    most = 0
    for _ in range(480):
        client.socket.sendall(b"x" * 62 + b"\r\n" + b"y" * 65_470 + b"\r\n")
        most = max(most, inbound.gate.held)
    client.socket.sendall(b".\r\n")
    assert client.answer().startswith("552 5.3.4")
    assert most <= 2 * LARGEST
    assert inbound.gate.held == 0
    assert subjects(db) == []


def test_a_size_that_is_announced_is_refused_before_it_comes(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("mx.readers.example")
        assert client.mail("ann@readers.example", ["SIZE=30000000"])[0] == 552


def test_all_connections_together_hold_a_bounded_number_of_bytes(
    listen, dialogue: Callable[[int], Dialogue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "HELD_BYTES", 300_000)
    port, inbound = listen()
    clients = [dialogue(port) for _ in range(4)]
    for client in clients:
        client.begin(EVE, WEEKLY)
        client.socket.sendall(b"Subject: x\r\n\r\n" + b"x" * 200_000)
    eventually(lambda: inbound.gate.held > 0)
    assert inbound.gate.held <= 300_000 + 4 * 65_536
    for client in clients:
        client.close()
    eventually(lambda: inbound.gate.held == 0)


def test_a_flood_from_one_network_is_put_off(db: Database, listen) -> None:
    port, _ = listen(Gate(mails_of_one=3))
    answers = [bring(port, WEEKLY, written(f"Question {number}"))[0] for number in range(3)]
    assert answers == [250, 250, 250]
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("mx.readers.example")
        assert client.mail("ann@readers.example")[0] == 450


def test_only_so_many_connections_come_from_one_network(listen, dialogue: Callable[[int], Dialogue]) -> None:
    port, inbound = listen(Gate(of_one=2))
    first, second, third = (dialogue(port) for _ in range(3))
    assert (first.answer()[:3], second.answer()[:3], third.answer()[:3]) == ("220", "220", "421")
    first.close()
    eventually(lambda: len(inbound.open) == 1)
    assert dialogue(port).answer().startswith("220")


def test_too_many_recipients_are_asked_to_come_in_another_mail(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("mx.readers.example")
        client.mail("ann@readers.example")
        codes = [client.rcpt(f"subscribe+{number}@{DOMAIN}")[0] for number in range(MOST_RECIPIENTS + 1)]
        assert codes == [250] * MOST_RECIPIENTS + [452]


def test_a_bug_costs_nobody_their_mail(service: Service, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("newsletter.inbound.taking.receive", broken)
    assert bring(port, WEEKLY, written("Question"))[0] == 451


def test_a_connection_that_breaks_off_leaves_nothing(db: Database, listen, dialogue: Callable[[int], Dialogue]) -> None:
    port, inbound = listen()
    client = dialogue(port)
    client.begin(EVE, WEEKLY)
    client.socket.sendall(b"Subject: Half\r\n\r\nhalf a mail\r\n")
    eventually(lambda: inbound.gate.held > 0)
    client.close()
    eventually(lambda: not inbound.open)
    assert (inbound.gate.held, subjects(db)) == (0, [])


def test_lmtp_answers_for_each_recipient(db: Database, listen, dialogue: Callable[[int], Dialogue]) -> None:
    with db.writing() as session:
        make_subscriber(session, make_region(session), address="ann@readers.example")
    port, _ = listen(Gate(mails_of_one=0, of_one=0), is_lmtp=True)  # a server of ours, which is not limited
    client = dialogue(port)
    client.begin("ann@readers.example", WEEKLY, f"unsubscribe@{DOMAIN}", greeting="LHLO")
    client.socket.sendall(written("Question") + b"\r\n.\r\n")
    assert [client.answer()[:3], client.answer()[:3]] == ["250", "250"]
    assert subjects(db) == ["Question"]
    with db.reading() as session:
        assert by_address(session, "ann@readers.example").state is SubscriberState.LEFT


def test_lmtp_is_greeted_with_lhlo(listen, dialogue: Callable[[int], Dialogue]) -> None:
    client = dialogue(listen(is_lmtp=True)[0])
    client.answer()
    assert [client.say(word + " mx.example")[:3] for word in ("EHLO", "HELO", "LHLO")] == ["500", "500", "250"]
