"""Mail of readers: joining, confirming and leaving by it, and what is kept for an editor. Loops are impossible."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.feedback.models import InboundMail
from newsletter.feedback.verdicts import Kind
from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.consenting import Act, Way
from newsletter.subscribers.finding import by_address, consents
from newsletter.subscribers.mail_addresses import MailAddresses
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.inbound import DOMAIN, brought, written
from tests.support.world import make_region, make_subscriber

ANN = "ann@readers.example"
WEEKLY = "weekly@news.example"


@pytest.fixture
def regions(db: Database) -> None:
    with db.writing() as session:
        for code in ("MX", "ES", "US"):
            make_region(session, code)


def write(db: Database, service: Service, to: str, source: bytes, **options: str) -> str:
    with db.writing() as session:
        return brought(session, service, to, source, **options).done


def reader(db: Database, address: str = ANN) -> Subscriber:
    with db.reading() as session:
        return by_address(session, address)


def regions_of(db: Database, address: str = ANN) -> list[str]:
    return [subscription.region.code for subscription in reader(db, address).subscriptions]


def notices(db: Database) -> list[Notice]:
    with db.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def kinds(db: Database) -> list[NoticeKind]:
    return [notice.kind for notice in notices(db)]


def kept(db: Database) -> Sequence[InboundMail]:
    with db.reading() as session:
        return session.scalars(select(InboundMail)).all()


@pytest.mark.parametrize(
    ("to", "subject", "body", "codes", "language"),
    [
        ("subscribe+mx", "", "", ["MX"], "en"),
        ("subscribe+mx+es", "hello", "", ["MX", "ES"], "en"),
        ("subscribe", "Mexico", "", ["MX"], "en"),
        ("subscribe", "Hola", "Quiero noticias de México y España", ["MX", "ES"], "es"),
        ("subscribe", "MX, US", "", ["MX", "US"], "en"),
    ],
)
def test_a_mail_asks_for_regions_and_a_mail_asks_back(
    db: Database, service: Service, regions, to: str, subject: str, body: str, codes: list[str], language: str
) -> None:
    assert write(db, service, f"{to}@{DOMAIN}", written(subject, body)) == "asked to confirm"
    assert (regions_of(db), reader(db).state, reader(db).language) == (codes, SubscriberState.PENDING, language)
    assert kinds(db) == [NoticeKind.CONFIRM]
    with db.reading() as session:
        [consent] = consents(session, by_address(session, ANN))
        assert (consent.act, consent.way) == (Act.ASKED, Way.MAIL)
        assert DOMAIN in (consent.wording or "")


def test_a_mail_that_names_no_region_is_asked_which_once_a_day(db: Database, service: Service, regions) -> None:
    for number in range(3):
        assert write(db, service, f"subscribe@{DOMAIN}", written(f"hello {number}")) == "asked which region"
    assert kinds(db) == [NoticeKind.RECEIVED]
    assert notices(db)[0].arguments == {"joins": True}


def test_who_is_suppressed_gets_neither_row_nor_mail(
    db: Database, service: Service, clock: StillClock, regions
) -> None:
    with db.writing() as session:
        suppress(session, ANN, "complaint", [KEY], clock.now())
    write(db, service, f"subscribe+mx@{DOMAIN}", written())
    assert kinds(db) == []


def confirmation_address(db: Database, service: Service, clock: StillClock) -> str:
    write(db, service, f"subscribe+mx@{DOMAIN}", written())
    return MailAddresses([KEY], DOMAIN).confirm(reader(db).key, clock.now().date())


def test_an_answer_to_the_confirmation_confirms(db: Database, service: Service, clock: StillClock, regions) -> None:
    address = confirmation_address(db, service, clock)
    clock.advance(days=3)
    assert write(db, service, address.upper().replace("@IN", "@in"), written("Re: Please confirm", "ok")) == "confirmed"
    assert reader(db).state is SubscriberState.CONFIRMED
    with db.reading() as session:
        assert consents(session, by_address(session, ANN))[-1].way == Way.MAIL


def test_an_answer_that_refers_to_the_confirmation_confirms_wherever_it_is_sent(
    db: Database, service: Service, clock: StillClock, regions
) -> None:
    write(db, service, f"subscribe+mx@{DOMAIN}", written())
    message_id = service.reception.message_ids.notice(notices(db)[0].id)
    assert write(db, service, WEEKLY, written("Re: confirm", "yes", In_Reply_To="<1@x.example>")) == "kept"
    assert write(db, service, WEEKLY, written("Re: confirm", "yes!", In_Reply_To=message_id)) == "confirmed"


def test_nobody_confirms_for_another(db: Database, service: Service, clock: StillClock, regions) -> None:
    address = confirmation_address(db, service, clock)
    write(db, service, address, written("Re: confirm", sender="eve@evil.example"), sender="eve@evil.example")
    token = address.removeprefix("confirm+").partition("@")[0]
    for forged in (token[:-1], token[1:], "", token.replace(token[5], "a" if token[5] != "a" else "b", 1)):
        write(db, service, f"confirm+{forged}@{DOMAIN}", written(f"Re: {forged}"))
    elsewhere = MailAddresses([KEY], DOMAIN).unsubscribe(reader(db).key).removeprefix("unsubscribe+").partition("@")[0]
    write(db, service, f"confirm+{elsewhere}@{DOMAIN}", written("Re: again"))
    clock.advance(days=service.settings.confirm_days + 1)
    write(db, service, address, written("Re: too late"))
    assert reader(db).state is SubscriberState.PENDING


MACHINES = {
    "Auto-Submitted": {"Auto_Submitted": "auto-replied"},
    "Auto-Submitted: auto-generated": {"Auto_Submitted": "auto-generated"},
    "Precedence: bulk": {"Precedence": "bulk"},
    "Precedence: list": {"Precedence": "list"},
    "Precedence: junk": {"Precedence": "junk"},
    "List-Id": {"List_Id": "<harbour.lists.example>"},
    "X-Auto-Response-Suppress": {"X_Auto_Response_Suppress": "All"},
    "X-Autoreply": {"X_Autoreply": "yes"},
}


@pytest.mark.parametrize("machine", [*MACHINES, "a null return path", "a daemon", "no-reply", "ourselves", "our list"])
@pytest.mark.parametrize("to", ["subscribe+mx", "confirm", "people"])
def test_no_machine_is_answered_joined_or_confirmed(
    db: Database, service: Service, clock: StillClock, regions, machine: str, to: str
) -> None:
    with db.writing() as session:
        make_subscriber(session, make_region(session, "BR"), address=ANN, state=SubscriberState.PENDING)
    confirm = MailAddresses([KEY], DOMAIN).confirm(reader(db).key, clock.now().date())
    address = {"confirm": confirm, "people": WEEKLY}.get(to, f"{to}@{DOMAIN}")
    author = {"ourselves": WEEKLY, "our list": f"subscribe@{DOMAIN}", "no-reply": "no-reply@shop.example"}.get(
        machine, ANN
    )
    sender = {"a null return path": "", "a daemon": "MAILER-DAEMON@mx.example"}.get(machine, author)
    write(db, service, address, written("hello", sender=author, **MACHINES.get(machine, {})), sender=sender)
    assert kinds(db) == []
    assert list(kept(db)) == []
    assert reader(db).state is SubscriberState.PENDING


def confirmed(db: Database, address: str = ANN) -> Subscriber:
    with db.writing() as session:
        return make_subscriber(session, make_region(session, "BR"), address=address)


@pytest.mark.parametrize("extra", [{}, {"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}])
def test_a_mail_to_the_letters_unsubscribe_address_leaves_whoever_sends_it(
    db: Database, service: Service, clock: StillClock, extra: dict[str, str]
) -> None:
    """A mail program sends it, from whichever account of the person it likes."""
    address = MailAddresses([KEY], DOMAIN).unsubscribe(confirmed(db).key)
    clock.advance(days=900)
    assert write(db, service, address, written(sender="other@elsewhere.example", **extra), sender="") == "left"
    assert reader(db).state is SubscriberState.LEFT
    assert kinds(db) == [NoticeKind.GOODBYE]
    assert write(db, service, address, written()) == "left"
    assert kinds(db) == [NoticeKind.GOODBYE]


def test_keys_rotate_without_breaking_old_addresses(db: Database, service: Service) -> None:
    old = MailAddresses([KEY], DOMAIN)
    new = MailAddresses(["n" * 40, KEY], DOMAIN)
    token = old.unsubscribe("somebody").removeprefix("unsubscribe+").partition("@")[0]
    assert new.read_unsubscribe(token) == "somebody"


@pytest.mark.parametrize(
    ("to", "subject", "body"),
    [
        (WEEKLY, "unsubscribe", ""),
        (WEEKLY, "Re: This week in Mexico", "Unsubscribe\n\n> the letter"),
        (WEEKLY, "Baja", ""),
        (f"unsubscribe@{DOMAIN}", "", ""),
        (f"unsubscribe+broken@{DOMAIN}", "", ""),
        (f"subscribe@{DOMAIN}", "unsubscribe", ""),
    ],
)
def test_a_plain_word_of_the_subscriber_leaves(
    db: Database, service: Service, to: str, subject: str, body: str
) -> None:
    confirmed(db)
    assert write(db, service, to, written(subject, body, sender="Ann <ANN@readers.example>")) == "left"
    assert reader(db).state is SubscriberState.LEFT
    assert kinds(db) == [NoticeKind.GOODBYE]  # with the way back, for the address in From can be anyone's


def test_who_does_not_read_us_leaves_nothing_and_is_told_once(db: Database, service: Service) -> None:
    write(db, service, f"unsubscribe@{DOMAIN}", written("unsubscribe"))
    assert kinds(db) == [NoticeKind.RECEIVED]


def test_anything_else_is_kept_for_an_editor_and_answered_once_a_day(
    db: Database, service: Service, clock: StillClock, regions
) -> None:
    for number in range(3):
        assert write(db, service, WEEKLY, written(f"Question {number}", "Who wrote this? <b>\0</b>")) == "kept"
    write(db, service, WEEKLY, written("Question 0", "Who wrote this? <b>\0</b>"))  # brought a second time
    mails = kept(db)
    assert [mail.subject for mail in mails] == ["Question 0", "Question 1", "Question 2"]
    assert (mails[0].sender, mails[0].kind) == (ANN, Kind.OTHER)
    assert "Who wrote this?" in mails[0].text
    [answer] = notices(db)
    assert (answer.kind, answer.address, answer.arguments) == (NoticeKind.RECEIVED, ANN, {"joins": False})
    clock.advance(days=1)
    write(db, service, WEEKLY, written("Question 4"))
    assert len(notices(db)) == 2


def test_nothing_that_was_written_stands_in_the_answer(db: Database, service: Service, clock: StillClock) -> None:
    write(db, service, WEEKLY, written("Buy pills at http://evil.example", "pills"))
    [notice] = notices(db)
    with db.reading() as session:
        message = service.mailroom.contents.message(session, notice, "<1@news.example>", clock.now())
    assert b"pills" not in message
    assert b"evil" not in message


def test_a_suspended_reader_who_answers_a_confirmation_is_back(
    db: Database, service: Service, clock: StillClock, regions
) -> None:
    with db.writing() as session:
        make_subscriber(session, make_region(session, "BR"), address=ANN, state=SubscriberState.SUSPENDED)
    address = MailAddresses([KEY], DOMAIN).confirm(reader(db).key, clock.now().date())
    write(db, service, f"subscribe+mx@{DOMAIN}", written())
    assert write(db, service, address, written("Re: confirm")) == "confirmed"
    assert reader(db).state is SubscriberState.CONFIRMED


@pytest.mark.parametrize(
    "author", ["ann@readers.example, eve@evil.example", "", "Ann", "ann@", "<>", "undisclosed-recipients:;"]
)
def test_a_mail_of_nobody_in_particular_is_not_answered(db: Database, service: Service, author: str) -> None:
    write(db, service, WEEKLY, written("hello", sender=author))
    assert kinds(db) == []


@pytest.mark.parametrize(
    "address",
    ["nobody@in.news.example", "subscribe@elsewhere.example", "weekly@in.news.example", "ann@readers.example", "", "@"],
)
def test_what_is_no_address_of_ours_is_none(service: Service, address: str) -> None:
    assert service.reception.recipients.find(address) is None


@pytest.mark.parametrize("local", ["subscribe", "unsubscribe", "postmaster", "abuse", "complaints", "subscribe+a+b"])
def test_what_is_one_is_one_in_any_case(service: Service, local: str) -> None:
    assert service.reception.recipients.find(f"{local}@{DOMAIN}".upper()) is not None
