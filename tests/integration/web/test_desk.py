"""The editors' desk: signing in, roles, forms of other sites, hostile text, approval."""

import re

import pytest
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor, change_role, editor_by_address, remove_editor
from newsletter.editors.signing_in import LINK_FOR, SESSION_FOR, make_link
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import IssueState
from newsletter.sending.models import Notice, NoticeKind, Round, Wave
from newsletter.sending.notice_contents import NoticeContents
from newsletter.sending.notices import tell_editors
from newsletter.sending.telling import tell_late_waves
from newsletter.stories.models import Rejection
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story

OUR_SCRIPT = re.compile(r'<script src="/static/[a-z]+\.js\?v=[0-9a-f]{12}" defer></script>')
HOSTILE = '<script>alert(1)</script> {{7*191}} "quoted" \' & <img src=x onerror=alert(1)>'
PAGES = ("/desk", "/desk/sources", "/desk/sources/1", "/desk/issues/1", "/desk/issues/1/letter", "/desk/log")


@pytest.fixture
def week(db):
    """A draft of Mexico (issue 1), a source in trouble (1), a planned round."""
    with db.writing() as session:
        source = make_source(session, HOSTILE, trouble=HOSTILE)
        session.add(Rejection(source_id=source.id, at=NOW, reason=HOSTILE, raw=HOSTILE.encode() + b"\xff\x00"))
        region = make_region(session, "MX")
        events = [make_event(session, [make_story(session, HOSTILE, source=source)]) for _ in range(3)]
        issue = make_issue(session, region, items=events)
        issue.items[0].parts = [{"name": HOSTILE, "value": 1.0, "reason": HOSTILE}]
        issue.note = HOSTILE
        times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at"), NOW)
        session.add(Round(schedule_id=region.schedule_id, week="2026-W20", note=HOSTILE, **times))


def link_for(db, clock, role=Role.PUBLISHER, address="ada@newsroom.example"):
    with db.writing() as session:
        editor = add_editor(session, address, name=f"Ada <{role}>", role=role)
        return f"/desk/sign-in/{make_link(session, editor, clock.now())}"


@pytest.fixture
def signed_in(client, db, clock):
    """Signs in with a role and returns the cookie."""

    def sign_in(role=Role.PUBLISHER):
        answer = client.post(link_for(db, clock, role))
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
        return client.cookies["desk"]

    return sign_in


def state_of(db, number=1):
    with db.reading() as session:
        return find_issue(session, str(number)).state


def hash_of(db):
    with db.reading() as session:
        return find_issue(session, "1").content_hash


def approve(client, cookie, db, **fields):
    fields = {"csrf": csrf_token(cookie, KEY), "content_hash": hash_of(db)} | fields
    return client.post("/desk/issues/1/approve", data=fields)


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_a_page_says_how_to_get_a_link(client, week, path):
    for cookies in ({}, {"desk": "guessed"}, {"desk": ""}):
        client.cookies.clear()
        client.cookies.update(cookies)
        answer = client.get(path)
        assert answer.status_code == 401
        assert "newsletter editors link" in answer.text
        assert "alert(1)" not in answer.text


def test_the_word_on_how_to_sign_in_is_marked_as_the_english_that_it_is(client, db):
    page = client.get("/desk", headers={"Accept-Language": "ar"})
    assert '<html lang="en" dir="ltr">' in page.text


def test_where_one_signs_in_the_cookie_is_owned_up_to(client, db):
    for path in ("/desk", "/desk/sign-in", "/desk/sign-in/secret"):
        page = client.get(path).text
        assert "The desk keeps one cookie" in page
        assert "sets no cookies" not in page
    assert "sets no cookies" in client.get("/").text


def test_the_links_of_mails_to_the_editors_lead_to_what_they_are_about(client, db, clock, service, week, signed_in):
    signed_in(Role.EDITOR)
    with db.writing() as session:
        tell_editors(session, NoticeKind.DRAFTED, find_issue(session, "1"), clock.now())
        tell_late_waves(session, session.scalars(select(Round)).one(), [Wave(opens_at=NOW)], 7, clock.now())
    contents = NoticeContents(service.rendering, service.links, service.settings)
    with db.writing() as session:
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
        mails = [contents.message(session, notice, "<1@news.example>", NOW).decode() for notice in notices]
    links = [re.search(r"^https://news.example(/desk\S*)", mail, re.MULTILINE)[1] for mail in mails]
    answers = [client.get(link) for link in links]
    assert [(answer.status_code, answer.headers.get("location")) for answer in answers] == [
        (303, "/desk/issues/1"),
        (200, None),
    ]
    assert client.get("/desk/issues/MX/2026-W01").status_code == 404


def test_a_link_is_opened_without_effect_and_its_button_signs_in_once(client, db, clock, week):
    link = link_for(db, clock)
    for _ in range(3):
        page = client.get(link)
        assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
        assert "set-cookie" not in page.headers
    answer = client.post(link)
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/desk"):
        assert part.lower() in cookie.lower()
    assert client.get("/desk").status_code == 200
    client.cookies.clear()
    again = client.post(link)
    assert again.status_code == 409
    assert "has been used" in again.text
    assert "set-cookie" not in again.headers


def test_a_link_that_was_not_used_in_time_is_void(client, db, clock):
    link = link_for(db, clock)
    clock.set(clock.now() + LINK_FOR)
    assert client.post(link).status_code == 409


def test_a_guess_looks_like_any_link_and_does_not_sign_in(client, db, clock):
    link = link_for(db, clock)
    guess = "/desk/sign-in/guess"
    assert client.get(link).text.replace(link, guess) == client.get(guess).text
    assert client.post(guess).status_code == 409


def test_guessing_is_slowed_down(client):
    answers = [client.post(f"/desk/sign-in/guess{number}").status_code for number in range(21)]
    assert answers == [409] * 20 + [429]


def test_another_site_cannot_sign_a_browser_in(client, db, clock):
    link = link_for(db, clock)
    answer = client.post(link, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert client.post(link, headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"}).status_code == 303


def test_after_signing_out_the_session_is_over(client, db, signed_in, week):
    cookie = signed_in()
    answer = client.post("/desk/sign-out", data={"csrf": csrf_token(cookie, KEY)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    assert "desk" not in client.cookies
    client.cookies.set("desk", cookie)
    assert client.get("/desk").status_code == 401


def test_a_session_ends_with_the_day_the_role_and_the_person(client, db, clock, signed_in, app):
    signed_in()
    with db.writing() as session:
        change_role(session, editor_by_address(session, "ada@newsroom.example"), Role.REPORTER, clock.now())
    assert client.get("/desk").status_code == 401
    with db.writing() as session:
        secret = make_link(session, editor_by_address(session, "ada@newsroom.example"), clock.now())
    client.post(f"/desk/sign-in/{secret}")
    assert client.get("/desk").status_code == 200
    clock.set(clock.now() + SESSION_FOR)
    assert client.get("/desk").status_code == 401
    with db.writing() as session:
        editor = editor_by_address(session, "ada@newsroom.example")
        secret = make_link(session, editor, clock.now())
        remove_editor(session, editor, clock.now())
    assert client.post(f"/desk/sign-in/{secret}").status_code == 409


def test_the_desk_shows_issues_rounds_sources_and_the_log(client, signed_in, week):
    signed_in()
    page = client.get("/desk").text
    for text in ("Mexico", "2026-W20", "draft", "planned"):
        assert text in page
    assert "trouble" in client.get("/desk/sources").text
    source = client.get("/desk/sources/1").text
    assert "Failures in a row" in source
    assert "�" in source
    issue = client.get("/desk/issues/1").text
    assert "+1.00" in issue
    assert "One source reports it." in issue
    assert "signed in" in client.get("/desk/log").text


@pytest.mark.parametrize("path", ["/desk/issues/99", "/desk/issues/0", "/desk/issues/x", "/desk/issues/9" + "9" * 30])
def test_what_there_is_not_is_not_found(client, signed_in, path):
    signed_in()
    assert client.get(path).status_code == 404
    assert client.get("/desk/sources/99").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_what_others_wrote_is_text_and_nothing_is_kept_by_browsers(client, signed_in, week, path):
    signed_in()
    answer = client.get(path)
    assert answer.status_code == 200
    assert OUR_SCRIPT.sub("", answer.text).count("<script") == 0
    assert "<img" not in answer.text
    assert "1337" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_letter_stands_in_the_desks_own_frame_alone_and_runs_nothing(client, signed_in, week):
    signed_in()
    letter = client.get("/desk/issues/1/letter")
    policy = letter.headers["content-security-policy"]
    for part in ("default-src 'none'", "sandbox", "frame-ancestors 'self'", "form-action 'none'"):
        assert part in policy
    assert "script-src" not in policy
    assert letter.headers["x-frame-options"] == "SAMEORIGIN"
    assert "&lt;script&gt;" in letter.text


def test_a_link_of_the_letter_opens_beside_the_desk_and_not_in_its_frame(client, signed_in, week):
    signed_in()
    assert '<base target="_blank">' in client.get("/desk/issues/1/letter").text
    allowed = "allow-popups allow-popups-to-escape-sandbox"
    assert f'sandbox="{allowed}"' in client.get("/desk/issues/1").text
    assert f"sandbox {allowed};" in client.get("/desk/issues/1/letter").headers["content-security-policy"]


def test_a_publisher_approves_what_they_saw(client, db, signed_in, week):
    cookie = signed_in()
    assert f'value="{hash_of(db)}"' in client.get("/desk/issues/1").text
    answer = approve(client, cookie, db)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/issues/1")
    with db.reading() as session:
        issue = find_issue(session, "1")
        assert (issue.state, issue.approved_by) == (IssueState.APPROVED, "Ada <publisher>")
        entries = session.scalars(select(LogEntry).where(LogEntry.action == "issue approved")).all()
        assert [entry.actor for entry in entries] == ["Ada <publisher>"]
    assert "Approve</button>" not in client.get("/desk/issues/1").text


def test_what_changed_since_it_was_seen_is_not_approved(client, db, signed_in, week):
    cookie = signed_in()
    answer = approve(client, cookie, db, content_hash="0" * 64)
    assert answer.status_code == 409
    assert "changed since you looked" in answer.text
    assert approve(client, cookie, db, content_hash="").status_code == 422
    assert state_of(db) is IssueState.DRAFT


def test_a_form_of_another_site_does_nothing(client, db, signed_in, week):
    cookie = signed_in()
    for token in ("", "x", csrf_token("another session", KEY), csrf_token(cookie, "another key"), "é"):
        assert approve(client, cookie, db, csrf=token).status_code == 403
        assert client.post("/desk/sign-out", data={"csrf": token}).status_code == 403
    assert client.get(f"/desk/issues/1/approve?csrf={csrf_token(cookie, KEY)}").status_code == 404
    assert state_of(db) is IssueState.DRAFT
    assert client.get("/desk").status_code == 200


ALLOWED = {
    Role.REPORTER: {"/desk", "/desk/sources", "/desk/sources/1", "/desk/log"},
    Role.EDITOR: set(PAGES),
    Role.PUBLISHER: set(PAGES),
    Role.ADMIN: set(PAGES),
}


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_and_does_its_own(client, db, signed_in, week, role):
    cookie = signed_in(role)
    assert {path for path in PAGES if client.get(path).status_code == 200} == ALLOWED[role]
    may_approve = role in (Role.PUBLISHER, Role.ADMIN)
    assert ("Approve</button>" in client.get("/desk/issues/1").text) == may_approve
    assert approve(client, cookie, db).status_code == (303 if may_approve else 403)
    assert state_of(db) is (IssueState.APPROVED if may_approve else IssueState.DRAFT)


def test_the_cookie_of_the_desk_is_not_sent_to_the_public_pages(client, signed_in, app):
    signed_in()
    [cookie] = client.cookies.jar
    assert cookie.path == "/desk"
    with Browser(app, "https://news.example") as reader:
        assert "set-cookie" not in reader.get("/").headers


def test_the_number_of_queries_does_not_grow_with_the_rows(client, db, signed_in, week, queries):
    signed_in()
    counts = {}
    for path in ("/desk", "/desk/sources", "/desk/log"):
        queries.clear()
        client.get(path)
        counts[path] = len(queries)
    with db.writing() as session:
        for code in ("ES", "FR", "DE"):
            make_issue(session, make_region(session, code))
            make_source(session)
    for path, few in counts.items():
        queries.clear()
        client.get(path)
        assert len(queries) == few <= 14
