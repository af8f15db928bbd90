"""A service of real processes, with a database and a Redis of its own, in which tests put things out of order.

Rows are made through the database, as an import would; everything else is done from outside: processes are started and
killed, the clock's file is set, the relay misbehaves.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from newsletter.bootstrap import Service
from newsletter.cli import rounds
from newsletter.cli.running import beat_command, worker_command
from newsletter.clock import FileClock
from newsletter.config import Settings, variable_name
from newsletter.db import Database
from newsletter.errors import NotFoundError
from newsletter.issues.models import IssueState
from newsletter.migrations.schema import upgrade
from newsletter.redis_server import RedisServer
from newsletter.regions.models import Region
from newsletter.sending.message_ids import MessageIds
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.rounds import find_round
from newsletter.sending.states import OPEN
from newsletter.sending.tallying import counts_of
from newsletter.subscribers.models import Subscriber
from newsletter.web.ringing import Bell
from newsletter.work import last_tick
from tests.e2e.faults.relay import FaultyRelay, Kept
from tests.support.rounds import MEXICO
from tests.support.waiting import eventually
from tests.support.workers import process
from tests.support.world import WEEK, make_issue, make_region, make_schedule, make_subscriber

KEY = "faults-key-" * 4
PATIENCE = 120.0  # seconds for whatever a quiet machine does in two
BATCH = 10
CONNECTIONS = 3
ZONE = "America/Mexico_City"
_TICK = ("workers.tasks.tick", "default")
_CODES = (
    "MX",
    "GT",
    "BZ",
    "HN",
    "SV",
    "NI",
    "CR",
    "PA",
    "CU",
    "DO",
    "HT",
    "JM",
    "TT",
    "CO",
    "VE",
    "EC",
    "PE",
    "BO",
    "CL",
    "AR",
)


@dataclass
class House:
    folder: Path
    service: Service
    redis: RedisServer
    relay: FaultyRelay
    variables: Mapping[str, str]
    clock: FileClock
    weeks: dict[str, str] = field(default_factory=dict)  # by schedule: that of its round
    _stack: ExitStack = field(default_factory=ExitStack)

    def start(self, name: str = "worker", **more: str) -> subprocess.Popen[bytes]:
        """A worker or beat; it ends with the house."""
        command = worker_command() if name == "worker" else beat_command()
        return self._stack.enter_context(process(command, {**self.variables, **more}, self.folder / f"{name}.log"))

    def end(self, started: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
        """By a signal; returns when it has ended."""
        if started.poll() is None:
            started.send_signal(number)
        started.wait(PATIENCE)

    def open_round(self, name: str, readers: int) -> None:
        """A region with an approved issue and readers whose hour has just come; the next tick finds them."""
        self.make_world(name, [ZONE] * readers)
        self.clock.set(MEXICO + timedelta(minutes=2))

    def make_world(
        self, name: str, zones: Sequence[str], *, week: str = WEEK, state: IssueState = IssueState.APPROVED, **of: Any
    ) -> Region:
        """A schedule of its own (`of` are its columns) with one region, its issue, and a reader in each of `zones`."""
        self.weeks[name] = week
        with self.service.db.writing() as session:
            known = session.scalar(select(func.count(Region.id))) or 0
            region = make_region(session, _CODES[known % len(_CODES)], schedule=make_schedule(session, name, **of))
            make_issue(session, region, week, state=state)
            for number, zone in enumerate(zones):
                make_subscriber(session, region, address=f"{name}{number}@readers.example", time_zone=zone)
        return region

    def ref(self, name: str) -> str:
        """As commands call the round of a schedule."""
        return f"{name}/{self.weeks[name]}"

    def redis_dies(self) -> None:
        self.service.redis.set("before", "it died")
        os.kill(self.redis.pid or 0, signal.SIGKILL)

    def redis_starts_empty(self) -> None:
        def starts() -> bool:  # a process that was killed is there for a moment more
            self.redis.revive()
            return self.redis.answers()

        self.wait_for(starts)
        assert not self.service.redis.exists("before")  # nothing else is asked: who lives may write to it at once

    def deliver(self, task: str, queue: str, *, times: int) -> None:
        """One message of Celery's so often, with the same id: a broker that has not heard of a task's end does that."""
        Bell(self.service.redis_url).ring((task, "nobody's"))
        message = self.service.redis.lpop("nobody's")
        self.service.redis.lpush(queue, *[message] * times)

    def let_time_pass(self, **step: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**step))

    def tick(self) -> None:
        """Have the worker look at the clock, and wait until it has."""
        since = datetime.now(UTC)
        Bell(self.service.redis_url).ring(_TICK)

        def has_ticked() -> bool:
            at = last_tick(self.service)
            return at is not None and at >= since

        self.wait_for(has_ticked)

    def counts(self, name: str) -> dict[LetterState, int]:
        """Letters by state; none before the round is there."""
        with self.service.db.reading() as session:
            round_ids = [round.id for round in self._rounds(session, name)]
            return counts_of(session, round_ids).get(round_ids[0], {}) if round_ids else {}

    def finish(self, name: str, letters: int) -> dict[LetterState, int]:
        """Wait until so many letters have ended. What was put off comes due meanwhile."""
        moved_at = time.monotonic()

        def is_through() -> bool:
            nonlocal moved_at
            counts = self.counts(name)
            still_open = sum(counts.get(state, 0) for state in OPEN)
            if still_open and still_open == counts.get(LetterState.DEFERRED) and time.monotonic() - moved_at > 0.3:
                self.let_time_pass(minutes=6)
                moved_at = time.monotonic()
            return sum(counts.values()) == letters and not still_open

        self.wait_for(is_through, lambda: str(self.counts(name)))
        return self.counts(name)

    def ledger(self, name: str) -> dict[Kept, Letter]:
        """The letters of a round, by what the relay would have of each."""
        ids = MessageIds([KEY], self.service.settings.list_domain)
        with self.service.db.reading() as session:
            (round,) = self._rounds(session, name)
            query = select(Letter, Subscriber.address).join(Subscriber, Subscriber.id == Letter.subscriber_id)
            rows = session.execute(query.where(Letter.round_id == round.id)).all()
        return {
            Kept(address, ids.letter(letter.round_id, letter.subscriber_id, letter.part)): letter
            for letter, address in rows
        }

    def ask(self, *arguments: str) -> Any:
        """What `newsletter rounds …  --json` prints; a failing command fails the test."""
        with pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs():
            patch.setattr(rounds, "service", lambda: self.service)
            done = CliRunner().invoke(rounds.app, [*arguments, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def command(self, *arguments: str) -> None:
        with pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs():
            patch.setattr(rounds, "service", lambda: self.service)
            done = CliRunner().invoke(rounds.app, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output

    def wait_for(self, condition: Callable[[], object], told: Callable[[], str] = lambda: "") -> None:
        """An AssertionError with what the processes said, where it does not come true."""
        try:
            eventually(condition, seconds=PATIENCE, every=0.1)  # a look costs as much as a letter
        except AssertionError as error:
            raise AssertionError(f"{told()}\n{self.logs()[-4000:]}") from error

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def _rounds(self, session: Session, name: str) -> list[Round]:
        """The latest of a schedule, if there is one."""
        try:
            return [find_round(session, self.ref(name))]
        except NotFoundError:
            return []


@contextmanager
def house(folder: Path, database_url: str, *, relay: str = "smtp://127.0.0.1", **settings: Any) -> Iterator[House]:
    """Without processes so far. `relay` is its URL without the port; `settings` are by the names of their fields."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        faulty = stack.enter_context(FaultyRelay())
        server = RedisServer(folder / "redis")
        server.start()
        stack.callback(server.stop)
        values: dict[str, Any] = {
            "data_dir": str(folder), "database_url": database_url, "redis_url": server.url, "secret_keys": KEY,
            "relay_url": f"{relay}:{faulty.port}", "relay_connections": CONNECTIONS, "batch_size": BATCH,
            "relay_timeout_seconds": 30, "lease_seconds": 30, "tick_seconds": 0.3, "pause_at_error_share": 1,
            "clock_file": str(folder / "clock"), "log_level": "WARNING",
        } | settings  # fmt: skip
        db = Database(database_url)
        stack.callback(db.close)
        upgrade(db)
        clock = FileClock(folder / "clock")
        clock.set(MEXICO - timedelta(hours=1))
        own = Settings(_env_file=None, **values)
        service = Service(settings=own, clock=clock, db=db, secret_keys=[KEY])
        stack.callback(lambda: service.redis.close())
        variables = {**os.environ, **{variable_name(name): str(value) for name, value in values.items()}}
        built = House(folder, service, server, faulty, variables, clock)
        with built._stack:
            yield built
        assert faulty.troubles == []
