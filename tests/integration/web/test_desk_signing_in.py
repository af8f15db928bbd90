"""A sign-in link by mail: for those we know, told to nobody, good once, in the browser that asked."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import event, select

from newsletter.editors.models import Editor, EditorSession, LogEntry, Role
from newsletter.editors.service import add_editor, change_address, change_role, limit_to, remove_editor
from newsletter.errors import InvalidInputError
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notice_contents import NoLongerWantedError, NoticeContents
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.world import make_region

ADDRESS = "ada@newsroom.example"


@pytest.fixture
def ada(db):
    with db.writing() as session:
        return add_editor(session, ADDRESS, name="Ada", role=Role.EDITOR).id


def ask(client, address=ADDRESS):
    return client.post("/desk/sign-in", data={"address": address}, headers={"Sec-Fetch-Site": "same-origin"})


def mailed_link(db, service, now):
    """The path in the latest mail, made as the mailroom makes it."""
    contents = NoticeContents(service.rendering, service.links, service.settings)
    with db.writing() as session:
        notice = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        mail = contents.message(session, notice, "<1@news.example>", now)
    text = message_from_bytes(mail, policy=default).get_body(("plain",)).get_content()
    return re.search(r"https://news\.example(/desk/sign-in/[\w-]+)", text)[1]


def test_the_link_signs_in_the_browser_that_asked_once(client, app, db, clock, service, ada):
    assert ask(client, " ADA@newsroom.example ").status_code == 200
    link = mailed_link(db, service, clock.now())
    with Browser(app, "https://news.example") as thief:
        assert thief.post(link).status_code == 409
    assert client.post(link).headers["location"] == "/desk"
    assert client.get("/desk").status_code == 200
    assert client.post(link).status_code == 409


def test_the_answer_is_the_same_for_strangers_and_they_get_no_mail(client, db, ada):
    known = ask(client)
    unknown = ask(client, "stranger@elsewhere.example")
    assert (unknown.status_code, unknown.text) == (known.status_code, known.text)
    assert ("set-cookie" in unknown.headers) == ("set-cookie" in known.headers)
    with db.reading() as session:
        notices = session.scalars(select(Notice)).all()
    assert [(notice.kind, notice.address) for notice in notices] == [(NoticeKind.SIGN_IN, ADDRESS)]


def test_no_secret_is_kept_in_the_rows(client, db, clock, service, ada):
    ask(client)
    secret = mailed_link(db, service, clock.now()).rpartition("/")[2]
    with db.reading() as session:
        for table in ("notice", "sign_in_link", "editor_session", "log_entry"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - names of ours
            assert secret not in str(rows)


def test_a_link_is_too_old_after_ten_minutes_and_a_mail_that_waited_makes_none(client, db, clock, service, ada):
    ask(client)
    link = mailed_link(db, service, clock.now())
    clock.advance(minutes=10)
    assert client.post(link).status_code == 409
    clock.advance(minutes=1)
    with pytest.raises(NoLongerWantedError):
        mailed_link(db, service, clock.now())


@pytest.mark.parametrize("change", [remove_editor, lambda *at: change_role(*at[:2], Role.ADMIN, at[2])])
def test_who_was_removed_or_has_another_role_is_signed_out_everywhere(client, db, clock, service, ada, change):
    ask(client)
    client.post(mailed_link(db, service, clock.now()))
    ask(client)
    waiting = mailed_link(db, service, clock.now())
    with db.writing() as session:
        change(session, session.get_one(Editor, ada), clock.now())
    assert client.get("/desk").status_code == 401
    assert client.post(waiting).status_code == 409


def test_an_address_gets_five_mails_an_hour_however_many_are_asked_for(client, db, ada):
    for _ in range(8):
        assert ask(client).status_code == 200
    with db.reading() as session:
        assert len(session.scalars(select(Notice)).all()) == 5


def test_a_network_that_asks_too_often_is_told_so(client, db, ada):
    codes = [ask(client, f"x{n}@newsroom.example").status_code for n in range(25)]
    assert codes.count(429) == 5
    assert codes[-1] == 429


def test_another_site_cannot_ask(client, db, ada):
    answer = client.post("/desk/sign-in", data={"address": ADDRESS}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    with db.reading() as session:
        assert session.scalars(select(Notice)).all() == []


def test_sessions_are_listed_and_ended_by_their_owner(client, app, db, clock, service, ada):
    for browser in ("Firefox <b>", "Phone"):
        ask(client)
        client.post(mailed_link(db, service, clock.now()), headers={"User-Agent": browser})
        if browser.startswith("Firefox"):
            old = client.cookies["desk"]
            client.cookies.clear()
    page = client.get("/desk/sessions").text
    assert "Firefox &lt;b&gt;" in page
    assert "Phone" in page
    token = csrf_token(client.cookies["desk"], KEY)
    with db.reading() as session:
        first = session.scalars(select(EditorSession).order_by(EditorSession.id)).first().id
    assert client.post(f"/desk/sessions/{first}/end", data={"csrf": "guessed"}).status_code == 403
    assert client.post(f"/desk/sessions/{first}/end", data={"csrf": token}).status_code == 303
    with Browser(app, "https://news.example") as other:
        other.cookies.set("desk", old, path="/desk")
        assert other.get("/desk").status_code == 401
    assert client.get("/desk").status_code == 200
    with db.reading() as session:
        assert "session ended" in [entry.action for entry in session.scalars(select(LogEntry))]


def test_nobody_ends_the_session_of_another(client, app, db, clock, service, ada):
    ask(client)
    client.post(mailed_link(db, service, clock.now()))
    with db.writing() as session:
        add_editor(session, "eva@newsroom.example", name="Eva", role=Role.ADMIN)
        first = session.scalars(select(EditorSession)).first().id
    with Browser(app, "https://news.example") as other:
        ask(other, "eva@newsroom.example")
        other.post(mailed_link(db, service, clock.now()))
        token = csrf_token(other.cookies["desk"], KEY)
        assert other.post(f"/desk/sessions/{first}/end", data={"csrf": token}).status_code == 404
    assert client.get("/desk").status_code == 200


def test_the_secret_of_a_link_leaves_the_address_and_is_told_to_no_other_page(client, db, clock, service, ada):
    ask(client)
    link = mailed_link(db, service, clock.now())
    page = client.get(link)
    assert (page.headers["referrer-policy"], page.headers["cache-control"]) == ("no-referrer", "no-store")
    assert "http" not in page.text.replace("https://news.example", "").replace(
        "http-equiv", ""
    )  # it leads nowhere else
    done = client.post(link)
    assert done.headers["location"] == "/desk"
    assert (done.headers["referrer-policy"], link.rpartition("/")[2] in str(done.headers)) == ("no-referrer", False)
    assert link.rpartition("/")[2] not in client.get("/desk").text


def test_guessing_links_has_an_end(client, ada):
    codes = [client.post(f"/desk/sign-in/{number:043}").status_code for number in range(25)]
    assert (codes.count(409), codes.count(429)) == (20, 5)


@pytest.mark.parametrize("after", ["//evil.example", "https://evil.example", "\\\\evil.example", "/\t/evil.example"])
def test_whatever_an_address_asks_for_signing_in_leads_to_the_desk(client, db, clock, service, ada, after):
    ask(client)
    link = mailed_link(db, service, clock.now())
    for name in ("next", "to", "url"):
        page = client.get(link, params={name: after})
        assert "evil" not in page.text
    assert client.post(link, params={"next": after}, data={"next": after}).headers["location"] == "/desk"


def test_nobody_is_looked_up_before_the_answer_has_left(client, app, db, ada):
    """So that neither the words nor the time of an answer tell who is an editor."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    async def until_answered(scope, receive, send):
        async def sending(message):
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                asked.append("the answer")

        await app(scope, receive, sending)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with Browser(until_answered, "https://news.example") as browser:
            for address in (ADDRESS, "stranger@elsewhere.example"):
                ask(browser, address)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    before = "".join(asked).split("the answer")
    assert "FROM editor" not in before[0]
    assert "FROM editor" in before[1]  # the known one's, after it


def test_a_mail_that_waits_goes_to_no_address_that_was_given_up(client, db, clock, service, ada):
    ask(client)
    with db.writing() as session:
        change_address(session, session.get_one(Editor, ada), "ada.l@newsroom.example", clock.now())
    with pytest.raises(NoLongerWantedError):
        mailed_link(db, service, clock.now())


def test_another_address_ends_sessions_and_links_and_is_taken_by_nobody_else(client, db, clock, service, ada):
    ask(client)
    client.post(mailed_link(db, service, clock.now()))
    ask(client)
    waiting = mailed_link(db, service, clock.now())
    with db.writing() as session:
        add_editor(session, "eva@newsroom.example", name="Eva")
        one = session.get_one(Editor, ada)
        with pytest.raises(InvalidInputError, match="Another editor"):
            change_address(session, one, "eva@newsroom.example", clock.now())
        change_address(session, one, ADDRESS, clock.now())  # the same: nothing happens
    assert client.get("/desk").status_code == 200
    with db.writing() as session:
        change_address(session, session.get_one(Editor, ada), "ada.l@newsroom.example", clock.now())
    assert client.get("/desk").status_code == 401
    assert client.post(waiting).status_code == 409


def test_regions_that_are_taken_away_end_sessions(client, db, clock, service, ada):
    ask(client)
    client.post(mailed_link(db, service, clock.now()))
    with db.writing() as session:
        limit_to(session, session.get_one(Editor, ada), [make_region(session, "MX")], clock.now())
    assert client.get("/desk").status_code == 401
