"""Readers leave while their letters leave: nothing is handed to the relay after the answer that they got.

RACES=10000 runs the long form (`make torture-leaving`): so many readers, all of whom leave while letters leave.
"""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.inbound.gate import Gate
from newsletter.sending.delivery import Delivery
from newsletter.sending.models import LetterState
from newsletter.subscribers.mail_addresses import MailAddresses
from newsletter.subscribers.models import Subscriber
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.integration.inbound.conftest import bring
from tests.support.browser import Browser
from tests.support.clocks import StillClock
from tests.support.inbound import DOMAIN, inbound_service, written
from tests.support.rounds import MEXICO, deliver, freeze_at, letters, mexico_with_readers
from tests.support.smtp import SmtpSink
from tests.support.waiting import eventually
from tests.support.world import NOW

RACES = int(os.environ.get("RACES", "120"))
LEAVERS = 24
RATE = 60  # letters a second, so that the sending lasts for as long as people leave


@pytest.fixture
def service(
    db: Database, clock: StillClock, sink: SmtpSink, redis_url: str, redis_client: "redis.Redis"
) -> Iterator[Service]:
    clock.set(NOW)
    relay = f"smtp://127.0.0.1:{sink.port}?connections=1&max_rate_per_second={RATE}"
    made = inbound_service(db, clock, redis_url=redis_url, relay_url=relay, batch_size=2000)
    yield made
    made.redis.close()


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> dict[int, float]:
    """When each letter was last asked whether it may leave: before its first byte, whatever this machine does then."""
    asked: dict[int, float] = {}
    ask = Delivery._may_leave

    def may_leave(delivery: Delivery, offer):
        asked[offer.letter.subscriber_id] = time.monotonic()
        return ask(delivery, offer)

    monkeypatch.setattr(Delivery, "_may_leave", may_leave)
    return asked


def test_nothing_is_handed_to_the_relay_after_the_answer_to_whoever_left(
    db: Database, service: Service, sink: SmtpSink, handed: dict[int, float], listen
) -> None:
    port, _ = listen(Gate(mails_of_one=RACES))
    mexico_with_readers(service, RACES)
    freeze_at(service, MEXICO)
    app = create_app(service)
    addresses = MailAddresses([KEY], DOMAIN)
    with db.reading() as session:
        readers = list(session.scalars(select(Subscriber).order_by(Subscriber.id)))
    answered: dict[int, float] = {}

    def leave(readers: list[Subscriber]) -> None:
        with Browser(app, "https://news.example") as browser:
            for reader in readers:
                if reader.id % 10 == 0:
                    to = addresses.unsubscribe(reader.key)
                    assert bring(port, to, written(sender=reader.address), sender=reader.address)[0] == 250
                else:
                    url = service.links.unsubscribe(reader.key)
                    assert browser.post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200
                answered[reader.id] = time.monotonic()

    sending = threading.Thread(target=deliver, args=(service, 600))
    sending.start()
    eventually(lambda: bool(sink.received), seconds=20)
    with ThreadPoolExecutor(LEAVERS) as pool:
        # In no order, so that some leave long before their letter, some after it, and some in the very moment.
        list(pool.map(leave, [readers[number::LEAVERS][:: 1 if number % 2 else -1] for number in range(LEAVERS)]))
    sending.join(600)

    accepted = {letter.subscriber_id for letter in letters(service) if letter.state is LetterState.ACCEPTED}
    assert len(answered) == RACES
    assert 0 < len(accepted) < RACES  # some were faster than their letter, and some were not
    assert [handed[one] - answered[one] for one in accepted if handed[one] > answered[one]] == []
