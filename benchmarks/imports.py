"""How long a list of readers takes, beside a bare COPY of the same file into a table without an index.

    make bench-import                          # a million lines on Postgres
    make bench-import LINES=200000 RUNS=3
    make bench-import DATABASE=sqlite LINES=200000     # without the comparison

The list is as a service exports it: addresses, names, a status, dates; one line in a hundred is unfit. It prints JSON:

    copy_seconds        COPY of the file's bytes into a table of text columns
    read_seconds        our reading: encoding, CSV, addresses, regions, dates, and COPY beside the tables
    plan_seconds        saying what would happen, by line
    merge_seconds       merging: subscribers, subscriptions, consents, each with its keys and indexes
    tables_seconds      COPY of the rows that came of it, ready made, into the same three tables with their keys:
                        the least that a database can do
    import_over_copy    reading and merging, over the first copy; to be 5 or less
    import_over_tables  the same, over the second
    megabytes           the process at its largest, and by how much it grew while it worked
"""

import argparse
import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks.servers import database
from newsletter.clock import SystemClock
from newsletter.db import Database
from newsletter.migrations.schema import upgrade
from newsletter.regions.models import Region, Schedule
from newsletter.subscribers.lists.importing import Importer, Source
from newsletter.subscribers.lists.judging import Options

_COLUMNS = ("Email", "Name", "Status", "Created At", "Subscription Tier", "UTM Source")
_FILLED = ("subscriber", "subscription", "consent")
_EMPTIED = ("consent", "subscription", "subscriber", "import_choice", "import_line", "import_run")


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-import-") as folder, database(arguments.database) as url:
        path = Path(folder) / "list.csv"
        write_list(path, arguments.lines)
        db = Database(url)
        upgrade(db)
        with db.writing() as session:
            schedule = Schedule(id=1, name="weekly")
            session.add(Region(id=1, code="MX", schedule=schedule, language="es", time_zone="America/Mexico_City"))
        runs = [measure(db, url, path) for _ in range(arguments.runs)]
        db.close()
    medians = {name: round(median(run[name] for run in runs), 2) for name in runs[0]}
    print(json.dumps({"lines": arguments.lines, "runs": arguments.runs} | medians, indent=2))


def measure(db: Database, url: str, path: Path) -> dict[str, float]:
    _empty(db)
    source = Source(path, Options(regions=("MX",)), "Form of 2019")
    importer = Importer(db, SystemClock(), ["bench-key-" * 4], most_bytes=10_000_000_000)
    report = path.with_suffix(".refused.csv")
    found = importer.look(source)
    before = _megabytes()
    timed = {} if db.is_sqlite else {"copy_seconds": _seconds(lambda: bare_copy(url, path))}
    timed["read_seconds"] = _seconds(lambda: importer.read(source, found, report))
    run = importer.read(source, found, report)  # all of it was read: this only finds the run
    timed["plan_seconds"] = _seconds(lambda: importer.plan(run, lambda *_line: None))
    timed["merge_seconds"] = _seconds(lambda: importer.merge(run, report))
    if "copy_seconds" in timed:
        timed["tables_seconds"] = copy_into_tables(url, path.parent)
        for copy in ("copy", "tables"):
            timed[f"import_over_{copy}"] = (timed["read_seconds"] + timed["merge_seconds"]) / timed[f"{copy}_seconds"]
    return timed | {"megabytes": _megabytes(), "megabytes_grown": _megabytes() - before}


def write_list(path: Path, lines: int) -> None:
    """The same one each time."""
    dice = random.Random(7)  # noqa: S311 - a sample, no secret
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_COLUMNS)
        for number in range(lines):
            address = f"reader{number}@readers{number % 97}.example" if number % 100 else f"no address {number}"
            day = f"20{dice.randint(15, 25)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)} 08:15:00"
            rows.writerow((address, f"María Núñez {number}", "active", day, "free", "site"))


def bare_copy(url: str, path: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (a text, b text, c text, d text, e text, f text)")
        with path.open("rb") as file, cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy:
            while piece := file.read(262_144):
                copy.write(piece)


def copy_into_tables(url: str, folder: Path) -> float:
    """How long what was imported takes to come back into its emptied tables, from files."""
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for table in _FILLED:
            with (folder / table).open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as rows:
                for piece in rows:
                    file.write(piece)
        cursor.execute(f"TRUNCATE {', '.join(_FILLED)} CASCADE")
        return _seconds(lambda: [_copy_in(cursor, table, folder / table) for table in _FILLED])


def _copy_in(cursor: psycopg.Cursor[Any], table: str, path: Path) -> None:
    with path.open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        while piece := file.read(262_144):
            copy.write(piece)


def _empty(db: Database) -> None:
    with db.writing() as session:
        for table in _EMPTIED:
            statement = f"DELETE FROM {table}" if db.is_sqlite else f"TRUNCATE {table} CASCADE"  # noqa: S608 - ours
            session.execute(text(statement))


def _seconds(work: Callable[[], Any]) -> float:
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=int(os.environ.get("LINES") or 1_000_000))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 1))
    parser.add_argument("--database", default=os.environ.get("DATABASE") or "postgres")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
