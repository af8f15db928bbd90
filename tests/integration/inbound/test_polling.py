"""A mailbox that is emptied by POP3 or IMAP: what was taken is deleted there, and nothing else."""

import ssl
from urllib.parse import quote

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.demo.ports import free_port
from newsletter.errors import SettingsError, UnavailableError
from newsletter.feedback.models import FeedbackEvent, InboundMail
from newsletter.inbound.mailboxes import MailboxUrl
from newsletter.inbound.polling import poll
from newsletter.inbound.taking import LATER, TAKEN, Taker
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.models import SubscriberState
from tests.integration.inbound.conftest import Silent
from tests.support.inbound import DOMAIN, sample, written
from tests.support.mailboxes import PASSWORD, TLS, USER, Imap, Pop3
from tests.support.world import make_region, make_subscriber

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SERVERS = {"pop3": Pop3, "imap": Imap}


def url(scheme: str, port: int, password: str = PASSWORD) -> MailboxUrl:
    return MailboxUrl.parse(f"{scheme}://{USER}:{quote(password)}@127.0.0.1:{port}")


def delivered(source: bytes, to: str, sender: str = "ann@readers.example") -> bytes:
    """As a server that delivers into a mailbox leaves it (RFC 5321, section 4.4)."""
    head = f"Return-Path: <{sender}>\r\nDelivered-To: {to}\r\n".encode()
    return head + source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize("protocol", SERVERS)
def test_every_kind_of_mail_in_a_mailbox_is_taken_and_deleted_there(
    db: Database, service: Service, protocol: str
) -> None:
    with db.writing() as session:
        make_subscriber(session, make_region(session), address="ann@readers.example")
    mails = [
        delivered(written("Question", "line\n.\n..dots"), "weekly@news.example"),
        delivered(sample("postfix-no-such-user"), service.return_paths.letter(1, 2, 1), sender=""),
        delivered(written("leave"), f"unsubscribe@{DOMAIN}"),
        delivered(
            written("Postcard", to="someone.else@news.example"), "someone.else@news.example"
        ),  # for no address of ours: a person reads it
        delivered(b"Content-Type: message/rfc822\r\n\r\n" * 5000, "weekly@news.example"),
    ]
    with SERVERS[protocol](mails) as mailbox:
        assert poll(url(protocol, mailbox.port), Taker(service, Silent()).take_found, largest=1_000_000) == len(mails)
        assert mailbox.mails == []
    with db.reading() as session:
        kept = session.scalars(select(InboundMail).order_by(InboundMail.id)).all()
        assert [mail.subject for mail in kept] == ["Question", "Postcard", ""]
        assert "line\n.\n..dots" in kept[0].text
        assert session.scalars(select(FeedbackEvent.code)).one() == "5.1.1"
        assert by_address(session, "ann@readers.example").state is SubscriberState.LEFT


@pytest.mark.parametrize("protocol", SERVERS)
def test_what_is_not_taken_stays_there(db: Database, protocol: str) -> None:
    answers = iter([TAKEN, LATER])
    with SERVERS[protocol]([written(f"Question {number}") for number in range(3)]) as mailbox:
        assert poll(url(protocol, mailbox.port), lambda source: next(answers), largest=1_000_000) == 1
        assert len(mailbox.mails) == 2


@pytest.mark.parametrize("protocol", SERVERS)
def test_of_a_mail_that_is_too_large_only_the_headers_are_fetched(db: Database, protocol: str) -> None:
    taken: list[bytes] = []

    def take(source: bytes) -> str:
        taken.append(source)
        return TAKEN

    with SERVERS[protocol]([written("Photographs", "x" * 200_000)]) as mailbox:
        poll(url(protocol, mailbox.port), take, largest=100_000)
        assert mailbox.mails == []
    assert b"Photographs" in taken[0]
    assert len(taken[0]) < 1000


@pytest.mark.parametrize("protocol", SERVERS)
def test_a_wrong_password_is_told_without_it(db: Database, protocol: str) -> None:
    with SERVERS[protocol]([written()]) as mailbox:
        with pytest.raises(UnavailableError) as error:
            poll(url(protocol, mailbox.port, "wrong-word"), lambda source: TAKEN, largest=1_000_000)
        assert len(mailbox.mails) == 1
    assert "wrong-word" not in str(error.value)


@pytest.mark.parametrize("protocol", SERVERS)
def test_tls_is_checked(db: Database, protocol: str) -> None:
    with SERVERS[protocol]([written()], tls=True) as mailbox:
        found = url(f"{protocol}s", mailbox.port)
        with pytest.raises(UnavailableError):
            poll(found, lambda source: TAKEN, largest=1_000_000)
        trusting = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))
        trusting.check_hostname = False
        assert poll(found, lambda source: TAKEN, largest=1_000_000, tls=trusting) == 1


def test_a_server_that_is_not_there_is_named(db: Database) -> None:
    with pytest.raises(UnavailableError, match="does not work"):
        poll(url("imap", free_port()), lambda source: TAKEN, largest=1_000_000)


@pytest.mark.parametrize(
    "wrong",
    [
        "imap://weekly:pw@mail.example",
        "http://weekly:pw@mail.example",
        "imaps://mail.example",
        "imaps://a:b@c:port",
        "",
    ],
)
def test_a_url_that_is_wrong_or_unsafe_is_refused(db: Database, wrong: str) -> None:
    with pytest.raises(SettingsError) as error:
        MailboxUrl.parse(wrong)
    assert "pw" not in str(error.value)
