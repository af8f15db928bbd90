"""Lists of readers given at the desk."""

import csv
import io

import pytest
from lxml import html
from sqlalchemy import func, select, update

from newsletter import work
from newsletter.editors.models import LogEntry, Role
from newsletter.subscribers.lists.models import ImportLine, ImportUpload, UploadState
from newsletter.subscribers.lists.uploads import LOST_AFTER, drop_old_uploads
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.web import bodies
from tests.support.seats import Seat
from tests.support.world import NOW, make_region, make_subscriber

HOSTILE = '=cmd|"/C calc"!A0<script>alert(1)</script>{{7*191}}'
LIST = f"email,name\nann@readers.example,Ann\nno address,{HOSTILE}\nleft@readers.example,Len\nann@readers.example,Ann\n"


@pytest.fixture
def mexico(db):
    with db.writing() as session:
        region = make_region(session)
        make_subscriber(session, region, address="left@readers.example", state=SubscriberState.LEFT, left_at=NOW)


def give(seat, client, content=LIST, name="list.csv", **fields):
    fields = {"csrf": seat.csrf, "consent": "Form on news.example", "region": "MX"} | fields
    return client.post("/desk/imports", data=fields, files={"file": (name, content, "text/csv")})


def readers(db):
    with db.reading() as session:
        return set(session.scalars(select(Subscriber.address).where(Subscriber.state == SubscriberState.CONFIRMED)))


def test_a_list_is_read_without_effect_and_merged_on_a_persons_word(client, db, service, mexico):
    seat = Seat(service, client, Role.PUBLISHER)
    assert give(seat, client).headers["location"] == "/desk/imports/1"
    page = html.fromstring(seat.get("/desk/imports/1").text)
    rows = {row.xpath("string(td[1])"): row.xpath("string(td[2])") for row in page.xpath("(//table)[1]/tbody/tr")}
    assert rows == {"new": "1", "has left": "1", "repeated": "1"}
    assert readers(db) == set()
    plan = list(csv.DictReader(io.StringIO(seat.get("/desk/imports/1/plan.csv").text)))
    assert [(row["line"], row["what"]) for row in plan] == [("2", "new"), ("4", "has left"), ("5", "repeated")]
    assert seat.post("/desk/imports/1/merge").status_code == 303
    assert seat.get("/desk/imports/1").headers["refresh"]
    assert work.merge_lists(service)
    assert readers(db) == {"ann@readers.example"}
    assert not work.merge_lists(service)
    done = seat.get("/desk/imports/1")
    assert "refresh" not in done.headers
    assert "This person has left" in done.text
    report = seat.get("/desk/imports/1/refused.csv")
    assert [row[0] for row in csv.reader(io.StringIO(report.text))] == ["line", "3", "4"]
    with db.reading() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
        assert (entry.actor, entry.action) == ("A publisher", "readers imported")
        assert "readers.example" not in str(entry.details)
        assert session.scalar(select(func.count()).select_from(ImportLine)) == 0
    assert list((service.settings.data_dir / "imports").iterdir()) == []


def test_a_list_is_merged_once_and_goes_on_where_a_worker_died(client, db, service, clock, mexico):
    seat = Seat(service, client, Role.ADMIN)
    give(seat, client)
    seat.post("/desk/imports/1/merge")
    assert seat.post("/desk/imports/1/merge").status_code in (400, 409)
    with db.writing() as session:  # a worker took it, and died
        session.execute(update(ImportUpload).values(touched_at=clock.now()))
    assert not work.merge_lists(service)
    clock.set(clock.now() + LOST_AFTER)
    assert work.merge_lists(service)
    assert readers(db) == {"ann@readers.example"}


def test_what_is_no_list_says_why_and_a_file_never_chooses_its_place(client, db, service, mexico):
    seat = Seat(service, client, Role.PUBLISHER)
    for content, name in (
        (b"\x00\x01\x02" * 50, "../../etc/x.csv"),
        (b"name\nAnn\n", f"{HOSTILE}.csv"),
        (b"", "e.csv"),
    ):
        number = give(seat, client, content, name).headers["location"].rpartition("/")[2]
        page = seat.get(f"/desk/imports/{number}")
        assert 'role="alert"' in page.text
        assert "<script>alert" not in page.text
        assert "1337" not in page.text
    assert list((service.settings.data_dir / "imports").iterdir()) == []
    assert give(seat, client, region="ES").headers["location"] == "/desk/imports/4"
    assert "switch the region on first" in seat.get("/desk/imports/4").text
    assert give(seat, client, consent=" ").status_code in (400, 422)
    assert client.post("/desk/imports", data={"csrf": seat.csrf, "consent": "x"}).status_code in (400, 422)


def test_only_publishers_of_all_regions_give_lists_and_no_other_site_does(client, db, service, mexico):
    editor = Seat(service, client, Role.EDITOR)
    assert give(editor, client).status_code == editor.get("/desk/imports").status_code == 403
    limited = Seat(service, client, Role.PUBLISHER, regions=("MX",))
    assert give(limited, client).status_code == limited.get("/desk/imports").status_code == 403
    seat = Seat(service, client, Role.PUBLISHER)
    assert give(seat, client, csrf="guessed").status_code == 403
    give(seat, client)
    assert seat.post("/desk/imports/1/merge", csrf="guessed").status_code == 403
    with db.reading() as session:
        assert session.scalars(select(ImportUpload.state)).all() == [UploadState.READ]


def test_a_file_has_its_limit_and_other_forms_keep_theirs(client, service, mexico, monkeypatch):
    monkeypatch.setattr(bodies, "UPLOAD_BYTES", 200_000)
    seat = Seat(service, client, Role.PUBLISHER)
    assert give(seat, client, "email\n" + "x" * 100_000).status_code == 303
    assert give(seat, client, "email\n" + "x" * 300_000).status_code == 413
    assert seat.post("/desk/imports/1/merge", filler="x" * 100_000).status_code == 413


def test_reports_are_let_go_with_time(client, db, service, mexico):
    give(Seat(service, client, Role.PUBLISHER), client)
    with db.writing() as session:
        drop_old_uploads(session, NOW)
        assert session.scalar(select(func.count(ImportUpload.id))) == 1
        drop_old_uploads(session, NOW + LOST_AFTER)
        assert session.scalar(select(func.count(ImportUpload.id))) == 0
