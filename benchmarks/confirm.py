"""How long somebody who joins waits for the confirmation while a round goes out.

    make bench-confirm                                   # Postgres, 100,000 letters, one worker for everything
    make bench-confirm RECIPIENTS=20000 JOINERS=100

People ask by the API (the page's own code, without the step that many wishes from one place are asked for) while
letters leave. Each waits from their request until the relay has accepted their mail, by the rows. It prints JSON:

    confirm_seconds     median, p95 and the longest; p95 is to be 2 or less
    letters_a_second    that left meanwhile
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import column, func, select
from sqlalchemy import table as sql_table

from benchmarks.send import _LETTERS, Bench, _accepted, _end, _say, _stop, _until, _wait_for_workers, prepare
from benchmarks.servers import database, sink
from benchmarks.world import make_round
from newsletter.bootstrap import Service
from newsletter.cli.running import worker_command
from newsletter.redis_server import RedisServer
from newsletter.sending.models import Notice, NoticeKind, NoticeState
from newsletter.web.app import create_app
from newsletter.web.ringing import Bell

_KEY = "bench-api-key-" * 3


def main() -> None:
    arguments = _arguments()
    os.environ["NEWSLETTER_API_KEYS"] = _KEY
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-confirm-")))
        url = stack.enter_context(database(arguments.database))
        port, sink_pid, sink_name = stack.enter_context(sink())
        redis = RedisServer(folder)
        redis.start()
        stack.callback(redis.stop)
        bench = Bench(arguments, url, redis, port, sink_pid, folder)
        prepare(bench)
        service = stack.enter_context(bench.service(arguments.connections))
        worker = subprocess.Popen(worker_command(), env=bench.environment(arguments.connections), stdout=sys.stderr)
        stack.callback(_end, worker)
        stack.callback(worker.terminate)
        _count_on(service)
        _wait_for_workers(service, 1)
        print(json.dumps({"sink": sink_name} | measure(service, arguments), indent=2))


def _count_on(service: Service) -> None:
    """The world's readers were given their numbers; whoever joins gets the next ones."""
    if not service.db.is_sqlite:
        with service.db.writing() as session:
            for table in ("subscriber", "region"):
                sequence = func.pg_get_serial_sequence(table, "id")
                session.execute(
                    select(
                        func.setval(
                            sequence, select(func.max(column("id"))).select_from(sql_table(table)).scalar_subquery()
                        )
                    )
                )


def measure(service: Service, arguments: Any) -> dict[str, Any]:
    round_id = make_round(service)
    service.freezer.freeze_round(round_id, datetime.now(UTC))
    bell = Bell(service.redis_url)
    for _ in range(arguments.connections):
        bell.ring(_LETTERS)
    _until(lambda: _accepted(service, round_id) > 0)
    letters, started_at = _accepted(service, round_id), time.perf_counter()
    asked = asyncio.run(join(service, arguments.joiners, arguments.every))
    _until(lambda: _confirmed(service) >= arguments.joiners, seconds=120)
    rate = (_accepted(service, round_id) - letters) / (time.perf_counter() - started_at)
    _stop(service, round_id)
    waits = sorted(_waits(service, asked))
    return {
        "recipients": arguments.recipients,
        "joiners": arguments.joiners,
        "letters_a_second": round(rate),
        "confirm_seconds": {
            "median": round(statistics.median(waits), 2),
            "p95": round(waits[int(len(waits) * 0.95) - 1], 2),
            "longest": round(waits[-1], 2),
        },
    }


async def join(service: Service, joiners: int, every: float) -> dict[str, datetime]:
    """Ask, one after the other; when each did."""
    asked: dict[str, datetime] = {}
    transport = httpx.ASGITransport(create_app(service))
    headers = {"Authorization": f"Bearer {_KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        for number in range(joiners):
            address = f"joins{number}@readers.example"
            asked[address] = datetime.now(UTC)
            answer = await client.post("/api/v1/subscribers", json={"address": address, "regions": ["MX"]})
            answer.raise_for_status()
            await asyncio.sleep(every)
    return asked


def _confirmed(service: Service) -> int:
    mailed = (Notice.kind == NoticeKind.CONFIRM, Notice.state == NoticeState.ACCEPTED)
    with service.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Notice).where(*mailed)) or 0


def _waits(service: Service, asked: dict[str, datetime]) -> list[float]:
    with service.db.reading() as session:
        ended = session.execute(select(Notice.address, Notice.ended_at).where(Notice.kind == NoticeKind.CONFIRM)).all()
    return [(at - asked[address]).total_seconds() for address, at in ended if at is not None and address in asked]


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipients", type=int, default=int(os.environ.get("RECIPIENTS") or 100_000))
    parser.add_argument("--joiners", type=int, default=int(os.environ.get("JOINERS") or 200))
    parser.add_argument("--every", type=float, default=0.1, help="Seconds from one to the next.")
    parser.add_argument("--connections", type=int, default=int(os.environ.get("CONNECTIONS") or 10))
    parser.add_argument("--database", default=os.environ.get("DATABASE") or "postgres")
    return parser.parse_args()


if __name__ == "__main__":
    _say("bench-confirm")
    main()
