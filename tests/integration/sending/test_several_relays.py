"""Rounds that go through several relays, within the limits of each."""

import time
from collections import Counter
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.sending.claiming import claim_batch
from newsletter.sending.controlling import pause
from newsletter.sending.models import Batch, LetterState
from newsletter.sending.rounds import find_round
from newsletter.subscribers.models import Subscriber
from tests.support.clocks import StillClock
from tests.support.rounds import HOUR, MEXICO, deliver, freeze_at, letters, mexico_with_readers, states, the_audit
from tests.support.smtp import CLOSE, SmtpSink
from tests.support.waiting import eventually

ACCEPTED, DEFERRED, QUEUED, UNKNOWN = (
    LetterState.ACCEPTED,
    LetterState.DEFERRED,
    LetterState.QUEUED,
    LetterState.UNKNOWN,
)


@pytest.fixture
def sinks():
    with ExitStack() as stack:
        yield [stack.enter_context(SmtpSink()) for _ in range(2)]


@pytest.fixture
def started(db: Database, clock: StillClock, settings: Settings):
    """A service by a RELAY_URL, with a round of `readers` letters in batches of ten."""
    services = []

    def start(relay_url: str, *, readers: int = 40, **changed) -> Service:
        changed = {"relay_url": relay_url, "redis_url": settings.redis_url, "batch_size": 10, **changed}
        made = Service(
            settings=Settings(relay_timeout_seconds=5, secret_keys=settings.secret_keys, **changed),
            clock=clock,
            db=db,
            secret_keys=[settings.secret_keys[0].get_secret_value()],
        )
        services.append(made)
        mexico_with_readers(made, readers)
        freeze_at(made, MEXICO)
        return made

    yield start
    for service in services:
        service.redis.close()


def urls(*sinks: SmtpSink, options: str = "") -> str:
    return ", ".join(f"smtp://127.0.0.1:{sink.port}{options}" for sink in sinks)


def by_relay(service: Service) -> Counter:
    return Counter(letter.relay for letter in letters(service))


def name(sink: SmtpSink) -> str:
    return f"127.0.0.1:{sink.port}"


def test_letters_keep_which_relay_took_them(started, sinks) -> None:
    service = started(urls(*sinks), readers=200)
    deliver(service)
    assert states(service) == {ACCEPTED: 200}
    assert by_relay(service) == {name(sink): len(sink.received) for sink in sinks}
    assert all(sink.received for sink in sinks)  # one of 2**20 rounds would all go one way
    everyone = [mail.recipient for sink in sinks for mail in sink.received]
    assert len(everyone) == len(set(everyone)) == 200


def test_a_relay_that_is_down_leaves_everything_to_the_other(started, sinks) -> None:
    sinks[0].rule("CONNECT", "554 5.3.2 Not today")
    service = started(urls(*sinks))
    deliver(service)
    assert states(service) == {ACCEPTED: 40}
    assert by_relay(service) == {name(sinks[1]): 40}
    assert sinks[0].connections <= 1  # and is not asked again
    assert {letter.attempts for letter in letters(service)} == {1}


@pytest.mark.parametrize(("moment", "unknown"), [("BODY", True), ("ANSWER", True), ("MAIL", False)])
def test_what_a_failing_relay_may_have_is_never_given_to_the_other(started, sinks, moment: str, unknown: bool) -> None:
    sinks[0].rule(moment, CLOSE)
    service = started(f"{urls(sinks[0], options='?weight=100000')} {urls(sinks[1])}")
    deliver(service)
    assert states(service) == {ACCEPTED: 37, (UNKNOWN if unknown else DEFERRED): 3}
    assert the_audit(service).is_sound
    offered = [mail.recipient for sink in sinks for mail in sink.received]
    assert len(offered) == len(set(offered))


def test_when_all_are_down_letters_wait(started, sinks) -> None:
    for sink in sinks:
        sink.rule("CONNECT", "421 4.3.2 Busy")
    service = started(urls(*sinks))
    assert deliver(service) == 0
    assert states(service) == {QUEUED: 40}
    assert [sink.connections for sink in sinks] == [1, 1]
    sinks[0].rules.clear()
    eventually(lambda: deliver(service) == 40)  # after a wait; the other may have to be tried first


def test_each_relay_has_its_own_connections(started, sinks) -> None:
    one, two = sinks
    service = started(f"{urls(one, options='?connections=1')} {urls(two, options='?connections=2')}")
    slots = {relay.name: relay.connections for relay in service.relays.all}
    now, taken = service.clock.now(), []
    for _ in range(4):
        with service.db.writing() as session:
            claim = claim_batch(session, now, now + HOUR, slots=slots, keys=service.secret_keys)
            taken.append(claim and claim.relay)
    assert taken == [name(one), name(two), name(two), None]
    with service.db.reading() as session:
        assert Counter(session.scalars(select(Batch.relay))) == {name(one): 1, name(two): 2, None: 1}
    assert service.relays.connections == service.settings.connections == 3


def test_a_relay_is_given_no_more_than_its_rate(started, sinks) -> None:
    service = started(urls(sinks[0], options="?max_rate_per_second=20"), readers=20)
    began = time.monotonic()
    deliver(service)
    assert states(service) == {ACCEPTED: 20}
    assert time.monotonic() - began > 17 / 20  # the first two may leave at once


def test_a_domain_is_given_no_more_than_its_rate_and_holds_up_nobody_else(started, sinks) -> None:
    service = started(urls(sinks[0]), readers=10, domain_rates={"slow.example": 4})
    with service.db.writing() as session:
        for reader in session.scalars(select(Subscriber).order_by(Subscriber.id).limit(4)):
            reader.address = f"reader{reader.id}@slow.example"
    deliver(service)
    slow = [mail.at for mail in sinks[0].received if mail.recipient.endswith("@slow.example")]
    others = [mail.at for mail in sinks[0].received if not mail.recipient.endswith("@slow.example")]
    assert (len(slow), len(others)) == (4, 6)
    assert slow[-1] - slow[0] > 0.5  # three intervals, less what the first took to arrive
    assert max(others) < slow[-1]


def test_a_pause_takes_effect_within_a_second_while_letters_leave(started, sinks) -> None:
    """As in production: what decides is looked at a few times a second, not for each letter."""
    service = started(urls(sinks[0], options="?max_rate_per_second=50"), readers=200, batch_size=200)
    paused: list[float] = []

    def pause_soon() -> bool:
        if len(sinks[0].received) >= 10 and not paused:
            with service.db.writing() as session:
                pause(session, find_round(session, "last"), by="Ada", now=MEXICO)
            paused.append(time.time())
        return False

    service.deliverer.deliver(seconds=20, is_stopping=pause_soon)
    assert states(service)[QUEUED] > 100
    assert max(mail.at for mail in sinks[0].received) < paused[0] + 1


def test_a_worker_that_waits_for_a_limit_stops_when_it_is_told(started, sinks) -> None:
    service = started(urls(sinks[0], options="?max_rate_per_second=0.1"))
    began = time.monotonic()
    service.deliverer.deliver(seconds=20, is_stopping=lambda: len(sinks[0].received) == 1)
    assert time.monotonic() - began < 5
    assert states(service) == {ACCEPTED: 1, QUEUED: 39}
