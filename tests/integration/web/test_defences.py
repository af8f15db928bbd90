"""What every answer carries, and what no request may do."""

import asyncio
import json
import time

import pytest

from newsletter.web.bodies import API_BYTES, FORM_BYTES, BodyLimit
from newsletter.web.ringing import Bell
from tests.support.browser import Browser
from tests.support.world import make_region

once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is answered before any query


@once
@pytest.mark.parametrize("path", ["/", "/nothing", "/subscribe", "/u/bad", "/desk", "/static/site.css", "/health"])
def test_every_answer_is_guarded(client, db, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    scripts = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert scripts == (["script-src 'self'"] if path in ("/subscribe", "/desk") else [])
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"]
    assert "set-cookie" not in headers


@once
def test_a_bug_shows_a_calm_page_and_no_trace(app, db):
    def broken():
        raise RuntimeError("a secret in a message")

    app.add_api_route("/broken", broken)
    with Browser(app, "https://news.example", raises=False) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@once
def test_where_only_a_button_leads_a_browser_that_comes_back_is_not_told_of_a_damaged_link(client, db):
    page = client.get("/u/token.signature/undo")
    assert page.status_code == 405
    assert "There is no such page" in page.text


@once
def test_a_program_gets_its_errors_as_json(client, db):
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    assert json.loads(answer.content)["error"]


@once
@pytest.mark.parametrize("path", ["/subscribe", "/box", "/u/token", "/p/token", "/desk/sign-out", "/nothing"])
def test_a_body_that_says_it_is_big_is_refused_unread(client, db, path):
    answer = client.post(path, content=b"a=" + b"x" * 10_000_000)
    assert answer.status_code == 413
    assert answer.headers["content-security-policy"]


@once
def test_a_body_that_turns_out_big_is_refused_as_well(client, db):
    async def pieces():
        for _ in range(20):
            yield b"address=" + b"x" * 8000

    answer = client.post("/subscribe", content=pieces(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 413


@once
def test_the_api_takes_more_and_says_no_in_json(client, db):
    assert client.post("/api/stories", content=b"x" * (FORM_BYTES * 2)).status_code == 401
    answer = client.post("/api/stories", content=b"x" * (API_BYTES + 1))
    assert (answer.status_code, answer.json()) == (413, {"error": "The request is too big."})


@once
@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 40, "x", ""])
def test_a_length_that_is_no_length_is_refused(client, db, length):
    assert client.post("/subscribe", content=b"a=b", headers={"Content-Length": length}).status_code in (413, 422)


def test_a_body_that_never_ends_is_given_up():
    async def reads_all(_scope, receive, _send):
        while (await receive())["more_body"]:
            pass

    async def trickle():
        await asyncio.sleep(0.02)  # a slow sender: the very thing that is tested
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/subscribe", "headers": []}
    asyncio.run(BodyLimit(reads_all, seconds=0.1)(scope, trickle, send))
    assert sent[0]["status"] == 408


BODIES = {
    "multipart without a boundary": ("multipart/form-data", b"x"),
    "a broken multipart": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: nothing\r\n\r\nv\r\n"),
    "a file": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="address"; filename="a"\r\n\r\nv\r\n--x--\r\n',
    ),
    "an unknown charset": (
        "multipart/form-data; boundary=x; charset=nonsense",
        b'--x\r\nContent-Disposition: form-data; name="address"\r\n\r\nv\r\n--x--\r\n',
    ),
    "bytes that are no text": ("application/x-www-form-urlencoded", b"address=%ff%fe&region=\xff\x00"),
    "fields without end": ("application/x-www-form-urlencoded", b"&".join([b"region=MX"] * 6000)),
    "JSON": ("application/json", b'{"address": "ana@readers.example"}'),
    "nothing": ("", b""),
}


@pytest.mark.parametrize(("kind", "body"), BODIES.values(), ids=BODIES)
def test_a_strange_form_is_answered_and_never_a_bug(client, db, kind, body):
    with db.writing() as session:
        make_region(session, "MX")
    answer = client.post("/subscribe", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 413, 422)


@once
def test_the_host_header_is_in_no_answer(client, db):
    with db.writing() as session:
        make_region(session, "MX")
    for path in ("/", "/regions/MX", "/regions/MX/feed.xml", "/regions/MX/", "/subscribe"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.text
        assert "evil.example" not in str(answer.headers)


def test_pages_may_be_published_in_a_folder(settings, db, clock):
    from pydantic import HttpUrl

    from newsletter.bootstrap import Service
    from newsletter.web.app import create_app

    inside = settings.model_copy(update={"site_url": HttpUrl("https://news.example/weekly/")})
    app = create_app(Service(settings=inside, clock=clock, db=db, secret_keys=["k" * 40]))
    with db.writing() as session:
        make_region(session, "MX")
    with Browser(app, "https://news.example") as client:
        page = client.get("/").text
        for path in ("/weekly/regions/MX", "/weekly/static/site.css", "/weekly/subscribe"):
            assert f'"{path}' in page
        answer = client.post("/subscribe", data={"address": "ana@readers.example", "region": "MX"})
        assert answer.headers["location"] == "/weekly/subscribe/asked"


def test_a_ring_without_redis_costs_little_and_fails_softly(tmp_path):
    began = time.monotonic()
    Bell(f"unix://{tmp_path}/nobody.sock").ring()
    Bell("redis://127.0.0.1:1/0").ring()
    assert time.monotonic() - began < 4  # by themselves the libraries would try for twelve seconds
