"""How long it takes to ask how a round goes, with ten million letters in its table.

    make bench-progress                          # 10,000,000 letters of 10,000 editions in a Postgres of its own
    make bench-progress LETTERS=1000000 EDITIONS=1

It installs nothing. Letters are written straight into their table, a million in a statement, in the states of a round
that is half through; the triggers count them, and the tick's own step folds the counts. Prints JSON, in milliseconds,
medians of many: what is to stay below 100, and what counting one by one takes.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.freeze import make_world
from benchmarks.servers import database
from newsletter.db import Base, Database
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table
from newsletter.sending.auditing import audit
from newsletter.sending.brakes import Limits
from newsletter.sending.models import Round, Tally
from newsletter.sending.overview import overview_of
from newsletter.sending.progress import progress_of
from newsletter.sending.tallying import fold

_TIMES = 20
_AT_ONCE = 1_000_000
_SENDING_SECONDS = 3600  # for so long the half that has ended has been leaving

_EDITIONS = """
    INSERT INTO edition (id, round_id, key, language)
    SELECT n, 1, 'es:' || n % 100 + 1 || ',' || 101 + n / 100 % 100 || ':' || n, 'es'
    FROM generate_series(1, :editions) n
"""
_ISSUES = """
    INSERT INTO edition_issue (edition_id, issue_id, position)
    SELECT n, n % 100 + 1, 1 FROM generate_series(1, :editions) n
    UNION ALL SELECT n, 101 + n / 100 % 100, 2 FROM generate_series(1, :editions) n
"""
_LETTERS = """
    INSERT INTO letter (round_id, subscriber_id, part, edition_id, state, attempts, ended_at, relay, domain, reply_code,
        reply_text)
    SELECT 1, n, 1, n % :editions + 1,
        CASE WHEN n > :half THEN 'queued' WHEN n % 50 = 0 THEN 'refused' WHEN n % 70 = 0 THEN 'skipped'
            WHEN n % 9999 = 0 THEN 'unknown' ELSE 'accepted' END,
        CASE WHEN n > :half THEN 0 ELSE 1 END,
        CASE WHEN n <= :half
            THEN CAST(:now AS timestamptz) - interval '1 second' * (:seconds * (1 - n / :half_float)) END,
        CASE WHEN n <= :half THEN 'relay' || n % 3 || '.example:587' END, n % 21,
        CASE WHEN n <= :half THEN 250 END, CASE WHEN n <= :half THEN '2.0.0 Ok: queued as ' || n END
    FROM generate_series(CAST(:first AS bigint), :last) n
"""


def main() -> None:
    arguments = _arguments()
    now = datetime.now(UTC)
    with database("postgres") as url:
        db = Database(url)
        Base.metadata.create_all(db.engine)
        make_world(db, 1000, 1)
        make_letters(db, arguments.letters, arguments.editions, now)
        print(json.dumps(measure(db, now) | {"letters": arguments.letters, "editions": arguments.editions}, indent=2))
        db.close()


def make_letters(db: Database, letters: int, editions: int, now: datetime) -> None:
    with db.writing() as session:
        session.execute(text(_EDITIONS), {"editions": editions})
        session.execute(text(_ISSUES), {"editions": editions})
        round = session.get_one(Round, 1)
        round.started_at = now - timedelta(seconds=_SENDING_SECONDS)
        round.domains = [f"mail{number}.example" for number in range(1, 21)]
        round.waves[0].letters = letters
    half = letters // 2
    of_all = {"editions": editions, "half": half, "half_float": float(half), "seconds": _SENDING_SECONDS, "now": now}
    for first in range(1, letters + 1, _AT_ONCE):
        with db.writing() as session:
            last = min(letters, first + _AT_ONCE - 1)
            session.execute(text(_LETTERS), of_all | {"first": first, "last": last})
        _say(f"{last:,} letters")
    before, rows = -1, 0
    while rows != before:
        with db.writing() as session:
            fold(session, 1)
            before, rows = rows, session.scalar(select(func.count(Tally.id))) or 0
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))  # as Postgres does by itself after a while


def measure(db: Database, now: datetime) -> dict[str, Any]:
    with db.reading() as session:
        round = session.get_one(Round, 1)
        return {
            "progress_milliseconds": _milliseconds(lambda: progress_of(session, round, now)),
            "progress_relays_and_domains_milliseconds": _milliseconds(
                lambda: overview_of(session, round, Limits(), now)
            ),
            "audit_milliseconds": _milliseconds(lambda: audit(session, round)),
            "audit_with_recount_milliseconds": _milliseconds(lambda: audit(session, round, recount=True), times=1),
            "letters_per_second": int(progress_of(session, round, now).rate_per_second),
        }


def _milliseconds(ask: Callable[[], object], times: int = _TIMES) -> float:
    taken = []
    for _ in range(times):
        started_at = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - started_at)
    return round(median(taken) * 1000, 1)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=int(os.environ.get("LETTERS") or 10_000_000))
    parser.add_argument("--editions", type=int, default=int(os.environ.get("EDITIONS") or 10_000))
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
