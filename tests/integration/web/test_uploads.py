"""Files that people and programs give us, built to do harm: lists at the desk and over the API, the one way for files.

Pictures are no files here: an item's picture is an address by https that mail programs load, so that neither a script
in one nor a bomb is ever opened by us.
"""

import asyncio
import csv
import io
import re
import zipfile

import openpyxl
import pytest
from sqlalchemy import select

from newsletter.editors.keys import make_key
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor
from newsletter.subscribers.lists.models import ImportLine, ImportUpload, UploadState
from newsletter.web import bodies
from newsletter.web.api.app import routes as api_routes
from newsletter.web.app import create_app
from tests.support.desk_world import address_of, desk_routes, make_desk
from tests.support.seats import Seat
from tests.support.world import NOW, make_region

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is refused before any query

FORMULA = re.compile(r"[=+\-@\t\r]")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><text>a@readers.example</text></svg>'
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
SECRET = "read@secret.example"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9)) + "]>"
)


@pytest.fixture
def mexico(db):
    with db.writing() as session:
        make_region(session)


@pytest.fixture
def desk(client, service, mexico):
    """Gives a file as a publisher's browser does; returns its upload as it was read, and the page about it."""
    seat = Seat(service, client, Role.PUBLISHER)

    def give(content, name="list.csv", kind="text/csv"):
        fields = {"csrf": seat.csrf, "consent": "Form on news.example", "region": "MX"}
        answer = client.post("/desk/imports", data=fields, files={"file": (name, content, kind)})
        assert answer.status_code == 303, answer.text
        return seat.get(answer.headers["location"])

    give.seat = seat
    return give


@pytest.fixture
def program(client, db, mexico):
    """The same over the API."""
    with db.writing() as session:
        _, secret = make_key(session, "CRM", role=Role.PUBLISHER, regions=[], by="Ada", now=NOW)

    def give(content, name="list.csv", kind="text/csv"):
        said = {"consent": "Form on news.example", "region": "MX", "file_name": name}
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": kind}
        answer = client.post("/api/v1/imports", content=content, params=said, headers=headers)
        assert answer.status_code == 202, answer.text
        return answer

    give.secret = secret
    return give


@pytest.fixture(params=["desk", "program"])
def give(request):
    return request.getfixturevalue(request.param)


def latest(db):
    with db.reading() as session:
        return session.scalars(select(ImportUpload).order_by(ImportUpload.id.desc())).first()


def spreadsheet(cells, part="", change=lambda xml: xml):
    """The bytes of an XLSX, one part of which is changed."""
    book, made, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in cells:
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == part else old.read(one))
    return out.getvalue()


def with_types(types, name="&a8;", encoding="utf-8"):
    def change(xml):
        text = re.sub(r"^<\?xml.*?\?>", "", xml.decode())
        return f'<?xml version="1.0" encoding="{encoding}"?>{types}{text.replace("NAME", name)}'.encode(encoding)

    return change


TYPES = (LAUGHS, '<!DOCTYPE x [<!ENTITY a8 SYSTEM "file:///etc/hostname">]>', "<!DOCTYPE x>")


def test_a_spreadsheet_that_declares_entities_is_not_read(db, give):
    """A bomb of entities, a file of ours, any type at all; in each encoding, in the sheet and in the book's texts."""
    cells = [("email", "name"), ("ann@readers.example", "NAME")]
    for types in TYPES:
        for encoding in ("utf-8", "utf-16"):
            give(spreadsheet(cells, "xl/worksheets/sheet1.xml", with_types(types, encoding=encoding)), "a.xlsx")
            assert (latest(db).state, latest(db).run_id) == (UploadState.FAILED, None)
            assert "declares XML entities" in latest(db).trouble
    out = io.BytesIO(spreadsheet(cells))
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/sharedStrings.xml", f"{LAUGHS}<sst><si><t>&a8;</t></si></sst>")
    give(out.getvalue(), "a.xlsx")
    assert "declares XML entities" in latest(db).trouble


def test_a_spreadsheet_that_unfolds_beyond_measure_is_not_unfolded(db, give):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    give(out.getvalue(), "bomb.xlsx")
    assert "unfolds to" in latest(db).trouble


FILES = {
    "a picture that is a script": (SVG, "image/svg+xml"),
    "HTML as PNG": (PNG + b"<html><script>alert(1)</script>a@readers.example", "image/png"),
    "a zip that is HTML first": (b"<html>" + spreadsheet([("email",)]), "text/html"),
    "a spreadsheet that is cut off": (spreadsheet([("email",), ("ann@readers.example",)])[:-100], "text/csv"),
    "a zip with no sheet": (zipfile.ZipFile(io.BytesIO(), "w") and b"PK\x05\x06" + bytes(18), "text/csv"),
    "NULs": (b"email\nann@readers.example\0,x\n", "text/csv"),
    "too many columns": (b"email" + b",x" * 1000 + b"\n", "text/csv"),
    "a huge field": (b'email,"' + b"x" * 200_000 + b'"\nann@readers.example,y\n', "text/csv"),
    "nothing but commas": (b"," * 100_000, "text/csv"),
}


def test_what_is_no_list_fails_by_itself_whatever_it_calls_itself(db, give):
    for what, (content, kind) in FILES.items():
        answer = give(content, "<script>alert(1)</script>../../x.png", kind)
        upload = latest(db)
        assert upload.state is UploadState.FAILED, what
        assert "log says why" not in upload.trouble, what  # it was expected
        assert "<script>alert" not in answer.text
        assert "/" not in upload.file_name


def test_a_spreadsheet_by_another_name_is_known_by_its_content(db, give):
    give(spreadsheet([("email", "name"), ("ann@readers.example", "Ann")]), "list.csv", "text/csv")
    assert (latest(db).state, latest(db).counts) == (UploadState.READ, {"new": 1})


def test_a_nul_far_into_a_list_costs_its_line_alone(db, give):
    lines = "".join(f"r{number}@readers.example,{'x' * 10_000}\n" for number in range(30))
    give(f"email,name\n{lines}n\0ul@readers.example,N\0\nok@readers.example,y\n".encode())
    assert (latest(db).counts, latest(db).report.count(b"\n")) == ({"new": 31}, 2)
    with db.reading() as session:
        assert "ok@readers.example" in session.scalars(select(ImportLine.normalised)).all()


def test_what_is_given_back_runs_in_no_browser_and_no_spreadsheet(client, db, desk):
    desk("email,name\n<script>alert(1)</script>@,x\n=1+1@readers.example,y\n")
    for path in ("refused.csv", "plan.csv"):
        answer = desk.seat.get(f"/desk/imports/1/{path}")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        assert not [cell for cell in cells if FORMULA.match(cell)]


@pytest.mark.parametrize("sign", ["=", "\r"])  # the others are tried where cells are defused
def test_no_cell_that_the_desk_or_the_api_gives_out_is_a_formula(app, client, db, clock, service, sign):
    """Whatever the outside world and editors wrote; a new CSV is tried as soon as it has an address."""
    with db.writing() as session:
        owner = add_editor(session, "owner@newsroom.example", name="Owner", role=Role.ADMIN)
        ids = make_desk(session, f"{sign}cmd|'/C calc'!A0", owner)
        _, secret = make_key(session, "All", role=Role.ADMIN, regions=[], by="Ada", now=NOW)
        for upload in session.scalars(select(ImportUpload)):
            upload.report = None  # it is written by the import, which has its own test
    seat = Seat(service, client, Role.ADMIN)
    sheets = {address_of(route, ids): {} for route in desk_routes(app) if route.path.endswith(".csv")}
    over_api = (route.path.format_map(ids | {"issue_id": ids["out"]}) for route in api_routes() if ".csv" in route.path)
    sheets |= {f"/api/v1{path}": {"Authorization": f"Bearer {secret}"} for path in over_api}
    found, cells = [], 0
    for path, headers in sheets.items():
        answer = client.get(path, headers=headers)
        assert answer.status_code == (404 if "plan" in path else 200), path
        for row in csv.reader(io.StringIO(answer.text, newline="")) if answer.status_code == 200 else ():
            cells += len(row)
            found += [(path, cell) for cell in row if FORMULA.match(cell)]
    assert seat.csrf
    assert found == []
    assert len(sheets) > 8
    assert cells > 100


def parts(boundary, *more):
    """A form with `more` parts after those that it needs."""
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in more) + b"--" + boundary + b"--\r\n"


def part(name, value, more=b""):
    return b'Content-Disposition: form-data; name="' + name + b'"' + more + b"\r\n\r\n" + value


MANY = {
    "fields": lambda: [part(b"region", b"MX") for _ in range(5000)],
    "files": lambda: [part(b"file", b"email\n", b'; filename="a.csv"') for _ in range(50)],
    "headers": lambda: [b"\r\n".join(b"X-%d: y" % number for number in range(5000)) + b"\r\n\r\nx"],
    "one long header": lambda: [part(b"x" * 200_000, b"y")],
    "one huge field": lambda: [part(b"consent", b"x" * 300_000)],
}


def test_a_form_of_thousands_of_parts_is_refused(client, db, service, mexico):
    seat = Seat(service, client, Role.PUBLISHER)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for what, made in MANY.items():
        body = parts(b"x", part(b"csrf", seat.csrf.encode()), *made())
        answer = client.post("/desk/imports", content=body, headers=headers)
        assert answer.status_code == 400, what
    assert latest(db) is None
    assert not list((service.settings.data_dir / "imports").glob("*"))


def test_a_file_never_chooses_its_place(db, service, give):
    before = {path for path in service.settings.data_dir.rglob("*") if path.is_file()}
    for name in ("../../../etc/cron.d/x", "..\\..\\x.csv", "/etc/passwd", "C:\\x.csv", ".", "~/.ssh/id"):
        give("email\nann@readers.example\n", name)
        assert {path for path in service.settings.data_dir.rglob("*") if path.is_file()} == before
        assert not re.search(r"[/\\~]", latest(db).file_name)


async def pieces(size):
    for _ in range(size // 50_000):
        yield b"x" * 50_000


@pytest.mark.parametrize("is_told", [True, False], ids=["with its length", "without"])
def test_a_file_beyond_the_limit_is_not_taken(client, db, service, desk, program, monkeypatch, is_told):
    monkeypatch.setattr(bodies, "UPLOAD_BYTES", 200_000)
    content = b"x" * 400_000 if is_told else pieces(400_000)
    headers = {"Authorization": f"Bearer {program.secret}"}
    answer = client.post("/api/v1/imports?consent=Form", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"x" * 400_000

    async def pieces_of_form():
        for start in range(0, len(form), 50_000):
            yield form[start : start + 50_000]

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/desk/imports", content=form if is_told else pieces_of_form(), headers=headers)
    assert answer.status_code == 413
    assert latest(db) is None
    assert not list((service.settings.data_dir / "imports").glob("*"))


@pytest.mark.parametrize("path", ["/desk/imports", "/api/v1/imports?consent=Form"])
def test_of_whoever_may_not_give_a_file_not_a_byte_is_read(service, db, path):
    """However slowly it comes: nobody holds a connection with it."""
    asked, sent = [], []

    async def receive():
        asked.append(1)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message):
        sent.append(message)

    path, _, query = path.partition("?")
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
             "headers": [(b"host", b"news.example"), (b"content-type", b"multipart/form-data; boundary=x")],
             "client": ("192.0.2.7", 5), "server": ("news.example", 443), "scheme": "https", "http_version": "1.1",
             "root_path": ""}  # fmt: skip
    asyncio.run(create_app(service)(scope, receive, send))
    assert (sent[0]["status"], len(asked)) == (401, 0)


def test_a_file_that_comes_too_slowly_is_given_up(client, db, service, program, monkeypatch):
    monkeypatch.setattr(bodies, "UPLOAD_SECONDS", 0.05)

    async def trickle():
        for _ in range(50):
            yield b"x"
            await asyncio.sleep(0.02)  # a slow sender: the very thing that is tested

    headers = {"Authorization": f"Bearer {program.secret}"}
    answer = client.post("/api/v1/imports?consent=Form", content=trickle(), headers=headers)
    assert answer.status_code == 408
    assert latest(db) is None
    assert not list((service.settings.data_dir / "imports").glob("*"))


def test_what_a_process_that_died_left_behind_goes_with_the_next_list(db, service, give, monkeypatch):
    folder = service.settings.data_dir / "imports"
    folder.mkdir(parents=True)
    (folder / "left.list").write_text("ann@readers.example")
    give("email\nbo@readers.example\n")
    assert (folder / "left.list").exists()  # another process may be reading it
    monkeypatch.setattr("newsletter.web.list_taking._LEFT_AFTER_SECONDS", -1)
    give("email\nbo@readers.example\n")
    assert list(folder.iterdir()) == []
