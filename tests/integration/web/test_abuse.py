"""Whoever means harm: bombing, floods, guessing who reads us, other sites' scripts, fields that nobody offered."""

import json
import time
from dataclasses import replace
from ipaddress import ip_network

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.finding import by_address, consents
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress
from newsletter.web.app import create_app
from newsletter.web.box_snippets import Words, snippets
from newsletter.web.pages import STATIC
from newsletter.web.steps import WAIT_SECONDS
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.steps import ticket_in, worked_out
from tests.support.world import make_region, make_subscriber

SITE, API_KEY = "https://www.paper.example", "a" * 40
ANA = "ana@readers.example"
PROXY = ip_network("192.0.2.7")  # where the tests ask from


@pytest.fixture
def settings(settings):
    return settings.model_copy(
        update={"box_sites": [SITE], "api_keys": [SecretStr(API_KEY)], "trusted_proxies": [PROXY]}
    )


@pytest.fixture(autouse=True)
def mexico(db):
    with db.writing() as session:
        return make_region(session, "MX")


def notices(db):
    with db.reading() as session:
        return [(notice.kind, notice.address) for notice in session.scalars(select(Notice).order_by(Notice.id))]


def count(db, table):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def ask(client, address=ANA, path="/subscribe", headers=None, **fields):
    return client.post(path, data={"address": address, "region": ["MX"], **fields}, headers=headers)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same statements; a thousand are enough once
def test_a_thousand_wishes_for_one_mailbox_send_one_mail_without_a_word_of_the_attackers(client, db):
    said = "CLICK-evil-example"
    for number in range(1000):
        client.headers["X-Forwarded-For"] = f"198.{number // 250}.113.{number % 250}"
        local = ("vic.tim", "v.i.c.t.i.m", "VICTIM", "victim")[number % 4]
        tag = f"+{said}{number}" if number % 3 else ""
        fields = {"name": said, "wording": said, "subject": said, "time_zone": said, "language": said}
        answer = ask(client, f"{local}{tag}@readers.example", **fields)
        if answer.status_code == 200 and number % 40 == 0:  # one step more, and the attacker takes some
            answer = ask(client, f"{local}{tag}@readers.example", **fields, **worked_out(answer))
        assert answer.status_code in (200, 303)
    assert len(notices(db)) == 1
    assert count(db, Subscriber) <= 2  # no junk is kept either
    with db.reading() as session:
        notice = session.scalars(select(Notice)).one()
        assert set(notice.arguments) == {"subscriber"}
        assert notice.language == "en"


def test_the_day_of_a_mailbox_lasts_24_hours_not_until_midnight(client, db, clock):
    ask(client)
    clock.advance(hours=23)  # another date
    ask(client, "a.na+x@readers.example")
    assert len(notices(db)) == 1
    clock.advance(hours=1)
    ask(client, "a.na+x@readers.example")
    assert len(notices(db)) == 2


def by_api(client, address):
    return call(client, {"address": address, "regions": ["MX"]})


WAYS = {"page": ask, "box": lambda client, address: ask(client, address, headers=script(SITE)), "API": by_api}


def until_answered(app, db, way, address):
    """The statements that were asked before the answer had left."""
    from sqlalchemy import event

    seen, answered = [], []

    def note(_connection, _cursor, statement, *_rest):
        if not answered:
            seen.append(statement)

    async def watched(scope, receive, send):
        async def sending(message):
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.append(True)
            await send(message)

        await app(scope, receive, sending)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with Browser(watched, "https://news.example") as client:
            assert WAYS[way](client, address).status_code == {"page": 303, "box": 200, "API": 202}[way]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert answered
    return seen


@pytest.mark.parametrize(
    ("way", "database_url"),
    [("page", "sqlite"), ("page", "postgres"), ("box", "sqlite"), ("API", "sqlite")],
    indirect=["database_url"],
)
def test_nothing_is_looked_up_by_the_address_before_the_answer_has_left(app, db, clock, mexico, way):
    with db.writing() as session:
        make_subscriber(session, mexico, address="reads@readers.example")
        make_subscriber(session, address="left@readers.example", state=SubscriberState.LEFT)
        suppress(session, "never@readers.example", "asked", [KEY], clock.now())
    until_answered(app, db, way, "first@readers.example")
    asked = {who: until_answered(app, db, way, f"{who}@readers.example") for who in ("new", "reads", "left", "never")}
    assert asked["new"] == asked["reads"] == asked["left"] == asked["never"]
    assert not [statement for statement in asked["new"] if "subscriber" in statement or "suppression" in statement]


def flood(client):
    """Ask until one step more is asked for; that page."""
    for number in range(6):
        answer = ask(client, f"reader{number}@readers.example")
    assert answer.status_code == 200
    return answer


def test_whoever_asks_often_takes_a_step_more_and_then_is_heard(client, db):
    page = flood(client)
    assert (page.headers["cache-control"], "script-src 'self'" in page.headers["content-security-policy"]) == (
        "no-store",
        True,
    )
    assert count(db, Subscriber) == 5
    assert ask(client, "reader5@readers.example", **worked_out(page)).status_code == 303
    assert count(db, Subscriber) == 6


def test_an_answer_is_good_once_and_for_one_mailbox(client, db):
    page = flood(client)
    solved = worked_out(page)
    assert ask(client, "other@readers.example", **solved).status_code == 200
    assert ask(client, "reader5@readers.example", **solved).status_code == 303
    assert ask(client, "reader5@readers.example", **solved).status_code == 200
    assert count(db, Subscriber) == 6


def test_without_javascript_half_a_minute_is_enough_and_less_is_not(client, db, monkeypatch):
    page = flood(client)
    ticket = ticket_in(page)
    early = ask(client, "reader5@readers.example", ticket=ticket, answer="")
    assert "a little early" in early.text
    assert ticket_in(early) == ticket
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + WAIT_SECONDS + 1)
    assert ask(client, "reader5@readers.example", ticket=ticket, answer="").status_code == 303
    assert count(db, Subscriber) == 6


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: f"x{t}", lambda t: t.swapcase(), lambda t: "é" * 99, lambda t: ""]
)
def test_a_ticket_of_ones_own_making_is_none(client, db, spoil, monkeypatch):
    ticket = spoil(ticket_in(flood(client)))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + WAIT_SECONDS + 1)
    assert ask(client, "reader5@readers.example", ticket=ticket, answer="1").status_code == 200
    assert count(db, Subscriber) == 5


def script(origin):
    return {"Accept": "application/json"} | ({"Origin": origin} if origin else {})


@pytest.mark.parametrize(("origin", "allowed"), [(SITE, True), ("https://news.example", True), (None, True),
                                                 ("https://evil.example", False), (f"{SITE}.evil.example", False),
                                                 ("null", False)])  # fmt: skip
def test_only_named_sites_may_ask_by_script_and_read_the_answer(client, db, origin, allowed):
    answer = ask(client, headers=script(origin), box="1")
    assert answer.status_code == (200 if allowed else 403)
    assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert "access-control-allow-credentials" not in answer.headers
    assert count(db, Subscriber) == allowed
    if allowed:
        assert "We have sent you a mail" in answer.json()["text"]
        with db.reading() as session:
            assert consents(session, by_address(session, ANA))[0].way == "box"


def test_the_script_is_told_what_is_wrong_and_where_a_page_must_go_on(client, db):
    wrong = ask(client, "ana", headers=script(SITE), shown_in="es")
    assert (wrong.status_code, wrong.json()["text"][:12]) == (422, "Esto no pare")
    flood(client)
    step = ask(client, "reader5@readers.example", headers=script(SITE))
    assert (step.status_code, step.json()) == (409, {"text": ""})
    trapped = ask(client, "new@readers.example", headers=script(SITE), website="x")
    assert trapped.status_code == 200
    assert count(db, Subscriber) == 5


def test_the_plain_form_of_any_site_works_and_says_that_it_is_one(client, db):
    answer = ask(client, headers={"Origin": "https://elsewhere.example"}, box="1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe/asked")
    with db.reading() as session:
        assert consents(session, by_address(session, ANA))[0].way == "box"


def test_the_box_script_is_small_and_depends_on_nothing(client, db):
    answer = client.get("/box.js")
    assert answer.content == (STATIC / "box.js").read_bytes()
    assert len(answer.content) < 3000
    assert answer.headers["content-type"].startswith("text/javascript")
    assert b"import" not in answer.content


def test_snippets_are_whole_html_with_the_region_preset():
    words = Words('Your "address"', "Send <it>", "Get it")
    plain, upgraded, frame = snippets("https://news.example", "mx", "ar", "rtl", words)
    for snippet in (plain, upgraded):
        assert 'data-region="MX"' in snippet.html
        assert 'name="region" value="MX"' in snippet.html
        assert 'dir="rtl"' in snippet.html
        assert "Send &lt;it&gt;" in snippet.html
    assert '<script src="https://news.example/box.js" defer>' in upgraded.html
    assert 'src="https://news.example/box?region=MX&amp;language=ar"' in frame.html


def call(client, body, key=API_KEY):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post("/api/v1/subscribers", content=content, headers=headers)


WISH = {"address": ANA, "regions": ["MX"]}


def test_the_api_asks_and_confirms_nobody(client, db):
    answer = call(client, {**WISH, "wording": "Yes, send it.", "network": "192.0.2.9", "time_zone": "Europe/Madrid"})
    assert (answer.status_code, answer.json()) == (202, {"result": "asked"})
    assert notices(db) == [(NoticeKind.CONFIRM, ANA)]
    with db.reading() as session:
        ana = by_address(session, ANA)
        assert (ana.state, ana.time_zone) == (SubscriberState.PENDING, "Europe/Madrid")
        [kept] = consents(session, ana)
        assert (kept.way, kept.wording) == ("api", "Yes, send it.")
        assert "192.0.2.9" not in (kept.network_digest or "")


@pytest.mark.parametrize("key", ["", "b" * 40, API_KEY[:-1], f"{API_KEY}x"])
def test_the_api_needs_its_key_before_anything(client, db, key):
    assert call(client, WISH, key=key).status_code == 401
    assert count(db, Subscriber) == 0


@pytest.mark.parametrize(
    "body",
    [{**WISH, "state": "confirmed"}, {**WISH, "confirmed": True}, {**WISH, "key": "x"}, {**WISH, "regions": "MX"},
     {**WISH, "regions": []}, {**WISH, "regions": ["ZZ"]}, {**WISH, "address": "ana"}, {**WISH, "language": "xx"},
     {**WISH, "time_zone": "Mars/Olympus"}, {**WISH, "wording": "x" * 1001}, [], "", "{", b"\xff", "[" * 5000],
    ids=repr,
)  # fmt: skip
def test_the_api_refuses_what_it_does_not_know(client, db, body):
    answer = call(client, body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert count(db, Subscriber) == 0


def test_suppression_wins_over_page_box_and_api_and_none_of_them_tells(client, db, clock):
    with db.writing() as session:
        suppress(session, ANA, "complaint", [KEY], clock.now())
    assert ask(client).status_code == 303
    assert ask(client, headers=script(SITE)).status_code == 200
    assert call(client, WISH).status_code == 202
    assert (count(db, Subscriber), notices(db)) == (0, [])


def test_links_made_with_a_key_that_has_rotated_open_for_as_long_as_it_is_kept(service, db, mexico):
    with db.writing() as session:
        ana = make_subscriber(session, mexico)
    old = service.links.unsubscribe(ana.key).removeprefix("https://news.example")
    for keys, status in ((["n" * 40, KEY], 200), (["m" * 40, "n" * 40, KEY], 200), (["n" * 40], 400)):
        rotated = replace(service, secret_keys=keys)
        with Browser(create_app(rotated), "https://news.example") as client:
            assert client.get(old).status_code == status
            assert client.get(rotated.links.preferences(ana.key)).status_code == 200
