"""Passkeys: made soon after signing in, asked of one browser once, and worth nothing in other hands."""

import json
from dataclasses import replace

import pytest
from pydantic import HttpUrl
from sqlalchemy import select

from newsletter.editors.models import Challenge, Editor, EditorSession, LogEntry, Passkey, Role
from newsletter.editors.service import add_editor, change_address, remove_editor
from newsletter.editors.signing_in import make_link
from newsletter.web.app import create_app
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator
from tests.support.browser import Browser

SITE = "https://news.example"
ADA, EVA = "ada@newsroom.example", "eva@newsroom.example"
once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what no database decides
QUESTION, ANSWER = "/desk/sign-in/passkey/question", "/desk/sign-in/passkey/answer"


@pytest.fixture(autouse=True)
def editors(db):
    with db.writing() as session:
        add_editor(session, ADA, name="Ada", role=Role.PUBLISHER)
        add_editor(session, EVA, name="Eva", role=Role.ADMIN)


def link_in(client, db, clock, address=ADA):
    with db.writing() as session:
        editor = session.scalars(select(Editor).where(Editor.address == address)).one()
        link = make_link(session, editor, clock.now())
    assert client.post(f"/desk/sign-in/{link}").status_code == 303


def token(client):
    return csrf_token(client.cookies["desk"], KEY)


def authenticator(**differences):
    return Authenticator(**({"origin": SITE, "rp_id": "news.example"} | differences))


def make(client, device, name="My phone"):
    """Make a passkey; the answer of the last step."""
    asked = client.post("/desk/passkeys/question", data={"csrf": token(client)})
    assert asked.status_code == 200, asked.text
    return client.post(
        "/desk/passkeys", data={"csrf": token(client), "name": name, "answer": device.make(asked.json())}
    )


@pytest.fixture
def device(client, db, clock):
    """Ada's, with a passkey; she is signed out."""
    link_in(client, db, clock)
    made = authenticator()
    assert make(client, made).json() == {"to": "/desk/sessions"}
    client.cookies.clear()
    return made


def ask(client):
    return client.post(QUESTION).json()


def answer(client, said):
    return client.post(ANSWER, data={"answer": said})


def refused(client, response):
    """Neither a session nor the cookie of one."""
    return response.status_code == 409 and "desk" not in client.cookies and client.get("/desk").status_code == 401


def rows(db, table):
    with db.reading() as session:
        return session.scalars(select(table).order_by(table.id)).all()


def test_a_passkey_that_was_made_after_signing_in_signs_in_the_next_time(client, db, clock, device):
    clock.advance(days=40)
    asked = ask(client)
    assert (asked["rpId"], asked["userVerification"], asked.get("allowCredentials", [])) == (
        "news.example",
        "required",
        [],
    )
    done = answer(client, device.sign(asked))
    assert done.json() == {"to": "/desk"}
    assert "HttpOnly; Max-Age=43200; Path=/desk; SameSite=lax; Secure" in done.headers["set-cookie"]
    page = client.get("/desk/sessions").text
    for words in ("By a passkey", "My phone", "<b>this one</b>"):
        assert words in page
    assert [(entry.actor, entry.action, entry.details) for entry in rows(db, LogEntry)][-2:] == [
        ("Ada", "passkey added", {"before": None, "after": "My phone"}),
        ("Ada", "signed in", {"way": "passkey", "passkey": "My phone"}),
    ]


@once
def test_what_is_asked_of_a_new_passkey_is_a_lock_and_a_key_that_its_device_finds(client, db, clock, device):
    link_in(client, db, clock)
    asked = client.post("/desk/passkeys/question", data={"csrf": token(client)}).json()
    selection = asked["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert [known["type"] for known in asked["excludeCredentials"]] == ["public-key"]
    assert (asked["user"]["id"], asked["user"]["name"]) == (device.handle, ADA)
    assert "ada" not in device.handle.lower()


def test_an_answer_counts_once(client, db, clock, device):
    said = device.sign(ask(client))
    browser = dict(client.cookies)
    assert answer(client, said).status_code == 200
    client.cookies.clear()
    client.cookies.update(browser)
    assert refused(client, answer(client, said))
    assert len([one for one in rows(db, Challenge) if one.used_at]) == 2  # of the registration and of the sign-in


def test_an_answer_to_what_another_browser_was_asked_is_none(client, app, device):
    said = device.sign(ask(client))
    with Browser(app, SITE) as thief:
        assert refused(thief, answer(thief, said))
        ask(thief)
        assert refused(thief, answer(thief, said))


@once
def test_an_answer_that_comes_after_ten_minutes_is_none(client, clock, device):
    said = device.sign(ask(client))
    clock.advance(minutes=10)
    assert refused(client, answer(client, said))


@once
def test_a_challenge_that_we_never_made_is_none(client, device):
    ask(client)
    assert refused(client, answer(client, device.sign({"challenge": "A" * 43})))


LIES = (
    {"origin": "https://news.example.evil.example"},
    {"origin": "https://evil.example"},
    {"origin": "http://news.example"},
    {"origin": "https://news.example:8443"},
    {"rp_id": "evil.example"},
    {"flags": PRESENT},
    {"flags": VERIFIED},
    {"credential": b"another key of hers"},
    {"_key": authenticator()._key},
)


@once
def test_another_site_an_open_device_and_another_key_do_not_sign_in(client, db, device):
    for lie in LIES:
        assert refused(client, answer(client, replace(device, **lie).sign(ask(client)))), lie
    assert [entry.action for entry in rows(db, LogEntry)].count("signed in") == 1


def test_the_passkey_of_one_editor_signs_in_nobody_else(client, db, clock, device):
    link_in(client, db, clock, EVA)
    hers = authenticator()
    make(client, hers, "Eva's")
    client.cookies.clear()
    assert refused(client, answer(client, replace(device, handle=hers.handle).sign(ask(client))))
    assert refused(client, answer(client, replace(device, handle="").sign(ask(client))))
    assert answer(client, hers.sign(ask(client))).status_code == 200
    assert "Eva" in client.get("/desk").text


def test_one_that_was_removed_signs_in_no_more_and_its_sessions_end(client, app, db, clock, device):
    with Browser(app, SITE) as elsewhere:
        assert answer(elsewhere, device.sign(ask(elsewhere))).status_code == 200
        link_in(client, db, clock)
        [passkey] = rows(db, Passkey)
        path = f"/desk/passkeys/{passkey.id}/remove"
        assert client.post(path, data={"csrf": "guessed"}).status_code == 403
        assert client.post(path, data={"csrf": token(client)}).status_code == 303
        assert client.post(path, data={"csrf": token(client)}).status_code == 404
        assert elsewhere.get("/desk").status_code == 401
        assert client.get("/desk").status_code == 200
    client.cookies.clear()
    assert refused(client, answer(client, device.sign(ask(client))))
    assert rows(db, LogEntry)[-1].details == {"before": "My phone", "after": None}


@once
def test_who_removes_the_passkey_that_signed_them_in_stays(client, db, device):
    answer(client, device.sign(ask(client)))
    [passkey] = rows(db, Passkey)
    assert client.post(f"/desk/passkeys/{passkey.id}/remove", data={"csrf": token(client)}).status_code == 303
    assert "My phone" not in client.get("/desk/sessions").text


def test_nobody_removes_the_passkey_of_another(client, db, clock, device):
    link_in(client, db, clock, EVA)
    [passkey] = rows(db, Passkey)
    assert client.post(f"/desk/passkeys/{passkey.id}/remove", data={"csrf": token(client)}).status_code == 404
    assert len(rows(db, Passkey)) == 1


@pytest.mark.parametrize(
    "change", [remove_editor, lambda session, ada, now: change_address(session, ada, "ada@elsewhere.example", now)]
)
def test_who_was_removed_or_has_another_address_proves_anew_who_they_are(client, db, clock, device, change):
    answer(client, device.sign(ask(client)))
    with db.writing() as session:
        change(session, session.scalars(select(Editor).where(Editor.address == ADA)).one(), clock.now())
    assert client.get("/desk").status_code == 401
    client.cookies.clear()
    assert refused(client, answer(client, device.sign(ask(client))))


def test_a_counter_that_goes_back_says_that_there_is_a_copy(client, db, clock):
    link_in(client, db, clock)
    original = authenticator(counts=True)
    make(client, original)
    client.cookies.clear()
    copy = replace(original)
    assert answer(client, original.sign(ask(client))).status_code == 200
    assert answer(client, original.sign(ask(client))).status_code == 200
    client.cookies.clear()
    said = answer(client, copy.sign(ask(client)))
    assert "another device" in said.json()["error"]
    assert refused(client, said)
    last = rows(db, LogEntry)[-1]
    assert (last.actor, last.action, last.details) == ("Ada", "passkey out of step", {"passkey": "My phone"})


@once
def test_a_session_of_this_morning_makes_no_passkey(client, db, clock):
    link_in(client, db, clock)
    asked = client.post("/desk/passkeys/question", data={"csrf": token(client)}).json()
    clock.advance(minutes=30)
    late = client.post("/desk/passkeys/question", data={"csrf": token(client)})
    assert (late.status_code, "sign in again" in late.json()["error"]) == (409, True)
    said = authenticator().make(asked)
    assert client.post("/desk/passkeys", data={"csrf": token(client), "name": "x", "answer": said}).status_code == 409
    assert "sign out and in again" in client.get("/desk/sessions").text
    assert rows(db, Passkey) == []


def test_a_passkey_is_made_by_its_own_session_and_form_alone(client, app, db, clock):
    link_in(client, db, clock)
    asked = client.post("/desk/passkeys/question", data={"csrf": token(client)}).json()
    said = authenticator().make(asked)
    with Browser(app, SITE) as other:  # Eva is made to sign what Ada was asked
        link_in(other, db, clock, EVA)
        fields = {"csrf": token(other), "name": "x", "answer": said}
        assert other.post("/desk/passkeys", data=fields).status_code == 409
    for path in ("/desk/passkeys", "/desk/passkeys/question"):
        assert client.post(path, data={"csrf": "guessed", "name": "x", "answer": said}).status_code == 403
    assert rows(db, Passkey) == []


@once
def test_a_passkey_for_another_site_or_without_a_lock_is_not_kept(client, db, clock):
    link_in(client, db, clock)
    for lie in ({"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}):
        assert make(client, authenticator(**lie)).status_code == 409, lie
    assert rows(db, Passkey) == []


def test_a_key_is_kept_once_and_for_one_editor(client, db, clock, device):
    link_in(client, db, clock, EVA)
    assert make(client, device, "mine").status_code == 409
    assert [passkey.name for passkey in rows(db, Passkey)] == ["My phone"]


@once
def test_a_name_can_be_shown(client, db, clock):
    link_in(client, db, clock)
    for name in ("", "  ", "x" * 101, "x\u202e"):
        said = make(client, authenticator(), name)
        assert (said.status_code, "name" in said.json()["error"]) == (409, True), name


def damaged(said):
    """Answers that are broken in every way that a byte, a type or a length can be."""
    whole = json.loads(said)
    yield from ("", "{", "[]", "null", "1", "[" * 3000, said[:-9], said + "}")
    for name in whole:
        for value in (None, 1, [], {}, "", "é", "\0", "A", "A" * 40_000):
            yield json.dumps(whole | {name: value})
    for name in whole["response"]:
        for value in (None, 1, [], "", "é", "AAAA", "A" * 40_000):
            yield json.dumps(whole | {"response": whole["response"] | {name: value}})


@once
def test_a_damaged_answer_is_refused_and_never_a_bug(client, db, clock, device, monkeypatch):
    monkeypatch.setattr(client._client._transport, "client", ("unix", 0))  # no network: no limit
    for said in damaged(device.sign(ask(client))):
        assert answer(client, said).status_code == 409, said[:200]
    link_in(client, db, clock)
    asked = client.post("/desk/passkeys/question", data={"csrf": token(client)}).json()
    for said in damaged(authenticator().make(asked)):
        fields = {"csrf": token(client), "name": "x", "answer": said}
        assert client.post("/desk/passkeys", data=fields).status_code == 409, said[:200]
    assert len(rows(db, Passkey)) == 1


@once
def test_another_site_can_neither_ask_nor_answer(client, device):
    said = device.sign(ask(client))
    for site in ("cross-site", "same-site"):
        assert client.post(QUESTION, headers={"Sec-Fetch-Site": site}).status_code == 403
        assert client.post(ANSWER, data={"answer": said}, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert "desk" not in client.cookies


@once
def test_guessing_has_an_end(client, device):
    codes = [answer(client, device.sign({"challenge": "A" * 43})).status_code for _ in range(25)]
    assert (codes.count(409), codes.count(429)) == (20, 5)


def test_challenges_that_nobody_answered_do_not_pile_up(client, db, clock):
    for _ in range(5):
        ask(client)
    clock.advance(minutes=10)
    ask(client)
    assert len(rows(db, Challenge)) == 1


def test_secrets_are_in_no_row(client, db, device):
    answer(client, device.sign(ask(client)))
    cookies = [client.cookies["desk"], client.cookies["desk-browser"]]
    kept = str([vars(row) for table in (Challenge, EditorSession, Passkey, LogEntry) for row in rows(db, table)])
    assert not [cookie for cookie in cookies if cookie in kept]


@pytest.mark.parametrize(("address", "there_are"), [("http://localhost:8000", True), ("http://127.0.0.1:8000", False),
                                                    ("http://news.example", False), ("https://192.0.2.7", False),
                                                    ("https://news.example/weekly", True)])  # fmt: skip
@once
def test_passkeys_are_offered_where_browsers_make_any(service, address, there_are):
    settings = service.settings.model_copy(update={"site_url": HttpUrl(address)})
    with Browser(create_app(replace(service, settings=settings)), SITE) as client:
        page = client.get("/desk/sign-in").text
        assert ("passkey" in page) is there_are
        assert client.post(QUESTION).status_code == (200 if there_are else 404)
