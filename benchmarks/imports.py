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
    ..._processor       all of these by processor time, ours and Postgres', which knows no foreign load
    megabytes           the process at its largest, and by how much it grew while it worked
"""

import argparse
import csv
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.servers import Processor, database
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
        meter = Meter(Processor(db))
        runs = [measure(db, meter, path) for _ in range(arguments.runs)]
        db.close()
    medians = {name: round(median(run[name] for run in runs), 2) for name in runs[0]}
    print(json.dumps({"lines": arguments.lines, "runs": arguments.runs} | medians, indent=2))


@dataclass(frozen=True)
class Meter:
    """Measures work by the clock and by processor time: ours and that of the Postgres that serves us."""

    processor: Processor

    def __call__(self, work: Callable[[], Any]) -> tuple[float, float]:
        clock, own = time.perf_counter(), time.process_time()
        with self.processor.counting() as spent:
            work()
        return time.perf_counter() - clock, time.process_time() - own + spent()


def measure(db: Database, meter: Meter, path: Path) -> dict[str, float]:
    _empty(db)
    source = Source(path, Options(regions=("MX",)), "Form of 2019")
    importer = Importer(db, SystemClock(), ["bench-key-" * 4], most_bytes=10_000_000_000)
    report = path.with_suffix(".refused.csv")
    found = importer.look(source)
    before = _megabytes()
    timed = {} if db.is_sqlite else {"copy": meter(lambda: bare_copy(db, path))}
    timed["read"] = meter(lambda: importer.read(source, found, report))
    run = importer.read(source, found, report)  # all of it was read: this only finds the run
    timed["plan"] = meter(lambda: importer.plan(run, lambda *_line: None))
    timed["merge"] = meter(lambda: importer.merge(run, report))
    megabytes = {"megabytes": _megabytes(), "megabytes_grown": _megabytes() - before}
    if not db.is_sqlite:
        write_tables(db, path.parent)
        timed["tables"] = meter(lambda: copy_into_tables(db, path.parent))
    return _named(timed) | megabytes


def _named(timed: dict[str, tuple[float, float]]) -> dict[str, float]:
    result = {f"{name}_seconds": clock for name, (clock, _) in timed.items()}
    result |= {f"{name}_processor": processor for name, (_, processor) in timed.items()}
    for copy in {"copy", "tables"} & set(timed):
        for unit, place in (("", 0), ("_processor", 1)):
            whole = timed["read"][place] + timed["merge"][place]
            result[f"import_over_{copy}{unit}"] = whole / timed[copy][place]
    return result


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


def bare_copy(db: Database, path: Path) -> None:
    with db.writing() as session:
        session.execute(text("DROP TABLE IF EXISTS bare"))
        session.execute(text("CREATE TABLE bare (a text, b text, c text, d text, e text, f text)"))
        _copy_in(session, "COPY bare FROM STDIN (FORMAT csv, HEADER)", path)


def write_tables(db: Database, folder: Path) -> None:
    """What was imported, into a file for each table, which is emptied."""
    with db.writing() as session:
        for table in _FILLED:
            with (folder / table).open("wb") as file, _cursor(session).copy(f"COPY {table} TO STDOUT") as rows:
                for piece in rows:
                    file.write(piece)
        session.execute(text(f"TRUNCATE {', '.join(_FILLED)} CASCADE"))


def copy_into_tables(db: Database, folder: Path) -> None:
    with db.writing() as session:
        for table in _FILLED:
            _copy_in(session, f"COPY {table} FROM STDIN", folder / table)


def _copy_in(session: Session, statement: str, path: Path) -> None:
    with path.open("rb") as file, _cursor(session).copy(statement) as copy:
        while piece := file.read(262_144):
            copy.write(piece)


def _cursor(session: Session) -> Any:
    connection = session.connection().connection.driver_connection
    assert connection is not None
    return connection.cursor()


def _empty(db: Database) -> None:
    with db.writing() as session:
        for table in _EMPTIED:
            statement = f"DELETE FROM {table}" if db.is_sqlite else f"TRUNCATE {table} CASCADE"  # noqa: S608 - ours
            session.execute(text(statement))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=int(os.environ.get("LINES") or 1_000_000))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 1))
    parser.add_argument("--database", default=os.environ.get("DATABASE") or "postgres")
    return parser.parse_args()


if __name__ == "__main__":
    main()
