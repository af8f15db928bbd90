"""Redis, Postgres and the disk, gone in mid-round and back: what was sent is known, and the rest is sent."""

from pathlib import Path

import pytest

from newsletter.sending.models import LetterState
from tests.e2e.faults.accounting import assert_all_accounted_for, readers_of
from tests.e2e.faults.behaviours import once
from tests.e2e.faults.conftest import MakeHouse
from tests.e2e.faults.disks import ShortFiles, small_disk
from tests.e2e.faults.house import BATCH, CONNECTIONS, house
from tests.support.databases import OwnPostgres

pytestmark = pytest.mark.e2e

READERS = 60
ACCEPTED, UNKNOWN = LetterState.ACCEPTED, LetterState.UNKNOWN


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_redis_killed_and_restarted_without_its_data(make_house: MakeHouse, database: str):
    made = make_house(database, lease_seconds=3)
    made.start("worker")
    made.start("beat")
    made.relay.behaviour = once(READERS // 3, "DOT", lambda _: made.redis_dies())
    made.open_round("redis", READERS)
    made.wait_for(lambda: not made.redis.answers())
    made.redis_starts_empty()
    counts = made.finish("redis", READERS)
    assert counts.get(UNKNOWN, 0) <= CONNECTIONS
    assert_all_accounted_for(made, "redis", readers_of("redis", READERS))


def test_redis_and_the_worker_killed_together_leave_open_letters_unknown_and_no_others(make_house: MakeHouse):
    made = make_house("postgres", lease_seconds=3)
    worker = made.start("worker")
    made.start("beat")

    def die(_: object) -> None:
        worker.kill()
        made.redis_dies()

    made.relay.behaviour = once(READERS // 3, "DOT", die)
    made.open_round("both", READERS)
    made.wait_for(lambda: worker.poll() is not None and not made.redis.answers())
    made.redis_starts_empty()
    made.start("worker")
    counts = made.finish("both", READERS)
    assert 1 <= counts[UNKNOWN] <= CONNECTIONS * BATCH
    assert_all_accounted_for(made, "both", readers_of("both", READERS))


def test_postgres_stopped_and_started_again(tmp_path: Path, own_postgres: OwnPostgres):
    with house(tmp_path / "house", own_postgres.url, lease_seconds=3) as made:
        made.start("worker")
        made.start("beat")
        stopped: list[bool] = []

        def stop(_: object) -> None:
            own_postgres.stop()
            stopped.append(True)

        made.relay.behaviour = once(READERS // 3, "DOT", stop)
        made.open_round("postgres", READERS)
        made.wait_for(lambda: stopped)
        own_postgres.start()
        counts = made.finish("postgres", READERS)
        assert counts.get(UNKNOWN, 0) <= CONNECTIONS
        assert_all_accounted_for(made, "postgres", readers_of("postgres", READERS))


@pytest.mark.parametrize("kind", ["a file system without room", "a limit on files"])
def test_a_disk_that_is_full_for_sqlite(tmp_path: Path, kind: str):
    folder = tmp_path / "disk"
    with small_disk(folder) as disk:
        if kind == "a limit on files":
            disk = ShortFiles(folder)
        if disk is None:
            pytest.skip("only root may mount a small file system; the other row needs nobody's leave")
        with house(tmp_path / "house", f"sqlite:///{folder / 'house.sqlite3'}", lease_seconds=3) as made:
            worker, beat = made.start("worker"), made.start("beat")
            made.relay.behaviour = once(READERS // 3, "DOT", lambda _: disk.fill(worker.pid, beat.pid))
            made.open_round("disk", READERS)
            made.wait_for(lambda: "full" in made.logs() or "disk I/O error" in made.logs())
            disk.free(worker.pid, beat.pid)
            counts = made.finish("disk", READERS)
            assert counts.get(UNKNOWN, 0) <= CONNECTIONS
            assert_all_accounted_for(made, "disk", readers_of("disk", READERS))
