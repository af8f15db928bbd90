"""Calls of webhooks to a real server: signed, made again until they are answered, made once more on request."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select

from newsletter.errors import NotAllowedError
from newsletter.happenings.keeping import happened
from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall
from newsletter.webhooks.calling import Caller
from newsletter.webhooks.posting import Poster
from newsletter.webhooks.service import add_webhook, find_call, replay, replay_given_up, try_webhook
from newsletter.webhooks.waiting import WAITS
from tests.conftest import KEY
from tests.support.clocks import StillClock
from tests.support.receiver import Receiver
from tests.support.world import NOW, make_region, make_subscriber

LOOPBACK = [ip_network("127.0.0.0/8")]


@pytest.fixture
def receiver():
    with Receiver().running() as running:
        yield running


@pytest.fixture
def wall():
    return StillClock()


@pytest.fixture
def caller(db, clock, wall):
    return Caller(db, Poster(LOOPBACK, "RegionalWeekly", seconds=5), clock, [KEY], wall)


@pytest.fixture
def webhook(db, receiver):
    """Of readers who join or leave, anywhere; its number and secret."""
    with db.writing() as session:
        wanted = [Happening.SUBSCRIBED, Happening.LEFT]
        made, secret = add_webhook(session, receiver.url, happenings=wanted, keys=[KEY], by="Ada", now=NOW)
        return made.id, secret


def happen(db, happening=Happening.LEFT, regions=("MX",), **data):
    with db.writing() as session:
        happened(session, happening, {"reader": 7, **data}, regions=regions, now=NOW)


def rows(db):
    with db.reading() as session:
        return session.scalars(select(WebhookCall).order_by(WebhookCall.id)).all()


def test_a_call_says_what_happened_and_is_signed(db, caller, receiver, webhook):
    happen(db, way="one-click")
    assert caller.call_due() == 1
    [called] = receiver.calls
    assert json.loads(called.body) == {
        "type": "reader.left",
        "timestamp": NOW.isoformat(),
        "data": {"reader": 7, "way": "one-click"},
    }
    headers = called.headers
    assert (headers["content-type"], headers["user-agent"]) == ("application/json", "RegionalWeekly")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + called.body
    secret = base64.b64decode(webhook[1].removeprefix("whsec_"))
    reckoned = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{reckoned}"
    [row] = rows(db)
    assert (row.state, row.status, row.uid) == (CallState.ANSWERED, 204, headers["webhook-id"])
    assert caller.call_due() == 0


def test_what_did_not_happen_after_all_is_not_told(db, caller, receiver, webhook):
    def break_off():
        with db.writing() as session:
            happened(session, Happening.LEFT, {"reader": 7}, regions=["MX"], now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert caller.call_due() == 0
    assert receiver.calls == []


def test_a_webhook_is_told_what_it_asked_for_of_its_regions(db, caller, receiver, webhook):
    with db.writing() as session:
        mexico = make_region(session, "MX")
        add_webhook(
            session, f"{receiver.url}/mx", happenings=[Happening.LEFT], regions=[mexico], keys=[KEY], by="Ada", now=NOW
        )
    happen(db, Happening.APPROVED, ["MX"])
    happen(db, Happening.LEFT, ["ES"])
    happen(db, Happening.LEFT, ["ES", "MX"])
    caller.call_due()
    assert sorted(called.path for called in receiver.calls) == ["/hook", "/hook", "/hook/mx"]
    same = [called.headers["webhook-id"] for called in receiver.calls]
    assert len(set(same)) == 2  # one happening has one id, whomever it is told


def test_a_call_that_fails_is_made_again_later_and_later_until_it_is_answered(db, clock, caller, receiver, webhook):
    receiver.answers, receiver.said = [500, None, 302, 200], b"not now \x00 <b>later</b>"
    receiver.location = "http://127.0.0.1:1/elsewhere"
    happen(db)
    for wait in WAITS[:3]:
        assert caller.call_due() == 1
        [row] = rows(db)
        assert row.state is CallState.QUEUED
        assert wait <= row.due_at - clock.now() <= wait * 1.1
        assert caller.call_due() == 0
        clock.set(row.due_at)
    assert caller.call_due() == 1
    [row] = rows(db)
    assert (row.state, row.status, row.attempts, len(receiver.calls)) == (CallState.ANSWERED, 200, 4, 4)
    assert "\0" not in row.said
    ids = {called.headers["webhook-id"] for called in receiver.calls}
    assert len(ids) == 1


def test_after_three_days_a_call_is_given_up_and_replayed_with_its_id(db, clock, caller, receiver, webhook):
    receiver.answers = [503]
    happen(db)
    for _ in range(len(WAITS) + 1):
        assert caller.call_due() == 1
        clock.set(clock.now() + WAITS[-1] * 1.2)
    [row] = rows(db)
    assert row.state is CallState.GIVEN_UP
    assert caller.call_due() == 0
    receiver.answers = [204]
    with db.writing() as session:
        replay(session, find_call(session, row.id), by="Ada", now=clock.now())
    assert caller.call_due() == 1
    assert receiver.calls[-1].headers["webhook-id"] == receiver.calls[0].headers["webhook-id"]
    assert receiver.calls[-1].body == receiver.calls[0].body


def test_all_that_was_given_up_is_replayed_at_once(db, clock, caller, receiver, webhook):
    for _ in range(3):
        happen(db)
    with db.writing() as session:
        for row in session.scalars(select(WebhookCall)).all()[:2]:
            row.state = CallState.GIVEN_UP
        assert replay_given_up(session, session.get_one(Webhook, webhook[0]), by="Ada", now=clock.now()) == 2
    assert caller.call_due() == 3


def test_a_call_that_has_not_ended_is_not_replayed(db, webhook):
    happen(db)
    with db.writing() as session, pytest.raises(NotAllowedError):
        replay(session, session.scalars(select(WebhookCall)).one(), by="Ada", now=NOW)


def test_whoever_answers_gone_is_not_called_again(db, caller, receiver, webhook):
    receiver.answers = [410]
    happen(db)
    assert caller.call_due() == 1
    happen(db)
    assert caller.call_due() == 0
    with db.reading() as session:
        found = session.get_one(Webhook, webhook[0])
        assert (found.is_active, "410" in found.trouble) == (False, True)
    assert [row.state for row in rows(db)] == [CallState.GIVEN_UP]
    with db.writing() as session, pytest.raises(NotAllowedError):
        try_webhook(session, session.get_one(Webhook, webhook[0]), by="Ada", now=NOW)


def test_the_call_of_a_worker_that_died_is_made_again_when_its_lease_is_over(db, wall, caller, receiver, webhook):
    happen(db)
    with db.writing() as session:
        row = session.scalars(select(WebhookCall)).one()
        row.state, row.attempts, row.due_at = CallState.ATTEMPTING, 1, wall.now() + timedelta(minutes=1)
    assert caller.call_due() == 0
    wall.set(wall.now() + timedelta(minutes=1))
    assert caller.call_due() == 1
    assert rows(db)[0].state is CallState.ANSWERED


def test_an_address_is_looked_up_for_those_alone_who_are_to_be_told_it(db, caller, receiver, webhook):
    with db.writing() as session:
        region = make_region(session, "MX")
        reader = make_subscriber(session, region, address="ana@readers.example").id
        told = {"happenings": [Happening.LEFT], "with_addresses": True}
        add_webhook(session, f"{receiver.url}/with", **told, keys=[KEY], by="Ada", now=NOW)
    happen(db, reader=reader)
    assert "ana@" not in str([row.data for row in rows(db)])
    caller.call_due()
    told = {called.path: json.loads(called.body)["data"].get("address") for called in receiver.calls}
    assert told == {"/hook": None, "/hook/with": "ana@readers.example"}


def test_old_calls_are_forgotten_and_those_that_wait_are_kept(db, clock, caller, receiver, webhook):
    happen(db)
    caller.call_due()
    happen(db)
    assert caller.forget_old(NOW) == 0
    assert caller.forget_old(NOW + timedelta(days=1)) == 1
    assert [row.state for row in rows(db)] == [CallState.QUEUED]


def test_a_call_into_the_house_is_not_made_and_says_how_to_allow_it(db, clock, wall, receiver, webhook):
    happen(db)
    Caller(db, Poster([], "RegionalWeekly"), clock, [KEY], wall).call_due()
    assert receiver.calls == []
    [row] = rows(db)
    assert (row.state, row.status) == (CallState.QUEUED, None)
    assert "NEWSLETTER_WEBHOOK_ALLOW" in row.said
