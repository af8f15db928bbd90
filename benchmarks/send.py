"""How fast letters leave: our whole path beside Postfix's load generator and smtplib, against one and the same sink.

    make bench-send                                              # Postgres, two workers, ten connections
    make bench-send WORKERS=1 CONNECTIONS=4 DATABASE=sqlite
    make bench-latency                                           # the same through a proxy that adds 20 ms each way

It installs nothing: Postfix's smtp-sink and smtp-source are used where they are (Debian's package postfix), and it says
so where they are not. Every run sends the same 30 KB. Runs alternate; the figures are medians. It prints JSON:

    ours_per_second            rows in the database, marks in Redis, Celery workers: the service as it runs
    smtp_source_per_second     smtp-source -d -s CONNECTIONS
    smtplib_per_second         one connection, the standard library
    ours_over_smtp_source      to be 1.0 or more with two workers, 0.7 on SQLite with one
    ours_over_smtplib          both on one connection; to be 2 or more
    ours_over_round_trips      with --delay: of what the connections allow at one round trip a letter; to be 0.9
    first_message_seconds      from the tick at which a wave is due to the first letter that is kept as accepted, by
                               workers that have sent others before
    cpu_microseconds           of each kind of process, a letter
    worker_megabytes           of the largest worker
"""

import argparse
import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from sqlalchemy import func, select

from benchmarks.servers import Processor, database, delay, find_tool, postmaster, sink
from benchmarks.world import WARM_READERS, WARM_ZONE, make_round, make_world, one_letter
from newsletter.bootstrap import Service, bootstrap
from newsletter.cli.running import worker_command
from newsletter.db import Database
from newsletter.migrations.schema import upgrade
from newsletter.redis_server import RedisServer
from newsletter.sending.freezing import Freezer
from newsletter.sending.models import LetterState, Round, RoundState, WayTally
from newsletter.sending.states import move
from newsletter.web.ringing import Bell
from newsletter.work import last_tick

_LETTERS = ("workers.tasks.send_letters", "letters")
_TICK = ("workers.tasks.tick", "default")


@dataclass(frozen=True)
class Bench:
    """Where everything is."""

    arguments: Any
    database_url: str
    redis: RedisServer
    relay_port: int
    sink_pid: int
    folder: Path

    def environment(self, connections: int) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "NEWSLETTER_DATA_DIR": str(self.folder),
            "NEWSLETTER_SECRET_KEYS": "bench-key-" * 4,
            "NEWSLETTER_RELAY_URL": f"smtp://127.0.0.1:{self.relay_port}",
            "NEWSLETTER_RELAY_CONNECTIONS": str(connections),
            "NEWSLETTER_LOG_LEVEL": "WARNING",
        }

    @contextmanager
    def service(self, connections: int) -> Iterator[Service]:
        os.environ.update(self.environment(connections))
        service = bootstrap()
        try:
            yield service
        finally:
            service.redis.close()
            service.db.close()

    @contextmanager
    def workers(self, count: int, connections: int) -> Iterator[Sequence[psutil.Process]]:
        """Celery workers that are ready, `connections` threads for letters between them."""
        share = -(-connections // count)
        queues = [["letters"]] * (count - 1) + [["letters", "default"]]
        started = [
            subprocess.Popen(
                worker_command(queues=names, threads=share + len(names) - 1),
                env=self.environment(connections),
                stdout=sys.stderr,  # ours is for the result
            )
            for names in queues
        ]
        try:
            yield [psutil.Process(process.pid) for process in started]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                _end(process)


def main() -> None:
    arguments = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-send-")))
        url = stack.enter_context(database(arguments.database))
        port, sink_pid, sink_name = stack.enter_context(sink())
        relay_port = stack.enter_context(delay(port, arguments.delay)) if arguments.delay else port
        redis = RedisServer(folder)
        redis.start()
        stack.callback(redis.stop)
        _say(f"against {sink_name}")
        bench = Bench(arguments, url, redis, relay_port, sink_pid, folder)
        print(json.dumps({"sink": sink_name} | measure(bench), indent=2))


def measure(bench: Bench) -> dict[str, Any]:
    arguments = bench.arguments
    message = prepare(bench)
    ours, single, source, plain = [], [], [], []
    for run in range(1, arguments.runs + 1):
        source.append(smtp_source(bench, len(message)))
        ours.append(ours_run(bench, arguments.workers, arguments.connections))
        plain.append(smtplib_run(bench, message))
        fewer = arguments.recipients // (20 if arguments.delay else 3)  # seconds, beside which the start is little
        single.append(ours_run(bench, 1, 1, letters=max(500, fewer)))
        _say(
            f"run {run}: ours {ours[-1]['rate']:.0f}, smtp-source {source[-1] or 0:.0f}, on one connection ours "
            f"{single[-1]['rate']:.0f}, smtplib {plain[-1]:.0f} a second"
        )
    rate, rate_single = (median(run["rate"] for run in runs) for runs in (ours, single))
    rate_source = median(found for found in source if found) if all(source) else None
    return {
        "database": "sqlite" if bench.database_url.startswith("sqlite") else "postgresql",
        "recipients": arguments.recipients,
        "workers": arguments.workers,
        "connections": arguments.connections,
        "delay_seconds_each_way": arguments.delay,
        "letter_bytes": len(message),
        "runs": arguments.runs,
        "ours_per_second": round(rate),
        "smtp_source_per_second": round(rate_source) if rate_source else None,
        "smtplib_per_second": round(median(plain)),
        "ours_one_connection_per_second": round(rate_single),
        "ours_over_smtp_source": round(rate / rate_source, 2) if rate_source else None,
        "ours_over_smtplib": round(rate_single / median(plain), 2),
        "ours_over_round_trips": _share_of_round_trips(bench, rate) if arguments.delay else None,
        "first_message_seconds": first_message(bench),
        "cpu_microseconds": {name: round(median(run["cpu"][name] for run in ours)) for name in ours[0]["cpu"]},
        "worker_megabytes": round(max(run["memory"] for run in ours)),
    }


def _share_of_round_trips(bench: Bench, rate: float) -> float:
    """By what a round trip takes that carries nothing: the proxy's clock adds a millisecond to each."""
    trips = []
    with smtplib.SMTP("127.0.0.1", bench.relay_port) as client:
        for _ in range(50):
            started_at = time.perf_counter()
            client.noop()
            trips.append(time.perf_counter() - started_at)
    return round(rate * median(trips) / bench.arguments.connections, 2)


def ours_run(bench: Bench, workers: int, connections: int, *, letters: int | None = None) -> dict[str, Any]:
    """Freeze first, then ring, and take the time until the last letter has its end in the rows, or so many have.

    The workers have sent a few letters before, as those of a service have that runs for weeks.
    """
    letters = min(letters or bench.arguments.recipients, bench.arguments.recipients)
    with bench.service(connections) as service, bench.workers(workers, connections) as processes:
        _wait_for_workers(service, workers)
        _warm_up(service, connections)
        round_id = make_round(service)
        with Processor(service.db).counting() as freezing:
            frozen = service.freezer.freeze_round(round_id, datetime.now(UTC))
        bell = Bell(service.redis_url)
        before = _cpu(bench, processes)
        started_at = time.perf_counter()
        for _ in range(connections):
            bell.ring(_LETTERS)
        _until(lambda: _accepted(service, round_id) >= letters)
        seconds = time.perf_counter() - started_at
        spent = {name: after - before[name] for name, after in _cpu(bench, processes).items()}
        memory = max(process.memory_info().rss for process in processes)
        _stop(service, round_id)
    cpu = {name: value / letters * 1e6 for name, value in spent.items()}
    return {"rate": letters / seconds, "cpu": cpu, "memory": memory / 2**20, "freeze": freezing() / frozen * 1e6}


def _warm_up(service: Service, connections: int) -> None:
    """Have a small round sent, in batches of which each connection finds one."""
    round_id = make_round(service, WARM_ZONE)
    Freezer(service.db, max(1, WARM_READERS // connections)).freeze_round(round_id, datetime.now(UTC))
    bell = Bell(service.redis_url)
    for _ in range(connections):
        bell.ring(_LETTERS)
    _until(lambda: _accepted(service, round_id) >= WARM_READERS)


def _stop(service: Service, round_id: int) -> None:
    """What is left of a round is not for the next run."""
    with service.db.writing() as session:
        round = session.get_one(Round, round_id)
        if round.state is RoundState.SENDING:
            move(round, RoundState.PAUSED)


def first_message(bench: Bench) -> float:
    """Seconds from the tick that finds everyone's wave due to the first letter that is kept as accepted.

    The workers have sent a few letters of another round before.
    """
    arguments = bench.arguments
    with bench.service(arguments.connections) as service, bench.workers(arguments.workers, arguments.connections):
        _wait_for_workers(service, arguments.workers)
        _warm_up(service, arguments.connections)
        round_id = make_round(service)
        started_at = time.perf_counter()
        Bell(service.redis_url).ring(_TICK)
        _until(lambda: _accepted(service, round_id) > 0)
        seconds = time.perf_counter() - started_at
        _stop(service, round_id)
        return round(seconds, 2)


def smtp_source(bench: Bench, length: int) -> float | None:
    """Messages a second of Postfix's load generator, or None where it is not installed."""
    tool = find_tool("smtp-source")
    if tool is None:
        _say("smtp-source was not found; Debian's package postfix has it")
        return None
    count = bench.arguments.recipients // (5 if bench.arguments.delay else 1)  # it takes four round trips for each
    command = [tool, "-d", "-s", str(bench.arguments.connections), "-m", str(count), "-l", str(length)]
    started_at = time.perf_counter()
    subprocess.run([*command, "-f", "a@b.example", "-t", "c@d.example", f"127.0.0.1:{bench.relay_port}"], check=True)
    return count / (time.perf_counter() - started_at)


def smtplib_run(bench: Bench, message: bytes) -> float:
    """Messages a second of the standard library; fewer of them, for it takes longer, and over a long way far longer."""
    count = max(100, bench.arguments.recipients // (100 if bench.arguments.delay else 10))
    with smtplib.SMTP("127.0.0.1", bench.relay_port) as client:
        started_at = time.perf_counter()
        for _ in range(count):
            client.sendmail("weekly@newsletter.example", ["reader@readers.example"], message)
        return count / (time.perf_counter() - started_at)


def prepare(bench: Bench) -> bytes:
    db = Database(bench.database_url)
    upgrade(db)
    make_world(db, bench.arguments.recipients, getattr(bench.arguments, "editions", 1))
    db.close()
    with bench.service(1) as service:
        return one_letter(service)


def _cpu(bench: Bench, workers: Sequence[psutil.Process]) -> dict[str, float]:
    """Seconds of processor time so far, by kind of process."""
    spent = {
        "workers": sum(map(_seconds_of, workers)),
        "redis": _seconds_of(psutil.Process(bench.redis.pid)),
        "sink": _seconds_of(psutil.Process(bench.sink_pid)),
    }
    if not bench.database_url.startswith("sqlite"):
        server = postmaster(bench.database_url)
        spent["postgres"] = sum(map(_seconds_of, [server, *server.children()]))
    return spent


def _seconds_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _wait_for_workers(service: Service, workers: int) -> None:
    """Each holds a blocking read on its queue, and the tick that a worker rings when it starts is through."""
    began_at = datetime.now(UTC)

    def is_ready() -> bool:
        clients = service.redis.client_list()
        ticked_at = last_tick(service)
        is_through = ticked_at is not None and ticked_at >= began_at
        return is_through and sum(client["cmd"].lower() == "brpop" for client in clients) >= workers

    _until(is_ready)


def _accepted(service: Service, round_id: int) -> int:
    """By the sums of the ways, which are few: to count a million rows would slow down what is measured."""
    query = select(func.sum(WayTally.letters))
    query = query.where(WayTally.round_id == round_id, WayTally.state == LetterState.ACCEPTED)
    with service.db.reading() as session:
        return int(session.scalar(query) or 0)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until(condition: Callable[[], bool], *, seconds: float = 600) -> None:
    """Other processes are at work; this one only looks now and then, and more seldom where a look costs them much."""
    deadline = time.monotonic() + seconds
    began_at = time.monotonic()
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"Not done after {seconds} seconds.")
        time.sleep(max(0.05, 20 * (time.monotonic() - began_at)))  # nothing wakes it: others write the rows
        began_at = time.monotonic()


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipients", type=int, default=int(os.environ.get("RECIPIENTS") or 20_000))
    parser.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS") or 2))
    parser.add_argument("--connections", type=int, default=int(os.environ.get("CONNECTIONS") or 10))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 3))
    parser.add_argument("--database", default=os.environ.get("DATABASE") or "postgres")
    parser.add_argument("--delay", type=float, default=0.0, help="Seconds each way to the relay.")
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
