"""Who comes in to the API: keys, their roles and regions, how often, and what those are told who may not."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from newsletter.editors.key_models import ApiKey
from newsletter.editors.keys import revoke
from newsletter.editors.models import LogEntry, Role
from newsletter.web.app import create_app
from tests.support.browser import Browser
from tests.support.waiting import eventually
from tests.support.world import NOW, make_region, make_story


@pytest.fixture(autouse=True)
def _regions(db):
    with db.writing() as session:
        make_region(session, "MX")
        make_region(session, "ES")


def is_problem(answer, status):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    return body["detail"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer rwk_guess", "Basic cndrOng=", "Bearer é".encode("latin-1")]
)
def test_without_a_good_key_nothing_is_looked_at(client, header):
    for method, path in (("GET", "/regions"), ("GET", "/nothing"), ("PUT", "/regions/MX"), ("DELETE", "/regions/MX")):
        answer = client.request(method, f"/api/v1{path}", headers={"Authorization": header}, content=b"{not json")
        is_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_key_opens_until_it_is_revoked(db, program):
    ask = program(Role.REPORTER)
    assert ask("GET", "/regions").status_code == 200
    with db.writing() as session:
        revoke(session, session.scalars(select(ApiKey.id)).one(), by="Ada", now=NOW)
    is_problem(ask("GET", "/regions"), 401)


def test_a_key_in_the_address_or_in_a_cookie_is_none(client, program, db):
    program(Role.ADMIN)
    with db.reading() as session:
        key = session.scalars(select(ApiKey)).one()
    for secret in (key.digest, key.prefix):
        is_problem(client.get(f"/api/v1/regions?key={secret}", headers={"Authorization": f"Bearer {secret}"}), 401)


def test_when_a_key_was_used_is_kept_to_the_minute(db, clock, program):
    ask = program(Role.REPORTER)

    def used_at():
        with db.reading() as session:
            return session.scalars(select(ApiKey.used_at)).one()

    ask("GET", "/regions")
    eventually(lambda: used_at() == NOW)


def test_a_role_is_told_what_it_lacks(program):
    sentence = is_problem(program(Role.EDITOR)("PATCH", "/regions/MX", json={"item_count": 5}), 403)
    assert "admin" in sentence


def test_what_belongs_to_another_region_looks_like_what_is_not_there(program):
    ask = program(Role.ADMIN, "MX")
    assert ask("GET", "/regions/MX").status_code == 200
    others = [ask("GET", f"/regions/{code}") for code in ("ES", "FR")]
    assert is_problem(others[0], 404) == is_problem(others[1], 404).replace("FR", "ES")
    is_problem(ask("PATCH", "/regions/ES", json={"item_count": 5}), 404)
    is_problem(ask("PUT", "/regions/FR", json={}), 404)
    is_problem(ask("DELETE", "/regions/ES"), 404)
    assert [region["code"] for region in ask("GET", "/regions").json()["data"]] == ["MX"]
    is_problem(ask("PATCH", "/schedules/weekly", json={"hour": 8}), 403)


def test_a_key_that_asks_too_often_waits_and_others_do_not(service, program):
    few = replace(service, settings=service.settings.model_copy(update={"api_per_minute": 3}))
    with Browser(create_app(few), "https://news.example") as browser:
        eager, calm = program(name="eager", browser=browser), program(name="calm", browser=browser)
        assert [eager("GET", "/regions").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = eager("GET", "/nothing")
        is_problem(answer, 429)
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert calm("GET", "/regions").status_code == 200


def test_guessing_keys_is_slowed_down(client):
    def guess(number):
        return client.get("/api/v1/regions", headers={"Authorization": f"Bearer rwk_{number}"})

    assert {guess(number).status_code for number in range(30)} == {401}
    assert guess(31).status_code == 429


@pytest.mark.parametrize("path", ["/nothing", "/regions/MX/nothing", "/regions/"])
def test_what_there_is_not_and_what_a_resource_does_not_do_is_told(program, path):
    ask = program()
    is_problem(ask("GET", path), 404)
    answer = ask("POST", "/regions/MX", json={})
    is_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


def test_a_body_that_is_too_big_or_none_is_refused(program):
    ask = program()
    is_problem(ask("PATCH", "/regions/MX", content=b" " * 1_048_577), 413)
    bodies = {b"": 422, b"{not json": 422, b"[]": 422, b'{"item_count": 1e999}': 422, b"\xff": 400, b"[" * 20_000: 400}
    for content, status in bodies.items():
        is_problem(ask("PATCH", "/regions/MX", content=content, headers={"Content-Type": "application/json"}), status)


def test_what_no_field_is_for_is_refused_and_not_repeated(program):
    answer = program()("PATCH", "/regions/MX", json={"item_count": 5, "active": False, "id": "ana@readers.example"})
    is_problem(answer, 422)
    assert {fault["where"] for fault in answer.json()["errors"]} == {"body.active", "body.id"}
    assert "ana@" not in answer.text
    is_problem(program(name="other")("GET", "/regions?page=2"), 422)


def test_a_bug_is_told_without_its_insides(app, program, monkeypatch):
    def broken(_window):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("newsletter.web.api.regions.name_in", broken)
    with Browser(app, "https://news.example", raises=False) as browser:
        answer = program(browser=browser)("GET", "/regions")
    is_problem(answer, 500)
    assert not re.search("hunter2|RuntimeError|Traceback|newsletter/", answer.text)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_description_is_there_for_everybody_and_says_what_each_operation_needs(client):
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1.")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) > 70
    for one in operations:
        assert one["x-role"] in list(Role)
        assert one["security"] == [{"key": []}]
        assert {"401", "403", "429"} <= set(one["responses"])


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%' UNION SELECT digest FROM api_key --", "\\", "_%"])
def test_words_that_are_looked_for_are_words(db, program, text):
    with db.writing() as session:
        make_story(session, "A quake")
    answer = program()("GET", "/stories", params={"text": text})
    assert (answer.status_code, answer.json()["data"]) == (200, [])


def test_the_log_names_the_key_as_no_person_is_named(db, program):
    program(Role.ADMIN, name="Ada")("PATCH", "/regions/MX", json={"item_count": 7})
    with db.reading() as session:
        entry = session.scalars(select(LogEntry).where(LogEntry.action == "region changed")).one()
    assert (entry.actor, entry.subject, entry.details) == ("key Ada", "region MX", {"item_count": 7})
