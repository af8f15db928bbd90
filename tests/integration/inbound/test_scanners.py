"""A scanner that opens every link of every mail in a real browser, three times, changes nothing for anybody."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import redis
from playwright.sync_api import Browser
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Base, Database
from newsletter.editors.service import add_editor
from newsletter.sending.confirming import ask_to_confirm, offer_data, offer_preferences, remind, say_goodbye
from newsletter.sending.models import NoticeKind
from newsletter.sending.notices import queue_notice, tell_editors
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.models import AddressChange, SubscriberState
from newsletter.web.app import create_app
from tests.support.clocks import StillClock
from tests.support.inbound import inbound_service
from tests.support.rounds import MEXICO, deliver, freeze_at, mexico_with_readers
from tests.support.smtp import SmtpSink
from tests.support.walking import serving, walker
from tests.support.world import NOW, make_region, make_subscriber

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

VISITS = 3
SITE = "https://news.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with walker() as started:
        yield started


@pytest.fixture
def service(
    db: Database, clock: StillClock, redis_url: str, redis_client: "redis.Redis"
) -> Iterator[tuple[Service, SmtpSink]]:
    clock.set(NOW)
    with SmtpSink() as sink:
        made = inbound_service(db, clock, redis_url=redis_url, relay_url=f"smtp://127.0.0.1:{sink.port}")
        yield made, sink
        made.redis.close()


# The desk's page to sign in asks each browser something new, which is nobody's and gone after ten minutes.
ASKED_OF_BROWSERS = {"challenge"}


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that holds what anybody did or is."""
    with db.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in ASKED_OF_BROWSERS
        }


def queue_all_kinds(service: Service) -> None:
    """A notice of each kind that goes to somebody outside of a round."""
    now = service.clock.now()
    with service.db.writing() as session:
        add_editor(session, "ada@desk.example", name="Ada")
        spain = make_region(session, "ES")
        readers = {}
        for name, state in {
            "pending": SubscriberState.PENDING, "reminded": SubscriberState.PENDING, "left": SubscriberState.LEFT,
            "reads": SubscriberState.CONFIRMED, "data": SubscriberState.CONFIRMED, "moves": SubscriberState.CONFIRMED,
        }.items():  # fmt: skip
            readers[name] = make_subscriber(session, spain, address=f"{name}@readers.example", state=state)
        ask_to_confirm(session, readers["pending"], now)
        remind(session, readers["reminded"], now)
        say_goodbye(session, readers["left"], now)
        offer_preferences(session, readers["reads"], now)
        offer_data(session, readers["data"], now)
        session.add(
            change := AddressChange(
                subscriber_id=readers["moves"].id, key="k" * 22, address="new@readers.example",
                normalised="new@readers.example", asked_at=now,
            )
        )  # fmt: skip
        session.flush()
        for kind, arguments in {
            NoticeKind.ADDRESS_CHANGE: {"change": change.id},
            NoticeKind.RECEIVED: {"joins": True},
            NoticeKind.WELCOME: {"subscriber": readers["reads"].id},
        }.items():
            queue_notice(session, kind, address="new@readers.example", language="en", arguments=arguments, now=now)
        tell_editors(session, NoticeKind.ALARM, None, now, week="2026-W20", reason="A sentence.", path="/desk/")


def links_in(sink: SmtpSink) -> list[str]:
    """Every link of every mail, from its HTML, its text and its headers."""
    found: dict[str, None] = {}
    for mail in sink.received:
        texts = [str(mail.message["List-Unsubscribe"] or "")]
        texts += [part.get_content() for part in mail.message.walk() if part.get_content_maintype() == "text"]
        for text in texts:
            found.update(dict.fromkeys(unescape(url) for url in re.findall(r"https?://[^\s\"<>]+", text)))
    return [url for url in found if url.startswith(SITE)]


def test_every_link_of_every_mail_opened_three_times_changes_nothing(
    service: tuple[Service, SmtpSink], browser: Browser
) -> None:
    made, sink = service
    mexico_with_readers(made, 1)
    freeze_at(made, MEXICO)
    deliver(made)
    queue_all_kinds(made)
    made.mailroom.send_due_notices()
    kinds = {mail.message["Subject"] for mail in sink.received}
    links = links_in(sink)
    assert len(kinds) >= 10
    assert {link.split("/")[3] for link in links if link.count("/") > 3} >= {"u", "p", "confirm", "address"}

    before = everything(made.db)
    with serving(create_app(made)) as address:
        page = browser.new_page()
        for link in links * VISITS:
            answer = page.goto(link.replace(SITE, address), wait_until="load")
            assert answer is not None
            assert answer.status < 500
        page.close()
    after = everything(made.db)
    assert {name for name in before if before[name] != after[name]} == set()
    with made.db.reading() as session:
        assert by_address(session, "pending@readers.example").state is SubscriberState.PENDING
