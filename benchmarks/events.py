"""What joining a week's stories into events takes: 5,000 of them against 50,000, and one more that comes in.

    make bench-events
    make bench-events STORIES=10000 RUNS=1      # the larger week; the smaller one is a tenth of it

The stories are invented (`benchmarks/week.py`), in English, of seven days. Each week is joined in a process of its own,
so that its memory is its own. Seconds are of processor time, which other work on the machine hardly changes. It prints
JSON:

    joining     by week: seconds to read the stories' terms and to join them, the process at its largest (megabytes),
                the groups that came of it, and their BCubed F (of an easy task: it shows that something was joined)
    ratio       of the seconds, the larger week over the smaller; to be 12 or less
    one_story   milliseconds until one new story is in its event with the larger week on SQLite, commit and all, as a
                worker that remembers the week does it: median and worst, and the same by the clock; to be below 50.
                `compare_ms`: what the worker does next, in a transaction of its own: it finds on which facts the
                reports of that event differ now. `learning_seconds` are the gatherings before, in which the worker
                read and joined the whole week and compared the facts of all events
"""

import argparse
import json
import logging
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import structlog

from benchmarks.week import SOURCES, Report, week

NEWCOMERS = 40


def main() -> None:
    arguments = _arguments()
    sizes = (arguments.stories // 10, arguments.stories)
    runs = [[_apart(joined, size) for size in sizes] for _ in range(arguments.runs)]
    ratio = median(_seconds(large) / _seconds(small) for small, large in runs)
    result = {
        "stories": sizes,
        "runs": arguments.runs,
        "joining": [min((run[which] for run in runs), key=_seconds) for which in (0, 1)],
        "ratio": round(ratio, 1),
        "one_story": _apart(newcomers, arguments.stories),
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def joined(stories: int) -> dict[str, Any]:
    """All of a week at once, as the first gathering of a new service does it."""
    from newsletter.evaluation.grouping import bcubed
    from newsletter.events.joining import Document, join
    from newsletter.events.terms import terms_of

    reports = week(stories)
    before = time.process_time()
    documents = [
        Document(number, report.at, terms_of(report.title, report.summary, "en"))
        for number, report in enumerate(reports)
    ]
    read = time.process_time()
    groups = join(documents)
    done = time.process_time()
    group_of = {member.id: number for number, group in enumerate(groups) for member in group.members}
    found = [group_of[number] for number in range(stories)]
    return {
        "stories": stories,
        "terms_seconds": round(read - before, 2),
        "join_seconds": round(done - read, 2),
        "megabytes": _megabytes(),
        "groups": len(groups),
        "bcubed_f": bcubed([report.event for report in reports], found)["f"],
    }


def newcomers(stories: int) -> dict[str, Any]:
    """A week in a database, then its last stories one by one."""
    from newsletter.db import Database
    from newsletter.events.differing import MOST_AT_ONCE
    from newsletter.events.gathering import compare, gather, place
    from newsletter.events.remembering import Memory
    from newsletter.migrations.schema import upgrade

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    reports = week(stories + NEWCOMERS)
    last, memory = reports[-1].at, Memory()
    with tempfile.TemporaryDirectory(prefix="bench-events-") as folder:
        db = Database(f"sqlite:///{Path(folder) / 'week.db'}")
        upgrade(db)
        _store_sources(db)
        gathering, placing, comparing = (
            partial(_in_a_transaction, db, partial(step, now=last, memory=memory)) for step in (gather, place, compare)
        )
        _store(db, 1, reports[:stories])
        learning = sum(_timed(gathering)[0] for _ in range(2 + stories // MOST_AT_ONCE))
        taken, compared = [], []
        for number in range(stories, len(reports)):
            _store(db, number + 1, reports[number : number + 1])
            taken.append(_timed(placing))
            compared.append(_timed(comparing)[0])
        db.close()
    return {
        "learning_seconds": round(learning, 1),
        "median_ms": round(1000 * median(processor for processor, _ in taken), 1),
        "worst_ms": round(1000 * max(processor for processor, _ in taken), 1),
        "median_ms_by_the_clock": round(1000 * median(clock for _, clock in taken), 1),
        "worst_ms_by_the_clock": round(1000 * max(clock for _, clock in taken), 1),
        "compare_ms": {"median": round(1000 * median(compared), 1), "worst": round(1000 * max(compared), 1)},
        "newcomers": len(taken),
        "megabytes": _megabytes(),
    }


def _in_a_transaction(db: Any, gathering: Callable[[Any], object]) -> None:
    with db.writing() as session:
        gathering(session)


def _store_sources(db: Any) -> None:
    from newsletter.stories.models import Source

    with db.writing() as session:
        added_at = week(1)[0].at
        session.add_all(
            Source(id=number, name=f"Paper {number}", added_at=added_at) for number in range(1, SOURCES + 1)
        )


def _store(db: Any, first: int, reports: list[Report]) -> None:
    from sqlalchemy import insert

    from newsletter.stories.models import Story

    rows = [
        {
            "id": number,
            "source_id": report.source,
            "canonical_url": f"https://paper{report.source}.example/{number}",
            "url": f"https://paper{report.source}.example/{number}",
            "title": report.title,
            "summary": report.summary,
            "language": "en",
            "published_at": report.at,
            "seen_at": report.at,
            "dated_at": report.at,
            "content_hash": "",
        }
        for number, report in enumerate(reports, start=first)
    ]
    with db.writing() as session:
        session.execute(insert(Story), rows)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor time, and of the clock."""
    processor, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - processor, time.perf_counter() - clock


def _seconds(figures: dict[str, Any]) -> float:
    return float(figures["terms_seconds"] + figures["join_seconds"])


def _apart(measure: Callable[[int], dict[str, Any]], stories: int) -> dict[str, Any]:
    """In a process that does nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (stories,))


def _megabytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=int(os.environ.get("STORIES") or 50_000))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 1))
    return parser.parse_args()


if __name__ == "__main__":
    main()
