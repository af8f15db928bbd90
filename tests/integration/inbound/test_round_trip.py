"""Mail out and mail back, over real SMTP both ways: a letter, its bounce, its unsubscribe address, a confirmation."""

from collections.abc import Iterator

import pytest
import redis
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.feedback.models import FeedbackEvent
from newsletter.sending.models import LetterState
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.models import SubscriberState
from tests.integration.inbound.conftest import bring
from tests.support.clocks import StillClock
from tests.support.inbound import DOMAIN, inbound_service, sample, written
from tests.support.rounds import MEXICO, deliver, freeze_at, mexico_with_readers, states
from tests.support.smtp import SmtpSink
from tests.support.world import NOW


@pytest.fixture
def service(
    db: Database, clock: StillClock, sink: SmtpSink, redis_url: str, redis_client: "redis.Redis"
) -> Iterator[Service]:
    clock.set(NOW)
    made = inbound_service(db, clock, redis_url=redis_url, relay_url=f"smtp://127.0.0.1:{sink.port}")
    yield made
    made.redis.close()


def state_of(db: Database, address: str) -> SubscriberState:
    with db.reading() as session:
        return by_address(session, address).state


def test_a_letter_leaves_and_its_bounce_and_its_unsubscribe_mail_come_back(
    db: Database, service: Service, sink: SmtpSink, port: int
) -> None:
    mexico_with_readers(service, 2)
    freeze_at(service, MEXICO)
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: 2}
    bounced, left = sink.received

    report = sample("postfix-no-such-user").replace(b"ana@readers.example", bounced.recipient.encode())
    assert bring(port, bounced.sender, report.replace(b"\n", b"\r\n"), sender="")[0] == 250
    with db.reading() as session:
        event = session.scalars(select(FeedbackEvent)).one()
        assert (event.hard, event.subscriber_id) == (True, by_address(session, bounced.recipient).id)
        assert event.letter_id is not None

    https, mailto = left.message["List-Unsubscribe"].split(", ")
    assert https.startswith("<https://news.example/u/")
    address = mailto.removeprefix("<mailto:").removesuffix(">")
    assert bring(port, address, written("", sender=left.recipient), sender=left.recipient)[0] == 250
    assert state_of(db, left.recipient) is SubscriberState.LEFT
    assert state_of(db, bounced.recipient) is SubscriberState.CONFIRMED
    service.mailroom.send_due_notices()
    assert sink.of(left.recipient)[-1].message["Auto-Submitted"] == "auto-generated"


def test_a_mail_asks_the_answer_to_the_mail_back_confirms_and_the_letter_comes(
    db: Database, service: Service, sink: SmtpSink, port: int
) -> None:
    mexico_with_readers(service, 0)
    assert bring(port, f"subscribe+mx@{DOMAIN}", written(), sender="ann@readers.example")[0] == 250
    assert state_of(db, "ann@readers.example") is SubscriberState.PENDING
    service.mailroom.send_due_notices()
    [question] = sink.of("ann@readers.example")
    answer = written("Re: " + question.message["Subject"], "Yes", In_Reply_To=question.message_id)
    assert bring(port, question.message["Reply-To"], answer)[0] == 250
    assert state_of(db, "ann@readers.example") is SubscriberState.CONFIRMED
    freeze_at(service, MEXICO)
    deliver(service)
    assert len([mail for mail in sink.of("ann@readers.example") if "List-Id" in mail.message]) == 1


def test_our_own_mails_brought_back_to_us_go_round_in_no_circle(
    db: Database, service: Service, sink: SmtpSink, port: int
) -> None:
    """As a forwarding that points at ourselves would bring them."""
    mexico_with_readers(service, 1)
    freeze_at(service, MEXICO)
    deliver(service)
    bring(port, f"subscribe+mx@{DOMAIN}", written("A question"))
    service.mailroom.send_due_notices()
    sent = list(sink.received)
    for mail in sent:
        for to in (f"subscribe+mx@{DOMAIN}", "weekly@news.example", mail.sender):
            bring(port, to, mail.data, sender=mail.sender)
    service.mailroom.send_due_notices()
    assert len(sink.received) == len(sent)


def test_what_the_relay_refuses_becomes_an_event_as_well(db: Database, service: Service, sink: SmtpSink) -> None:
    from newsletter.work import take_in_feedback

    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    sink.rule("RCPT", "550 5.1.1 No such user here", times=1)
    sink.rule("RCPT", "552 5.2.2 Mailbox full", times=1)
    deliver(service)
    assert (take_in_feedback(service), take_in_feedback(service)) == (2, 0)
    with db.reading() as session:
        events = session.scalars(select(FeedbackEvent).order_by(FeedbackEvent.code)).all()
        assert [(event.provider, event.code, event.hard) for event in events] == [
            ("relay", "5.1.1", True),
            ("relay", "5.2.2", False),
        ]
