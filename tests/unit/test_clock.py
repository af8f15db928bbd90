from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsletter.clock import FileClock, SystemClock
from newsletter.errors import SettingsError


def test_the_systems_clock_gives_aware_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_file_clock_stands_still_until_it_is_moved(tmp_path):
    clock = FileClock(tmp_path / "clock")
    instant = datetime(2026, 5, 15, 7, 0, tzinfo=timezone(timedelta(hours=-6)))
    clock.set(instant)
    assert clock.now() == clock.now() == instant
    assert clock.now().tzinfo is UTC
    clock.set(instant + timedelta(days=7))
    assert clock.now() == instant + timedelta(days=7)


def test_another_process_with_the_same_file_sees_the_same_instant(tmp_path):
    FileClock(tmp_path / "clock").set(datetime(2026, 5, 15, tzinfo=UTC))
    assert FileClock(tmp_path / "clock").now() == datetime(2026, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-05-15T07:00:00"], ids=["empty", "no instant", "no offset"])
def test_a_wrong_clock_file_is_named_in_the_error(tmp_path, text):
    path = tmp_path / "clock"
    path.write_text(text)
    with pytest.raises(SettingsError, match=str(path)):
        FileClock(path).now()
