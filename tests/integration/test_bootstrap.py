from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from newsletter.bootstrap import bootstrap
from newsletter.clock import FileClock
from newsletter.errors import SettingsError


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_the_first_start_makes_a_database_and_a_key_that_only_its_owner_reads(tmp_path):
    service = bootstrap(data_dir=tmp_path / "data")
    assert (tmp_path / "data" / "newsletter.sqlite3").exists()
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0
    service.close()


def test_the_next_start_signs_with_the_same_key(tmp_path):
    first, second = bootstrap(data_dir=tmp_path), bootstrap(data_dir=tmp_path)
    assert first.secret_keys == second.secret_keys
    assert first.links.unsubscribe("reader") == second.links.unsubscribe("reader")
    first.close()
    second.close()


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    from newsletter.bootstrap import _own_key

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(_own_key, [tmp_path / "secret.key"] * 8))
    assert len(keys) == 1


def test_a_damaged_key_file_stops_the_start(tmp_path):
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SettingsError, match=r"secret\.key"):
        bootstrap(data_dir=tmp_path)


def test_a_rehearsal_takes_its_time_from_the_clock_file(tmp_path):
    FileClock(tmp_path / "clock").set(datetime(2026, 5, 15, tzinfo=UTC))
    service = bootstrap(data_dir=tmp_path, clock_file=tmp_path / "clock")
    assert service.clock.now() == datetime(2026, 5, 15, tzinfo=UTC)
    service.close()
