"""What programs read and do beside issues: stories, figures, weeks, weights, lists, relays, settings, mail, people."""

import csv
import io

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from newsletter import work
from newsletter.bootstrap import Service
from newsletter.editors.models import Editor, LogEntry, Role
from newsletter.editors.service import add_editor
from newsletter.feedback.models import InboundMail
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.service import region
from newsletter.sending.models import Edition, EditionIssue, Letter, LetterState
from newsletter.sending.rounds import plan_rounds
from newsletter.subscribers.lists.models import ImportUpload
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.reasons import keep_reason
from tests.conftest import KEY
from tests.integration.web.api.world import make_place
from tests.support.world import NOW, make_issue, make_region, make_schedule

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the stages are tried on both


@pytest.fixture
def service(settings, db, clock, redis_client, sink):
    relays = f"smtp://127.0.0.1:{sink.port},smtp://someone:hunter2@127.0.0.1:1"
    settings = settings.model_copy(update={"relay_url": SecretStr(relays), "relay_timeout_seconds": 5})
    return Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def place(db):
    with db.writing() as session:
        return make_place(session, "MX")


@pytest.fixture
def ask(program, place):
    return program(Role.ADMIN)


def logged(db, action):
    with db.reading() as session:
        return session.scalars(select(LogEntry).where(LogEntry.action == action)).one()


def test_a_story_is_corrected_by_whoever_read_the_latest_and_its_sources_word_is_taken_back(db, ask, place):
    path = f"/stories/{place.story}"
    read = ask("GET", path)
    assert ask("PATCH", path, json={"title": "Another"}).status_code == 428
    match = {"If-Match": read.headers["etag"]}
    told = {"title": "Another", "regions": ["pe"], "published_at": "2026-05-12T08:00:00Z"}
    changed = ask("PATCH", path, json=told, headers=match)
    assert (changed.status_code, changed.json()["title"], changed.json()["published_at"]) == (
        200, "Another", "2026-05-12T08:00:00Z",
    )  # fmt: skip
    assert [region["code"] for region in changed.json()["regions"]] == ["PE"]
    assert ask("PATCH", path, json={"title": "A third"}, headers=match).status_code == 412
    assert ask("PATCH", path, json={"seen_at": "2026-05-12T08:00:00Z"}, headers={"If-Match": "*"}).status_code == 422
    back = ask("POST", f"{path}/take-back", json={"fields": ["title", "regions", "published_at"]}).json()
    assert (back["title"], back["overruled"]) == (read.json()["title"], {})
    assert logged(db, "story corrected").actor.startswith("key ")


def test_a_withdrawn_story_holds_its_issue_and_the_same_request_does_it_once(db, ask, place):
    once = {"Idempotency-Key": "withdraw"}
    for _ in range(2):
        answer = ask("POST", f"/stories/{place.story}/withdraw", json={"why": "It is a hoax."}, headers=once)
        assert (answer.status_code, answer.json()["withdrawn_why"]) == (200, "It is a hoax.")
    assert ask("POST", f"/stories/{place.story}/withdraw", json={"why": "Again."}).status_code == 409
    with db.reading() as session:
        assert session.get_one(Issue, place.issue).state is IssueState.HELD
    assert logged(db, "story withdrawn").details["reason"] == "It is a hoax."
    assert ask("POST", f"/stories/{place.story}/restore").json()["withdrawn_at"] is None


def test_a_key_for_some_regions_changes_no_story_that_another_regions_issue_tells(db, program, place):
    with db.writing() as session:
        make_place(session, "ES")
    ask = program(Role.REPORTER, "ES")
    answer = ask("POST", f"/stories/{place.story}/withdraw", json={"why": "It is a hoax."})
    assert (answer.status_code, "region that your key is not for" in answer.json()["detail"]) == (403, True)


def test_figures_are_there_as_json_and_for_a_spreadsheet(db, ask, place):
    with db.writing() as session:
        session.add(edition := Edition(round_id=place.round, key="en:1", language="en"))
        session.flush()
        session.add(EditionIssue(edition_id=edition.id, issue_id=place.out, position=1))
        session.flush()
        for number, state in enumerate([LetterState.ACCEPTED] * 3 + [LetterState.REFUSED], start=1):
            session.add(Letter(round_id=place.round, subscriber_id=number, edition_id=edition.id, state=state))
    of_issue = ask("GET", f"/issues/{place.out}/figures").json()["this"]
    assert (of_issue["audience"], of_issue["counts"]["accepted"], of_issue["shares"]["refused"]) == (4, 3, 0.25)
    assert ask("GET", f"/rounds/{place.round}/figures").json()["data"] == [of_issue]
    for path in (f"/issues/{place.out}/figures.csv", f"/rounds/{place.round}/figures.csv"):
        answer = ask("GET", path)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = {row["figure"]: row["count"] for row in csv.DictReader(io.StringIO(answer.text))}
        assert (rows["accepted"], rows["refused"]) == ("3", "not known" and rows["refused"])


def test_this_week_and_the_calendar_keep_to_the_regions_of_a_key(db, program):
    with db.writing() as session:
        for code in ("MX", "ES"):
            make_issue(session, make_region(session, code))
    week = program(Role.REPORTER, "ES")("GET", "/week").json()
    assert [(card["region"], card["state"], card["items"]) for card in week["cards"]] == [("ES", "draft", 3)]
    assert (week["doubts"], program(Role.EDITOR)("GET", "/week").json()["doubts"]) == (None, 0)
    weeks = {one["week"]: one for one in program(Role.EDITOR, "ES")("GET", "/calendar").json()["data"]}
    assert (len(weeks), weeks["2026-W20"]["is_now"], weeks["2026-W20"]["states"]) == (8, True, {"draft": 1})
    assert [issue["region"] for issue in weeks["2026-W20"]["issues"]] == ["ES"]
    assert program(name="x")("GET", "/calendar?week=never").status_code == 422


def test_other_weights_are_tried_and_nothing_is_kept(ask, place):
    holding = ask("GET", "/regions/MX/weights").json()["weights"]
    tried = ask("POST", "/regions/MX/weights/try", json={"weights": {"severity": 0, "reach": 9}, "weeks": 2}).json()
    assert [week["week"] for week in tried["data"]] == ["2026-W20", "2026-W19"]
    assert "reach = 9.0" in tried["toml"]
    assert ask("GET", "/regions/MX/weights").json()["weights"] == holding
    for wrong in ({"severity": 11}, {"severity": "1"}, {"gravity": 1}):
        assert ask("POST", "/regions/MX/weights/try", json={"weights": wrong}).status_code == 422


def give(ask, content, **said):
    options = {"params": {"consent": "Form on news.example", "region": "MX"} | said}
    return ask("POST", "/imports", content=content, headers={"Content-Type": "application/octet-stream"}, **options)


def test_a_list_is_given_read_without_effect_and_merged_on_the_programs_word(db, service, ask, place):
    given = give(ask, "email,name\nann@readers.example,Ann\nno address,=cmd()\n", file_name="../a.csv")
    assert (given.status_code, given.json()["file_name"]) == (202, ".._a.csv")
    path = f"/imports/{given.json()['id']}"
    assert ask("GET", path).json() | {"at": None} == given.json() | {
        "at": None, "state": "read", "lines": 3, "counts": {"new": 1},
    }  # fmt: skip
    assert [row[1] for row in csv.reader(io.StringIO(ask("GET", f"{path}/plan.csv").text))] == ["what", "new"]
    assert [row[0] for row in csv.reader(io.StringIO(ask("GET", f"{path}/refused.csv").text))] == ["line", "3"]
    with db.reading() as session:
        assert session.scalar(select(func.count()).where(Subscriber.normalised == "ann@readers.example")) == 0
    once = {"Idempotency-Key": "merge"}
    assert [ask("POST", f"{path}/merge", headers=once).status_code for _ in range(2)] == [200, 200]
    assert ask("POST", f"{path}/merge").status_code == 409
    while work.merge_lists(service):
        pass
    assert ask("GET", path).json()["state"] == "done"
    with db.reading() as session:
        assert session.scalar(select(func.count()).where(Subscriber.normalised == "ann@readers.example")) == 1
    assert "readers.example" not in str(logged(db, "readers imported").details)
    assert list((service.settings.data_dir / "imports").iterdir()) == []


def test_what_is_no_list_is_told_and_leaves_no_file(db, service, ask, place):
    for content, said in ((b"", {}), (b"x", {"consent": " "}), (b"x", {"service": "nobody"}), (b"x", {"path": "/etc"})):
        assert give(ask, content, **said).status_code == 422
    with db.reading() as session:
        assert session.scalar(select(func.count(ImportUpload.id))) == 1  # of the world
    assert ask("GET", f"/imports/{give(ask, bytes(50)).json()['id']}").json()["state"] == "failed"
    assert list((service.settings.data_dir / "imports").iterdir()) == []


def test_a_test_mail_goes_to_an_editor_and_no_password_is_told(db, ask, place, sink):
    with db.writing() as session:
        add_editor(session, "bo@newsroom.example", name="Bo", role=Role.EDITOR)
    relays = ask("GET", "/relays")
    assert [relay["number"] for relay in relays.json()["data"]] == [1, 2]
    assert "hunter2" not in relays.text
    assert ask("POST", "/relays/1/test", json={"to": "victim@readers.example"}).status_code == 422
    assert ask("POST", "/relays/1/test", json={"to": "bo@newsroom.example"}).json()["is_accepted"] is True
    assert sink.recipients == ["bo@newsroom.example"]
    assert ask("POST", "/relays/2/test", json={"to": "bo@newsroom.example"}).json()["is_accepted"] is False
    assert ask("POST", "/relays/9/test", json={"to": "bo@newsroom.example"}).status_code == 404


def test_settings_are_shown_without_secrets_and_values_checked_without_effect(ask, place):
    shown = ask("GET", "/settings")
    assert KEY not in shown.text
    assert "hunter2" not in shown.text
    by_field = {one["field"]: one for one in shown.json()["data"]}
    assert by_field["relay_url"]["value"] == "(secret)"
    assert ask("POST", "/settings/check", json={"field": "api_per_minute", "value": "many"}).json()["problem"]
    assert ask("POST", "/settings/check", json={"field": "api_per_minute", "value": "60"}).json() == {"problem": None}
    assert ask("POST", "/settings/check", json={"field": "no_such", "value": ""}).status_code == 404
    assert ask("GET", "/settings").json() == shown.json()


def test_mail_is_read_as_text_and_deleted(db, ask, place):
    assert [mail["id"] for mail in ask("GET", "/mail").json()["data"]] == [place.mail]
    assert ask("GET", f"/mail/{place.mail}").json()["text"] == "A word."
    assert ask("DELETE", f"/mail/{place.mail}").status_code == 204
    assert ask("GET", f"/mail/{place.mail}").status_code == 404
    with db.reading() as session:
        assert session.scalar(select(func.count(InboundMail.id))) == 0
    assert logged(db, "mail deleted").subject == f"mail {place.mail}"


def test_people_are_listed_and_let_in_no_more_but_for_the_last_admin(db, ask, place):
    with db.writing() as session:
        ada = add_editor(session, "ada@newsroom.example", name="Ada", role=Role.ADMIN).id
        bo = add_editor(session, "bo@newsroom.example", name="Bo", role=Role.EDITOR).id
    assert [person["name"] for person in ask("GET", "/people").json()["data"]] == ["Ada", "Bo"]
    assert ask("DELETE", f"/people/{ada}").status_code == 409
    assert [ask("DELETE", f"/people/{bo}").status_code for _ in range(2)] == [204, 404]
    with db.reading() as session:
        assert session.get_one(Editor, bo).active is False
    assert ask("POST", "/people", json={"address": "eve@evil.example", "role": "admin"}).status_code == 405


def test_why_readers_leave_is_told_without_names(db, ask, place):
    with db.writing() as session:
        keep_reason(session, "often", "Twice a week.", NOW)
    told = ask("GET", "/leaving?weeks=2").json()
    assert [(week["week"], week["counts"]["often"]) for week in told["data"]] == [("2026-W19", 0), ("2026-W20", 1)]
    assert [one["words"] for one in told["words"]] == ["Twice a week."]


def test_a_corrections_letter_is_read_before_it_is_mailed(ask, place):
    letter = ask("GET", f"/issues/{place.out}/corrections/{place.correction}/letter?language=es").json()
    assert (letter["language"], "A name was wrong." in letter["html"], "A name was wrong." in letter["text"]) == (
        "es", True, True,
    )  # fmt: skip
    assert ask("GET", f"/issues/{place.out}/corrections/99/letter").status_code == 404


def test_each_body_is_closed_to_fields_that_it_does_not_name(client, db):
    """Nobody sets what no field is for: of every operation, and of what lies within its body."""
    described = client.get("/api/v1/openapi.json").json()
    open_ones, looked_at = [], set()

    def look(schema, where):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in looked_at:
                looked_at.add(name)
                look(described["components"]["schemas"][name], where)
            return
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            open_ones.append((where, schema.get("title")))
        inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
        for inner in (*inside, schema["items"]) if "items" in schema else inside:
            look(inner, where)

    for path, operations in described["paths"].items():
        for operation in operations.values():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                look(body["schema"], path)
    assert len(looked_at) > 20
    assert open_ones == []


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_no_change_of_a_region_has_its_issue_leave_by_two_schedules(db, ask, place, method):
    with db.writing() as session:
        sunday = make_schedule(session, "sunday", weekday=6).name
        plan_rounds(session, NOW)
        make_issue(session, region(session, "MX"), week="2026-W21", state=IssueState.OUT)
    answer = ask(method, "/regions/MX", json={"schedule": sunday})
    assert answer.status_code == 409
    assert "Readers could get it twice" in answer.json()["detail"]
    assert ask("GET", "/regions/MX").json()["schedule"] == "weekly"
