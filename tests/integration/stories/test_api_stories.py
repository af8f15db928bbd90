import json

import pytest
from sqlalchemy import func, select

from newsletter.bootstrap import Service
from newsletter.stories.models import Rejection, Source, Story
from newsletter.stories.sources import add_client, pause
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser

STORY = {"title": "The bridge in Mexico City is open again", "url": "https://desk.example/bridge"}


@pytest.fixture
def service(settings, db, clock, redis_url) -> Service:
    with_redis = settings.model_copy(update={"redis_url": redis_url})
    return Service(settings=with_redis, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def browser(service):
    with Browser(create_app(service), "http://127.0.0.1:8000") as browser:
        yield browser


@pytest.fixture
def key(db, clock) -> str:
    with db.writing() as session:
        return add_client(session, "City desk", home="MX", now=clock.now())[1]


@pytest.fixture
def post(browser, key):
    def send(body, key=key):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return browser.post("/api/stories", content=content, headers={"Authorization": f"Bearer {key}"})

    return send


def _count(db, what) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(what.id)))


def test_one_story_is_taken_and_sending_it_again_does_no_harm(db, post):
    first = post(STORY)
    assert first.status_code == 200
    (result,) = first.json()["results"]
    assert (result["result"], result["url"]) == ("new", STORY["url"])
    assert post(STORY).json()["results"] == [result | {"result": "known"}]
    changed = post(STORY | {"summary": "At last."}).json()["results"]
    assert changed == [result | {"result": "changed"}]
    with db.reading() as session:
        story = session.scalars(select(Story)).one()
        assert (story.id, story.summary) == (result["id"], "At last.")
        assert [region.code for region in story.regions] == ["MX", "MX-CMX"]


def test_of_a_list_each_story_has_its_result_in_order(db, post):
    answer = post([STORY, {"title": "No link"}, STORY | {"url": "https://desk.example/2", "evil": 1}, {**STORY}])
    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [result["result"] for result in results] == ["new", "refused", "refused", "new"]
    assert "neither a url nor a region" in results[1]["reason"]
    assert results[2]["reason"].startswith("evil: no such field")
    assert results[0] == results[3], "the same story twice in one call is one"
    assert _count(db, Story) == 1
    assert _count(db, Rejection) == 2


def test_if_none_can_be_used_the_answer_is_an_error(db, post):
    answer = post([{"title": "x", "url": "javascript:alert(1)"}])
    assert answer.status_code == 422
    assert "javascript:" in answer.json()["results"][0]["reason"]
    assert _count(db, Story) == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not valid JSON", id="nothing"),
        pytest.param(b"{", "not valid JSON", id="broken"),
        pytest.param(b"\xff\xfe", "not valid JSON", id="bytes"),
        pytest.param(b'"text"', "one story as a JSON object", id="text"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param([STORY] * 501, "at most 500", id="too many"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(db, post, body, reason):
    answer = post(body)
    assert answer.status_code == 422
    assert reason in answer.json()["error"]
    assert _count(db, Story) == 0


def test_a_body_that_is_too_large_is_not_taken(db, post):
    assert post(b" " * 1_500_000).status_code == 413
    assert _count(db, Story) == 0


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer wrong", "Basic {key}", "{key}", "Bearer {key}x", "Bearer \xe9\xff"]
)
def test_without_its_key_nobody_adds_stories(db, browser, key, header):
    headers = {} if header is None else {"Authorization": header.replace("{key}", key).encode("latin-1")}
    answer = browser.post("/api/stories", json=STORY, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert key not in answer.text
    assert _count(db, Story) == 0


def test_a_paused_client_adds_nothing(db, post):
    with db.writing() as session:
        pause(session, session.scalars(select(Source.id)).one())
    assert post(STORY).status_code == 401


def test_a_key_is_never_in_the_logs(post, key, caplog):
    caplog.set_level("DEBUG")
    post(STORY)
    post(STORY, key=key + "x")
    assert key not in caplog.text


@pytest.mark.parametrize("field", ["id", "source_id", "canonical_url", "seen_at", "content_hash", "regions"])
def test_no_column_is_set_by_naming_it(db, post, field):
    assert post(STORY | {field: 1}).status_code == 422
    assert _count(db, Story) == 0


def test_what_no_text_may_hold_is_refused_or_cleaned_away(db, post):
    assert post(b'{"title": "a\\ud800b", "url": "https://desk.example/x"}').status_code == 422
    body = b'{"title": "a\\u0000b\\r\\nc\\u202e", "url": "https://desk.example/x"}'
    assert post(body).status_code == 200
    with db.reading() as session:
        assert session.scalars(select(Story.title)).one() == "ab c"
