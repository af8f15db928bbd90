"""A program's Thursday: it reads a draft, changes it over nobody's work, looks at what it made, and approves it."""

import pytest
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.issues.editing import retitle
from newsletter.issues.finding import issue as find_issue
from newsletter.sending.models import Notice
from tests.integration.web.api.world import make_place
from tests.support.world import NOW


@pytest.fixture
def place(db):
    with db.writing() as session:
        return make_place(session, "MX")


@pytest.fixture
def ask(program, place):
    return program(Role.PUBLISHER, "MX", name="layout")


def test_words_are_changed_by_whoever_read_the_latest(db, ask, place):
    path = f"/issues/{place.issue}"
    read = ask("GET", path)
    assert ask("PATCH", path, json={"subject": "Rain"}).status_code == 428
    changed = ask(
        "PATCH", path, json={"subject": "Rain", "intro": "A wet week."}, headers={"If-Match": read.headers["etag"]}
    )
    assert (changed.status_code, changed.json()["subject"], changed.json()["intro"]) == (200, "Rain", "A wet week.")
    late = ask("PATCH", path, json={"subject": "Sun"}, headers={"If-Match": read.headers["etag"]})
    assert late.status_code == 412
    with db.writing() as session:
        retitle(session, find_issue(session, str(place.issue)), 1, "A person's headline", by="Ada", now=NOW)
    late = ask("PATCH", path, json={"subject": "Sun"}, headers={"If-Match": changed.headers["etag"]})
    assert late.status_code == 412
    again = ask("PATCH", path, json={"subject": None}, headers={"If-Match": ask("GET", path).headers["etag"]})
    assert (again.json()["subject"], again.json()["intro"]) == (None, "A wet week.")
    assert again.json()["items"][0]["headline"] == "A person's headline"


def test_items_are_ordered_dropped_pinned_and_brought_back(ask, place):
    path, (first, second, third) = f"/issues/{place.issue}", place.items

    def events():
        return [item["event"] for item in ask("GET", path).json()["items"]]

    assert ask("PUT", f"{path}/order", json={"events": [third, first, second]}).status_code == 200
    assert events() == [third, first, second]
    assert ask("DELETE", f"{path}/items/{first}").status_code == 200
    assert events() == [third, second]
    assert ask("POST", f"{path}/undo").status_code == 200
    assert ask("POST", f"{path}/undo").status_code == 200
    assert events() == [first, second, third]
    assert ask("POST", f"{path}/undo").status_code == 409
    written = {"headline": "Anew", "pinned": True}
    item = ask("PATCH", f"{path}/items/{second}", json=written, headers={"If-Match": "*"}).json()["items"][1]
    assert (item["headline"], item["pinned"]) == ("Anew", True)
    assert ask("PUT", f"{path}/items/{place.candidate}", json={}).json()["items"][-1]["event"] == place.candidate
    assert ask("DELETE", f"{path}/items/99").status_code == 404


def test_an_approval_is_for_what_was_read_and_the_log_names_the_key(db, ask, place):
    path = f"/issues/{place.issue}"
    assert ask("POST", f"{path}/approve", json={"content_hash": "0" * 64}).status_code == 409
    approved = ask("POST", f"{path}/approve", json={"content_hash": ask("GET", path).json()["content_hash"]})
    assert (approved.json()["state"], approved.json()["approved_by"]) == ("approved", "key layout")
    edited = ask("PATCH", path, json={"subject": "Other"}, headers={"If-Match": approved.headers["etag"]})
    assert (edited.json()["state"], edited.json()["approved_by"]) == ("draft", None)
    acts = [(entry["actor"], entry["action"]) for entry in ask("GET", f"{path}/log").json()["data"]]
    assert acts[0] == ("key layout", "issue approved")
    assert ("key layout", "approval void") in acts


def test_facts_on_which_reports_differ_are_looked_at_before_an_approval(db, ask, place):
    with db.writing() as session:
        item = find_issue(session, str(place.issue)).items[0]
        item.differences = [one | {"kind": "disagreement"} for one in item.differences]
    path = f"/issues/{place.issue}"
    seen = {"content_hash": ask("GET", path).json()["content_hash"]}
    assert ask("POST", f"{path}/approve", json=seen).status_code == 409
    looked = ask("PUT", f"{path}/items/{place.items[0]}/facts/1", json={"shown": False})
    assert ask("POST", f"{path}/approve", json={"content_hash": looked.json()["content_hash"]}).status_code == 200


def test_what_one_wants_to_know_before_is_there(ask, place):
    path = f"/issues/{place.issue}"
    assert place.candidate in [one["event"] for one in ask("GET", f"{path}/candidates").json()["data"]]
    reason = ask("GET", f"{path}/reasons").json()["data"][0]
    assert reason["position"] == 1
    assert reason["sentence"]
    assert reason["elsewhere"] == []
    assert ask("GET", f"{path}/reach").json()["readers"] == 1
    letter = ask("GET", f"{path}/letter?language=es").json()
    assert letter["language"] == "es"
    assert "<script" not in letter["html"]
    assert {check["verdict"] for check in ask("GET", f"{path}/checks").json()["data"]} <= {"good", "look", "bad"}


def test_previews_are_mailed_to_the_named_and_logged_without_their_names(db, ask, place):
    path = f"/issues/{place.issue}/previews"
    assert ask("POST", path, json={"to": ["ada@newsroom.example"] * 2}).status_code == 202
    assert ask("POST", path, json={"to": ["ada@newsroom.example"] * 21}).status_code == 422
    assert ask("POST", path, json={"to": ["no address"]}).status_code == 422
    with db.reading() as session:
        assert len(session.scalars(select(Notice)).all()) == 2
        assert "ada@" not in str([entry.details for entry in session.scalars(select(LogEntry))])
