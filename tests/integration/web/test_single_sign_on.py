"""Single sign-on, with a provider that runs: who it vouches for is let in, once, in the browser that asked."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey
from pydantic import SecretStr
from sqlalchemy import select

from newsletter.config import load_settings
from newsletter.editors.models import Editor, EditorSession, LogEntry, Role, Way
from newsletter.editors.service import add_editor, remove_editor
from newsletter.errors import SettingsError
from newsletter.web.app import create_app
from tests.support.browser import Browser
from tests.support.oidc import CLIENT, SECRET, key, provider

# What the database does about a state that is used up, it does for passkeys as well, where both kinds are asked.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SITE, ADA = "https://news.example", "ada@newsroom.example"
START, ANSWER = "/desk/sign-in/single/start", "/desk/sign-in/single/answer"


@pytest.fixture
def there(clock):
    with provider(clock.now) as running:
        yield running


@pytest.fixture
def settings(settings, there):
    values = {"oidc_issuer": there.url, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    return settings.model_copy(update=values | {"oidc_name": "the newsroom <b>"})


@pytest.fixture(autouse=True)
def ada(db):
    with db.writing() as session:
        return add_editor(session, ADA, name="Ada", role=Role.PUBLISHER).id


def start(client):
    """Where the browser is sent."""
    page = client.post(START, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 200, page.text
    [to, link] = re.search(r'url=([^"]+)"', page.text)[1], re.search(r'class="button" href="([^"]+)"', page.text)[1]
    assert to == link
    return html.unescape(to)


def back(client, query):
    return client.get(f"{ANSWER}?{query}", headers={"Sec-Fetch-Site": "cross-site"})


def through(client, there):
    return back(client, there.consent(start(client)))


def refused(client, response, words):
    assert client.get("/desk").status_code == 401
    return "desk" not in client.cookies and words in html.unescape(response.text)


def sessions(db):
    with db.reading() as session:
        return session.scalars(select(EditorSession)).all()


def log(db):
    with db.reading() as session:
        return [(entry.actor, entry.action) for entry in session.scalars(select(LogEntry).order_by(LogEntry.id))]


def test_whom_it_vouches_for_is_signed_in_with_a_cookie_and_no_code_in_the_address(client, db, there):
    assert "Sign in with the newsroom &lt;b&gt;" in client.get("/desk/sign-in").text
    done = through(client, there)
    assert (done.status_code, done.headers["location"], done.headers["referrer-policy"]) == (
        303,
        "/desk",
        "no-referrer",
    )
    assert "code" not in done.headers["location"]
    assert client.get("/desk").status_code == 200
    assert [session.way for session in sessions(db)] == [Way.SINGLE]
    assert log(db) == [("Ada", "signed in")]
    assert "By single sign-on" in client.get("/desk/sessions").text


def test_each_try_has_its_own_state_nonce_and_code_challenge(client, there):
    asked = [parse_qs(urlsplit(start(client)).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        first, second = (query[name][0] for query in asked)
        assert len(first) >= 43
        assert first != second
    assert asked[0]["redirect_uri"] == [f"{SITE}{ANSWER}"]
    assert asked[0]["client_id"] == [CLIENT]


LATER, EARLIER = 3600, -3600
WRONG_TOKENS = {
    "of another try": {"claims": {"nonce": "another"}},
    "without a nonce": {"claims": {"nonce": None}},
    "for another client": {"claims": {"aud": "another"}},
    "for two, and meant for the other": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "of another issuer": {"claims": {"iss": "https://evil.example"}},
    "without an issuer": {"claims": {"iss": None}},
    "without an end": {"claims": {"exp": None}},
    "that is over": {"shift": {"exp": EARLIER}},
    "of tomorrow": {"shift": {"iat": LATER, "nbf": LATER}},
    "for another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "signed by a stranger": {"signer": ECKey.generate_key("P-256", {"kid": "first"})},
    "signed by an unknown key": {"header": {"alg": "ES256", "kid": "unknown"}},
    "signed with our own secret": {"header": {"alg": "HS256"}, "signer": OctKey.import_key(SECRET)},
}


def test_a_token_that_is_wrong_in_one_thing_signs_nobody_in(client, db, clock, there):
    at, usual = int(clock.now().timestamp()), (there.header, there.signer)
    for name, wrong in WRONG_TOKENS.items():
        there.claims = wrong.get("claims", {}) | {claim: at + by for claim, by in wrong.get("shift", {}).items()}
        there.header, there.signer = wrong.get("header", usual[0]), wrong.get("signer", usual[1])
        assert refused(client, through(client, there), "did not vouch for you"), name
    assert (sessions(db), log(db)) == ([], [])
    there.claims, (there.header, there.signer) = {}, usual
    assert through(client, there).status_code == 303  # what is wrong in nothing


def test_a_token_without_a_signature_signs_nobody_in(client, db, there, monkeypatch):
    from tests.support import oidc

    def unsigned(header, claims, _key, algorithms):
        _, body, _ = jwt_encode({"alg": "ES256", "kid": "first"}, claims, key(), algorithms=["ES256"]).split(".")
        return f"{NONE_HEADER}.{body}."

    jwt_encode = oidc.jwt.encode
    monkeypatch.setattr(oidc.jwt, "encode", unsigned)
    assert refused(client, through(client, there), "did not vouch for you")


NONE_HEADER = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}


def test_an_address_that_is_not_verified_there_is_nobodys(client, db, there):
    for said in (False, None, "true", 1):
        there.claims = {"email_verified": said}
        assert refused(client, through(client, there), "does not say that your address is yours"), said


def test_who_is_no_editor_stays_outside_and_none_is_made_of_them(client, db, there):
    wrong = ("eva@newsroom.example", "ada@evil.example", "", "ada", None, [ADA], "ada@newsroom.example@evil.example")
    for address in wrong:
        there.claims = {"email": address}
        assert "desk" not in through(client, there).cookies
        assert client.get("/desk").status_code == 401, address
    with db.reading() as session:
        assert session.scalars(select(Editor.address)).all() == [ADA]


def test_the_address_of_an_editor_is_known_in_whatever_case(client, there):
    there.claims = {"email": "Ada@NEWSROOM.example"}
    assert through(client, there).status_code == 303


def test_an_answer_counts_once_in_the_browser_that_asked(client, app, db, there):
    query = there.consent(start(client))
    with Browser(app, SITE) as other:  # somebody is made to open the attacker's answer: they'd work as the attacker
        assert refused(other, back(other, query), "longer than ten minutes")
        start(other)
        assert refused(other, back(other, query), "longer than ten minutes")
    assert back(client, query).status_code == 303
    client.cookies.delete("desk")
    code, state = (parse_qs(query)[name][0] for name in ("code", "state"))
    again = there.consent(start(client))
    for replayed in (
        query,
        f"code={parse_qs(again)['code'][0]}&state={state}",
        f"code={code}&state=",
        f"state={state}",
    ):
        assert refused(client, back(client, replayed), "longer than ten minutes")


def test_the_code_of_another_is_worth_nothing_with_a_state_of_ones_own(client, app, there):
    with Browser(app, SITE) as victim:
        stolen = parse_qs(there.consent(start(victim)))["code"][0]
        state = parse_qs(urlsplit(start(client)).query)["state"][0]
        assert refused(client, back(client, f"code={stolen}&state={state}"), "did not vouch")  # PKCE


def test_an_answer_that_comes_too_late_is_none(client, clock, there):
    query = there.consent(start(client))
    clock.advance(minutes=10)
    assert refused(client, back(client, query), "longer than ten minutes")


def test_a_no_over_there_is_said_and_uses_the_state_up(client, there):
    state = parse_qs(urlsplit(start(client)).query)["state"][0]
    said = back(client, f"error=access_denied&error_description=<script>alert(1)</script>&state={state}")
    assert refused(client, said, "did not vouch for you")
    assert "alert(1)" not in said.text


@pytest.mark.parametrize("iss", ["https://evil.example", ""])
def test_an_answer_of_another_provider_is_none(client, there, iss):
    assert refused(client, back(client, there.consent(start(client)) + f"&iss={iss}"), "did not vouch for you")


def test_a_provider_that_names_itself_is_held_to_it(client, there):
    there.says = {"authorization_response_iss_parameter_supported": True}
    assert refused(client, through(client, there), "did not vouch for you")
    assert back(client, there.consent(start(client)) + f"&iss={there.url}").status_code == 303


def test_an_address_that_only_its_profile_tells_is_asked_for(client, there):
    there.claims = {"email": None, "email_verified": None}
    there.userinfo = {"sub": "8", "email": ADA, "email_verified": True}
    assert refused(client, through(client, there), "did not vouch for you")  # of somebody else
    there.userinfo["sub"] = "7"
    assert through(client, there).status_code == 303


def test_a_new_key_of_theirs_is_fetched_and_what_they_say_of_themselves_is_not_asked_each_time(client, there):
    assert through(client, there).status_code == 303
    before = len(there.asked)
    assert through(client, there).status_code == 303
    assert len(there.asked) == before
    there.published, there.signer, there.header = [key("second")], key("second"), {"alg": "ES256", "kid": "second"}
    assert through(client, there).status_code == 303


def test_another_issuer_at_that_address_or_an_open_endpoint_is_not_trusted(client, there):
    for says in ({"issuer": "https://evil.example"}, {"token_endpoint": "http://elsewhere.example/token"}):
        there.says = says
        page = client.post(START)
        assert (page.status_code, "does not answer as it should" in page.text) == (503, True)


def test_while_it_is_silent_the_page_says_so_and_the_link_by_mail_stays(client, there):
    there.is_silent = True
    page = client.post(START)
    assert page.status_code == 503
    for words in ("does not answer as it should", "Mail me a link"):
        assert words in page.text


@pytest.fixture
def open_house(service, there):
    """A service that makes reporters of whoever has an account at newsroom.example."""
    values = {"oidc_new_editors": "reporter", "oidc_domains": ["Newsroom.example"]}
    with Browser(create_app(replace(service, settings=service.settings.model_copy(update=values))), SITE) as browser:
        yield browser


def test_a_setting_lets_colleagues_in_with_its_role_and_nobody_else(open_house, db, there):
    there.claims = {"email": "eva@evil.example", "name": "Eva"}
    assert refused(open_house, through(open_house, there), "no editor here")
    there.claims = {"email": "Eva@newsroom.example", "name": "Eva\r\n <b>"}
    assert through(open_house, there).status_code == 303
    with db.reading() as session:
        eva = session.scalars(select(Editor).where(Editor.address == "eva@newsroom.example")).one()
    assert (eva.name, eva.role) == ("Eva <b>", Role.REPORTER)
    assert log(db) == [("single sign-on", "editor added"), ("Eva <b>", "signed in")]


def test_who_was_removed_does_not_come_back_by_themselves(open_house, db, clock, there, ada):
    with db.writing() as session:
        remove_editor(session, session.get_one(Editor, ada), clock.now())
    assert refused(open_house, through(open_house, there), "no editor here")


def test_the_role_of_an_editor_is_ours_to_give(open_house, db, there):
    there.claims = {"role": "admin", "roles": ["admin"], "groups": ["admin"]}
    assert through(open_house, there).status_code == 303
    with db.reading() as session:
        assert session.scalars(select(Editor.role)).all() == [Role.PUBLISHER]


def test_another_site_cannot_begin_it(client, there):
    assert client.post(START, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_trying_has_an_end(client, there):
    codes = [back(client, "code=x&state=y").status_code for _ in range(25)]
    assert (codes.count(409), codes.count(429)) == (20, 5)


def test_without_the_setting_there_is_none(service):
    plain = replace(service, settings=service.settings.model_copy(update={"oidc_issuer": ""}))
    with Browser(create_app(plain), SITE) as client:
        assert "Sign in with" not in client.get("/desk/sign-in").text.replace("Sign in with a passkey", "")
        assert (client.post(START).status_code, back(client, "code=x&state=y").status_code) == (404, 404)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"oidc_issuer": "http://login.news.example", "oidc_client_id": "x"}, "https://"),
        ({"oidc_issuer": "ftp://login.news.example", "oidc_client_id": "x"}, "https://"),
        ({"oidc_issuer": "https://login.news.example"}, "OIDC_CLIENT_ID"),
        ({"oidc_new_editors": "reporter"}, "OIDC_DOMAINS"),
        ({"oidc_new_editors": "admin", "oidc_domains": "news.example"}, "OIDC_NEW_EDITORS"),
    ],
)
def test_settings_that_would_let_strangers_in_are_refused(values, words):
    with pytest.raises(SettingsError, match=words):
        load_settings(_env_file=None, **values)
