"""Lists in and out on each database: a dry run first, resumable, and never against anybody's will."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from newsletter.errors import InvalidInputError
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_address, consents, listed
from newsletter.subscribers.joining import confirm
from newsletter.subscribers.leaving import leave
from newsletter.subscribers.lists import importing, reading
from newsletter.subscribers.lists.exporting import write_subscribers, write_suppressions
from newsletter.subscribers.lists.importing import Importer, Source
from newsletter.subscribers.lists.judging import Options
from newsletter.subscribers.lists.models import ImportLine, ImportRun
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suppression import suppress, suppressed
from tests.conftest import KEY
from tests.support.world import NOW, make_region, make_subscriber

HEADER = "email,name,status,subscription_tier"  # as beehiiv writes it


@pytest.fixture(autouse=True)
def regions(db):
    with db.writing() as session:
        return [make_region(session, code) for code in ("MX", "ES", "FR")]


@pytest.fixture
def importer(db, clock):
    return Importer(db, clock, [KEY], most_bytes=10_000_000)


@pytest.fixture
def source(tmp_path):
    return Source(tmp_path / "list.csv", Options(regions=("MX",)), "Form of 2019")


def write(source, *lines, header=HEADER, encoding="utf-8"):
    source.path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))


def run(importer, source, *, go=True):
    report = source.path.with_suffix(".refused.csv")
    read = importer.read(source, importer.look(source), report)
    lines = []
    counts = importer.merge(read, report) if go else importer.plan(read, lambda *line: lines.append(line))
    with report.open(newline="") as file:
        refused = [tuple(row[:3]) for row in csv.reader(file)][1:]
    return counts, refused, lines


def everyone(db):
    with db.reading() as session:
        return {s.address: (s.state, [x.region.code for x in s.subscriptions]) for s in listed(session)}


def count(db, table):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_dry_run_says_what_would_happen_by_line_and_changes_nothing(db, importer, source):
    write(source, "ana@readers.example,,active,free", "no address,,active,", "ana@readers.example,,active,",
          "bo@readers.example,,inactive,", "cy@readers.example,,pending,")  # fmt: skip
    counts, refused, lines = run(importer, source, go=False)
    assert [(line, what) for line, what, _, _ in lines] == [(2, "new"), (4, "repeated"), (5, "kept as left")]
    assert [(line, what) for line, what, _ in refused] == [("3", "refused"), ("6", "refused")]
    assert everyone(db) == {}
    done, refused_again, _ = run(importer, source)
    assert done == counts
    assert refused_again == refused
    assert everyone(db) == {
        "ana@readers.example": ("confirmed", ["MX"]),
        "bo@readers.example": ("left", []),
    }
    assert count(db, ImportLine) == 0


def test_consent_is_kept_with_each_and_nobody_is_imported_without_it(db, importer, source):
    write(source, "ana@readers.example,,active,free")
    with pytest.raises(InvalidInputError, match="--consent"):
        importer.look(replace(source, consent=""))
    run(importer, source)
    with db.reading() as session:
        [kept] = consents(session, by_address(session, "ana@readers.example"))
        assert (kept.act, kept.way, kept.wording) == ("confirmed", "import", "Form of 2019 (beehiiv)")
        assert kept.regions == ["MX"]


def test_who_left_or_is_suppressed_stays_so_and_stands_in_the_report(db, importer, source, regions, clock):
    with db.writing() as session:
        make_subscriber(session, regions[0], address="left@readers.example", state=SubscriberState.LEFT)
        make_subscriber(session, address="again@readers.example", state=SubscriberState.PENDING, left_at=NOW)
        suppress(session, "never@readers.example", "complaint", [KEY], clock.now())
    write(source, *(f"{who}@readers.example,,active," for who in ("left", "again", "NEVER", "new")))
    planned, _, _ = run(importer, source, go=False)
    counts, refused, _ = run(importer, source)
    assert counts == planned == {"has left": 2, "suppressed": 1, "new": 1}
    assert [(line, what) for line, what, _ in refused] == [("2", "has left"), ("3", "has left"), ("4", "suppressed")]
    states = {address: state for address, (state, _) in everyone(db).items()}
    assert states == {
        "left@readers.example": "left",
        "again@readers.example": "pending",
        "new@readers.example": "confirmed",
    }


def test_who_bounced_elsewhere_is_suppressed_here(db, importer, source):
    write(
        source, "u,bo@readers.example,,{},blocklisted,2020-01-01", header="uuid,email,name,attributes,status,created_at"
    )
    counts, _, _ = run(importer, source)
    assert counts == {"suppressed now": 1}
    with db.reading() as session:
        assert suppressed(session, ["bo@readers.example"], [KEY])


def test_readers_who_are_here_gain_regions_after_their_own(db, importer, source, regions):
    with db.writing() as session:
        make_subscriber(session, regions[2], address="ana@readers.example")
        make_subscriber(session, regions[0], address="bo@readers.example", state=SubscriberState.PENDING)
    write(source, "ana@readers.example,,active,", "bo@readers.example,,active,")
    counts, _, _ = run(importer, source)
    assert counts == {"known": 1, "confirmed": 1}
    assert everyone(db) == {
        "ana@readers.example": ("confirmed", ["FR", "MX"]),
        "bo@readers.example": ("confirmed", ["MX"]),
    }
    with db.reading() as session:
        assert all(s.confirmed_at for s in session.scalars(select(Subscription)))


def test_a_kill_at_any_piece_costs_and_doubles_nothing(db, importer, source, monkeypatch):
    write(source, *(f"r{n}@readers.example,,active," if n % 3 else f"bad {n},,active," for n in range(40)))
    monkeypatch.setattr(importing, "_PER_READ", 7)
    monkeypatch.setattr(importing, "_PER_MERGE", 5)
    report = source.path.with_suffix(".refused.csv")

    class KilledError(BaseException):
        pass

    def killed_after(pieces):
        left = iter(range(pieces))

        def progress(_):
            if next(left, None) is None:
                raise KilledError

        return progress

    for pieces in (0, 2, 1):
        with pytest.raises(KilledError):
            importer.read(source, importer.look(source), report, killed_after(pieces))
        with report.open("a") as file:
            file.write('3,refused,"half a l')  # what a kill leaves of a row
    found = importer.look(source)
    started = importer.read(source, found, report)
    for pieces in (0, 3):
        with pytest.raises(KilledError):
            importer.merge(started, report, killed_after(pieces))
    counts, refused, _ = run(importer, source)
    assert counts == {"new": 26}
    assert len(refused) == len({line for line, _, _ in refused}) == 14
    assert len(everyone(db)) == 26


def test_the_same_file_again_changes_nothing(db, importer, source):
    write(source, "ana@readers.example,,active,", "bo@readers.example,,inactive,")
    run(importer, source)
    before = everyone(db)
    counts, _, _ = run(importer, source)
    assert counts == {"known": 2}
    assert everyone(db) == before
    assert count(db, ImportRun) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_in_any_usual_encoding_do_no_harm(db, importer, source, encoding):
    lines = [f"r{n}@readers.example,Peña Núñez Muñoz – señor Ibáñez,active,free" for n in range(20)]
    write(source, *lines, encoding=encoding)
    counts, refused, _ = run(importer, source)
    assert (counts, refused) == ({"new": 20}, [])


def test_a_line_in_another_encoding_costs_itself_alone(db, importer, source):
    good, bad = b"ana@readers.example,Pe\xc3\xb1a,active,\n", b"jos\xe9@readers.example,,active,\n"
    source.path.write_bytes(HEADER.encode() + b"\n" + good * 9000 + bad + good.replace(b"ana", b"bo"))
    _, refused, _ = run(importer, source)
    assert len(refused) == 1
    assert "--encoding" in refused[0][2]
    assert set(everyone(db)) == {"ana@readers.example", "bo@readers.example"}


def test_semicolons_and_two_hundred_columns_are_read(db, importer, source):
    more = ";".join(f"column {n}" for n in range(200))
    write(source, "ana@readers.example;" + ";" * 199, header=f"email;{more}")
    assert run(importer, source)[0] == {"new": 1}
    write(source, header=",".join(["email"] * 1001))
    with pytest.raises(InvalidInputError, match="1000 columns"):
        importer.look(source)


def test_what_is_no_list_is_refused_whole(importer, source, tmp_path):
    for content, reason in (
        (b"\x89PNG\r\n\0\0\0\rIHDR" + bytes(500), "binary"),
        (b"", "no line with the names"),
        (b"PK\x03\x04 broken", "damaged"),
    ):
        source.path.write_bytes(content)
        with pytest.raises(InvalidInputError, match=reason):
            importer.look(source)
    with pytest.raises(InvalidInputError, match="no file"):
        importer.look(replace(source, path=tmp_path / "nothing.csv"))


def test_a_file_beyond_the_limit_is_not_read(importer, source):
    with source.path.open("wb") as file:
        file.truncate(10_000_001)  # sparse: it takes no room
    with pytest.raises(InvalidInputError, match="larger than 10 MB"):
        importer.look(source)


def test_an_unclosed_quote_swallows_no_more_than_a_cell_may_hold(db, importer, source):
    lines = [f"r{n}@readers.example,,active,free" for n in range(9000)]
    write(source, 'x@readers.example,"never closed,active,', *lines)
    _, refused, _ = run(importer, source)
    assert refused[0][2].startswith("The line cannot be read")
    assert len(everyone(db)) > 4000


def test_a_spreadsheet_is_read(db, importer, source):
    book = openpyxl.Workbook()
    book.active.append(["Email", "Status", "Subscription Tier", "Created At"])
    book.active.append(["ana@readers.example", "active", None, NOW.replace(tzinfo=None)])
    book.save(source.path)
    assert run(importer, source)[0] == {"new": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which is not asked
@pytest.mark.parametrize(
    ("part", "size", "most_bytes"),
    [
        ("xl/worksheets/sheet1.xml", 10_500_000, 10_000_000),  # than any list may be
        ("xl/worksheets/sheet1.xml", 30_000_000, 10**9),  # than a zip that holds text
        ("xl/sharedStrings.xml", 2000, 10**9),  # than is held in memory
    ],
    ids=["a list", "its zip", "memory"],
)
def test_a_spreadsheet_that_unfolds_beyond_measure_is_not_unfolded(
    importer, source, monkeypatch, part, size, most_bytes
):
    monkeypatch.setattr(reading, "_XLSX_SHARED", 1000)
    with zipfile.ZipFile(source.path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(part, bytes(size))
    with pytest.raises(InvalidInputError, match="unfolds to"):
        replace(importer, most_bytes=most_bytes).look(source)


def spreadsheet_parts(path, packing=zipfile.ZIP_DEFLATED):
    """Write a spreadsheet packed in that way. Returns what its zip says of each part."""
    made = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["email"])
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", packing) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        return new.infolist()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which is not asked
@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_spreadsheet_that_is_damaged_is_refused_however_it_is_packed(importer, source, packing):
    first = spreadsheet_parts(source.path, packing)[0]
    importer.look(source)  # it is one that can be read
    whole = bytearray(source.path.read_bytes())
    data = first.header_offset + 30 + len(first.filename)  # APPNOTE.TXT of PKWARE, section 4.3.7
    whole[data + 9 : data + 49] = b"\xff" * 40  # behind the nine bytes by which LZMA says how it packs
    source.path.write_bytes(whole)
    with pytest.raises(InvalidInputError, match="damaged"):
        importer.look(source)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which is not asked
def test_a_spreadsheet_whose_parts_are_said_to_begin_before_it_is_refused(importer, source):
    spreadsheet_parts(source.path)
    whole = bytearray(source.path.read_bytes())
    whole[-6:-2] = (2**31).to_bytes(4, "little")  # where its directory begins: APPNOTE.TXT, section 4.3.16
    source.path.write_bytes(whole)
    with pytest.raises(InvalidInputError, match="damaged"):
        importer.look(source)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which is not asked
def test_an_encrypted_spreadsheet_is_told_as_one(importer, source):
    spreadsheet_parts(source.path)
    whole = source.path.read_bytes()
    flags = whole.index(b"PK\x01\x02") + 8  # of the first part in the directory: APPNOTE.TXT, section 4.3.12
    source.path.write_bytes(whole[:flags] + b"\x01" + whole[flags + 1 :])
    with pytest.raises(InvalidInputError, match="encrypted"):
        importer.look(source)


def exported(db):
    out = io.StringIO(newline="")
    with db.reading() as session:
        write_subscribers(out, listed(session))
    return out.getvalue()


FORMULAS = (
    "+sum@readers.example",
    "-1@readers.example",
    "'=x@readers.example",
    "=1+1@readers.example",
    "ñ@readers.example",
)
instants = st.integers(0, 500_000).map(lambda minutes: NOW - timedelta(minutes=minutes))
readers = st.fixed_dictionaries(
    {
        "state": st.sampled_from(list(SubscriberState)),
        "regions": st.permutations(["MX", "ES", "FR"]).flatmap(
            lambda codes: st.integers(1, 3).map(lambda n: codes[:n])
        ),
        "waits": st.sets(st.integers(0, 2)),
        "language": st.sampled_from(["en", "es", "ar"]),
        "time_zone": st.sampled_from(["UTC", "Europe/Madrid"]),
        "hour": st.none() | st.integers(0, 23),
        "quiet_days": st.sampled_from(["", "6", "456"]),
        "paused_until": st.none() | instants,
        "asked_at": instants,
        "left_at": st.none() | instants,
    }
)


@settings(
    max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(readers, min_size=1, max_size=len(FORMULAS)))
def test_import_of_our_own_export_is_an_identity(db, importer, source, regions, drawn):
    by_code = {region.code: region for region in regions}
    with db.writing() as session:
        session.execute(delete(Subscriber))
        for address, reader in zip(FORMULAS, drawn, strict=False):
            codes, waits, state = reader.pop("regions"), reader.pop("waits"), reader.pop("state")
            made = make_subscriber(session, *(by_code[c] for c in codes), address=address, state=state, **reader)
            made.confirmed_at = None if state is SubscriberState.PENDING else NOW
            if state is SubscriberState.LEFT:
                made.left_at = NOW
            elif state is not SubscriberState.PENDING:  # who asks anew keeps the day on which they left
                made.left_at = None
            for position, subscription in enumerate(made.subscriptions):
                waiting = state is SubscriberState.PENDING or position in waits
                subscription.confirmed_at = None if waiting else NOW
    before = exported(db)
    ours = replace(source, consent="", options=Options())
    source.path.write_text(before, encoding="utf-8", newline="")
    _, refused, _ = run(importer, ours)
    assert exported(db) == before  # into the same
    assert not refused
    with db.writing() as session:
        session.execute(delete(Subscriber))
    run(importer, ours)
    assert exported(db) == before  # into an empty one


def test_no_cell_of_an_export_is_a_formula(db, regions):
    with db.writing() as session:
        for address in FORMULAS:
            make_subscriber(session, regions[0], address=address)
    rows = list(csv.reader(io.StringIO(exported(db))))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_suppressions_are_exported_as_hashes(db, clock):
    with db.writing() as session:
        suppress(session, "never@readers.example", '=HYPERLINK("x")', [KEY], clock.now())
    out = io.StringIO()
    with db.reading() as session:
        assert write_suppressions(out, session) == 1
    assert "never@" not in out.getvalue()
    assert ",=HYPERLINK" not in out.getvalue()


def test_one_who_confirms_and_leaves_while_their_line_waits_is_not_brought_back(db, importer, source, regions, clock):
    write(source, "ana@readers.example,,active,")
    report = source.path.with_suffix(".refused.csv")
    staged = importer.read(source, importer.look(source), report)
    with db.writing() as session:
        ana = make_subscriber(session, regions[0], address="ana@readers.example", state=SubscriberState.PENDING)
        confirm(session, ana, clock.now())
        leave(session, ana, Way.PAGE, clock.now())
    assert importer.merge(staged, report) == {"has left": 1}
    assert everyone(db)["ana@readers.example"][0] == "left"
