"""What is changed over the API: once, however often it is asked for, and over nobody's work."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newsletter.editors.kept_answers import KEPT_FOR
from newsletter.editors.key_models import KeptAnswer
from newsletter.editors.models import LogEntry
from newsletter.web.app import create_app
from tests.support.browser import Browser
from tests.support.world import make_region

ONCE = {"Idempotency-Key": "a8098c1a-f86e-11da-bd1a-00112444be1e"}


@pytest.fixture(autouse=True)
def _region(db):
    with db.writing() as session:
        make_region(session, "MX", item_count=10)


def changes(db):
    with db.reading() as session:
        return session.scalar(select(func.count()).where(LogEntry.action == "region changed"))


def test_the_same_request_with_the_same_key_happens_once_and_is_answered_alike(db, program):
    ask = program()
    first, again = (ask("PATCH", "/regions/MX", json={"item_count": 7}, headers=ONCE) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert changes(db) == 1


def test_an_answer_without_a_body_is_repeated_too(program):
    ask = program()
    assert [ask("DELETE", "/regions/MX", headers=ONCE).status_code for _ in range(3)] == [204, 204, 204]
    assert ask("DELETE", "/regions/MX").status_code == 404


def test_a_key_belongs_to_one_request_of_one_program_for_a_day(db, clock, program):
    ask, other = program(name="one"), program(name="other")
    assert ask("PATCH", "/regions/MX", json={"item_count": 7}, headers=ONCE).status_code == 200
    for method, path, given in (("PATCH", "/regions/MX", {"item_count": 8}), ("PUT", "/regions/MX", {"item_count": 7})):
        assert ask(method, path, json=given, headers=ONCE).status_code == 422
    assert other("PATCH", "/regions/MX", json={"item_count": 9}, headers=ONCE).status_code == 200
    clock.set(clock.now() + KEPT_FOR + timedelta(seconds=1))
    assert ask("PATCH", "/regions/MX", json={"item_count": 8}, headers=ONCE).json()["item_count"] == 8
    with db.reading() as session:
        assert session.scalar(select(func.count(KeptAnswer.id))) == 1


def test_what_failed_may_be_sent_again_with_its_key(program):
    ask = program()
    assert ask("PATCH", "/regions/MX", json={"minimum_items": 40}, headers=ONCE).status_code == 422
    assert ask("PATCH", "/regions/MX", json={"item_count": 40}).status_code == 200
    assert ask("PATCH", "/regions/MX", json={"minimum_items": 40}, headers=ONCE).status_code == 200


def test_two_that_come_at_once_are_one(db, service, program):
    ask = program()

    def send(app):
        with Browser(app, "https://news.example") as browser:
            return ask("PATCH", "/regions/MX", json={"item_count": 7}, headers=ONCE, browser=browser)

    apps = [create_app(service) for _ in range(4)]
    for app in apps:  # their routes are made ready by the first request, which no other thread should be at as well
        with Browser(app, "https://news.example") as browser:
            assert ask("GET", "/regions", browser=browser).status_code == 200
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, apps))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert changes(db) == 1


def test_what_was_read_comes_again_only_where_it_changed(program):
    ask = program()
    read = ask("GET", "/regions/MX")
    again = ask("GET", "/regions/MX", headers={"If-None-Match": read.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    ask("PATCH", "/regions/MX", json={"item_count": 7})
    assert ask("GET", "/regions/MX", headers={"If-None-Match": read.headers["etag"]}).json()["item_count"] == 7


def test_a_change_to_what_was_changed_meanwhile_is_refused(db, program):
    ask = program()
    seen = ask("GET", "/regions/MX").headers["etag"]
    mine = ask("PATCH", "/regions/MX", json={"item_count": 7}, headers={"If-Match": seen})
    assert mine.status_code == 200
    for etag in (seen, f"W/{mine.headers['etag']}", "x"):
        assert ask("PATCH", "/regions/MX", json={"item_count": 8}, headers={"If-Match": etag}).status_code == 412
    for etag in (mine.headers["etag"], "*"):
        assert ask("PATCH", "/regions/MX", json={"item_count": 7}, headers={"If-Match": etag}).status_code == 200


def test_pages_follow_each_other_without_a_gap_and_other_cursors_are_refused(db, program):
    with db.writing() as session:
        for code in ("ES", "FR", "DE", "AR"):
            make_region(session, code)
    ask, seen, cursor = program(), [], ""
    for _ in range(3):
        page = ask("GET", f"/regions?limit=2{cursor}").json()
        seen += [region["code"] for region in page["data"]]
        cursor = f"&cursor={page['next']}"
    assert seen == ["AR", "DE", "ES", "FR", "MX"]
    assert page["next"] is None
    for wrong in ("x", "W10", "WzEsMl0", "e30", "%FF", "W1siYSJd", "'; --"):
        assert ask("GET", f"/regions?cursor={wrong}").status_code in (200, 422), wrong
    assert ask("GET", "/regions?limit=0").status_code == ask("GET", "/regions?limit=101").status_code == 422
