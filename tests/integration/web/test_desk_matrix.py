"""Every page and form of the desk, by its own table of addresses: who may, from where, and what a look changes."""

import json

import pytest
from sqlalchemy import select

from newsletter.db import Base
from newsletter.editors.models import Editor, Role
from newsletter.editors.permissions import ROLES
from newsletter.editors.service import add_editor, limit_to
from newsletter.editors.signing_in import make_link
from newsletter.regions.models import Region
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.integration.web.desk_rules import OPEN, RULES, Reach
from tests.support.browser import Browser
from tests.support.desk_world import address_of, desk_routes, make_desk

once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any query

SITE = "https://news.example"
NOT_NOW = {"/desk/imports/{upload_id}/plan.csv"}  # of a list that could not be read there is no plan
OLDER, ROLE, OTHERS, ALL = "an older session", "Your role does not", "You edit other regions", "concerns all regions"
KEPT_BY_A_LOOK = {"rendered_issue"}  # a letter that was looked at need not be rendered again


@pytest.fixture
def routes(app):
    return desk_routes(app)


@pytest.fixture
def ids(db):
    with db.writing() as session:
        owner = add_editor(session, "owner@newsroom.example", name="Owner", role=Role.ADMIN)
        return make_desk(session, "A quake shakes Oaxaca", owner)


@pytest.fixture
def desk(app, db, clock, ids):
    """A browser in which somebody with that role is signed in, limited to those regions."""
    opened = []

    def sit(role, *codes):
        with db.writing() as session:
            name = f"{role}{len(opened)}"
            editor = add_editor(session, f"{name}@newsroom.example", name=name, role=role)
            limit_to(session, editor, session.scalars(select(Region).where(Region.code.in_(codes))).all(), clock.now())
            link = make_link(session, editor, clock.now())
        browser = Browser(app, SITE).__enter__()
        opened.append(browser)
        assert browser.post(f"/desk/sign-in/{link}").status_code == 303
        return browser

    yield sit
    for browser in opened:
        browser.__exit__(None, None, None)


def ask(browser, route, ids, **form):
    return browser.request(route.method, address_of(route, ids), data=form or None)


def whole(db, but=frozenset()):
    """All rows of all tables."""
    with db.reading() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in but]
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


@once
def test_every_address_of_the_desk_has_a_rule_and_every_rule_an_address(routes):
    assert {str(route) for route in routes} == set(RULES) | OPEN


@once
def test_without_a_session_there_is_nothing_but_the_way_to_sign_in(client, routes, ids):
    for route in routes:
        if str(route) not in OPEN:
            answer = ask(client, route, ids, csrf="guessed")
            assert answer.status_code == 401, route
            assert "Oaxaca" not in answer.text


@once
@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_its_own_pages_and_a_form_of_another_site_does_nothing(db, desk, routes, ids, role):
    browser = desk(role)
    before = whole(db, KEPT_BY_A_LOOK)
    for route in routes:
        if str(route) in OPEN:
            continue
        may = ROLES.index(role) >= ROLES.index(RULES[str(route)].role)
        answer = ask(browser, route, ids, **({} if route.method == "GET" else {"csrf": "guessed", "sure": "yes"}))
        if not may:
            assert (answer.status_code, ROLE in answer.text) == (403, True), route
        elif route.method == "GET":
            assert answer.status_code in ((404,) if route.path in NOT_NOW else (200, 303)), route
        else:  # it may, and it is the form that is refused
            assert (answer.status_code, OLDER in answer.text) == (403, True), route
    assert whole(db, KEPT_BY_A_LOOK) == before


@once
def test_who_works_on_one_region_reaches_no_other_and_nothing_of_all(db, desk, routes, ids):
    browser = desk(Role.ADMIN, "ES")
    token = csrf_token(browser.cookies["desk"], KEY)
    before = whole(db)
    for route in routes:
        reach = RULES[str(route)].reach if str(route) in RULES else Reach.ANY
        if reach is Reach.ANY:
            continue
        answer = ask(browser, route, ids, **({} if route.method == "GET" else {"csrf": token, "sure": "yes"}))
        said = OTHERS if reach is Reach.OWN else ALL
        assert (answer.status_code, said in answer.text) == (403, True), route
    assert whole(db) == before
    week = browser.get("/desk").text
    assert "/desk/issues/" not in week


@once
def test_who_works_on_its_region_reaches_an_issue(desk, routes, ids):
    browser = desk(Role.ADMIN, "MX")
    for route in routes:
        if route.method == "GET" and RULES.get(str(route), (None, None))[1] is Reach.OWN:
            assert ask(browser, route, ids).status_code == 200, route


ELSEWHERE = dict.fromkeys(("next", "url", "to", "return", "return_to", "redirect", "continue"), "//evil.example/x")


@once
def test_a_look_changes_nothing_leads_nowhere_else_and_stays_private(db, desk, routes, ids):
    browser = desk(Role.ADMIN)
    before = whole(db, KEPT_BY_A_LOOK)
    for route in routes:
        if route.method != "GET":
            continue
        answer = browser.get(address_of(route, ids), params=ELSEWHERE)
        to, headers = answer.headers.get("location", "/"), answer.headers
        assert to.startswith("/"), route
        assert not to.startswith("//"), route
        assert "evil.example" not in str(headers), route
        assert headers["cache-control"] == "no-store", route
        assert headers["x-content-type-options"] == "nosniff", route
        framed = "'self'" if route.path.endswith("/letter") else "'none'"
        policy = headers["content-security-policy"]
        assert f"frame-ancestors {framed}" in policy, route
        assert headers["x-frame-options"] == ("DENY" if framed == "'none'" else "SAMEORIGIN"), route
        assert "script-src 'self'" in policy or "script-src" not in policy, route
        if "text/html" in headers.get("content-type", ""):
            assert headers["referrer-policy"] == "no-referrer", route
    assert whole(db, KEPT_BY_A_LOOK) == before


FROM_ELSEWHERE = [{"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")]
FROM_ELSEWHERE += [
    {"Origin": origin} for origin in ("null", "https://evil.example", "https://news.example.evil.example")
]


@once
def test_forms_that_sign_in_are_refused_from_other_sites(client, routes, ids):
    for route in routes:
        if route.method == "POST" and str(route) in OPEN:
            for headers in FROM_ELSEWHERE:
                answer = client.post(address_of(route, ids), headers=headers)
                assert answer.status_code == 403, (route, headers)


@once
def test_the_token_of_one_session_is_worth_nothing_in_another(desk, routes, ids):
    thief, victim = desk(Role.ADMIN), desk(Role.ADMIN)
    for token in (csrf_token(thief.cookies["desk"], KEY), "", "é"):
        answer = victim.post("/desk/sign-out", data={"csrf": token})
        assert (answer.status_code, OLDER in answer.text) == (403, True)
    address = f"/desk/sign-out?csrf={csrf_token(victim.cookies['desk'], KEY)}"
    assert victim.post(address).status_code == 403  # in the address it would be in logs
    assert victim.get("/desk").status_code == 200


HOSTILE = (
    "' OR '1'='1') ; DROP TABLE editor; -- \" \\ % _ \0 {{7*7}} 😀" + "x" * 3000,
    "1e309:1",
    "9" * 30,
    "-1",
    "٣",
)


def test_what_an_address_asks_for_is_never_part_of_a_statement(db, desk, routes, ids):
    browser = desk(Role.ADMIN)
    for route in routes:
        for query in route.queries if str(route) not in OPEN else ():
            if route.method == "GET":
                for value in HOSTILE:
                    answer = browser.get(address_of(route, ids), params={query: value})
                    assert answer.status_code in (200, 303, 404, 422), (route, query, value)
    with db.reading() as session:
        assert session.scalars(select(Editor.id)).all()


@once
def test_search_finds_what_is_written_and_not_what_a_pattern_means(desk, ids):
    browser = desk(Role.REPORTER)
    found = '<p class="headline"'
    assert found in browser.get("/desk/stories", params={"text": "quake"}).text
    for pattern in ("' OR '1'='1", "%", "_____", "qu%ke", "quake') OR ('1'='1"):
        assert found not in browser.get("/desk/stories", params={"text": pattern}).text, pattern


@once
@pytest.mark.parametrize(
    "field", ["state", "approved_by", "approved_hash", "region_id", "number", "version", "content"]
)
def test_fields_that_a_form_does_not_offer_are_not_looked_at(db, desk, ids, field):
    browser = desk(Role.EDITOR)
    issue = ids["issue_id"]
    before = {name: rows for name, rows in whole(db).items() if name != "log_entry"}
    form = {"csrf": csrf_token(browser.cookies["desk"], KEY), field: "out", "id": ids["out"], "editor_id": "1"}
    said = dict.fromkeys(("subject", "preheader", "intro"), "A quake shakes Oaxaca")
    same = {f"was_{name}": text for name, text in said.items()} | said
    assert browser.post(f"/desk/issues/{issue}/words", data=form | same).status_code == 303
    assert {name: rows for name, rows in whole(db).items() if name != "log_entry"} == before


@once
def test_a_draft_that_is_guessed_is_not_shown_to_the_world(client, ids):
    draft, event = ids["issue_id"], ids["event_id"]
    for guess in (f"/desk/issues/{draft}", "/desk/issues/999999", "/desk/issues/ZZ/2026-W20"):
        assert client.get(guess).status_code == 401, guess
    for guess in ("issues/2", "issues/999", f"issues/{draft}", "issues/2/picture.png"):
        assert client.get(f"/regions/MX/{guess}").status_code == 404, guess
    for guess in ("/regions/ZZ", "/regions/ES/issues/1", f"/events/{event}", "/events/999999"):
        assert client.get(guess).status_code == 404, guess


@once
def test_a_bug_behind_the_desk_tells_nothing_of_itself(app, db, desk, ids, monkeypatch):
    from newsletter.web import desk_log_show

    def broken(*_, **__):
        raise RuntimeError(f"secret {KEY}")

    browser = desk(Role.ADMIN)
    monkeypatch.setattr(desk_log_show, "entries", broken)
    browser._client._transport.raise_app_exceptions = False
    answer = browser.get("/desk/log")
    assert answer.status_code == 500
    for word in ("secret", KEY, "Traceback", "RuntimeError", "newsletter/"):
        assert word not in answer.text + json.dumps(dict(answer.headers))
