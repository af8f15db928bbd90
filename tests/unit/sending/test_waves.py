from datetime import UTC, datetime, timedelta

from newsletter.sending.models import Wave
from newsletter.sending.waves import is_late, openings

HOUR = timedelta(hours=1)
WINDOW = 12 * HOUR
SEVEN = datetime(2026, 5, 15, 7, 0, tzinfo=UTC)


def wave(
    opens_at: datetime = SEVEN, number: int = 1, issue_ids: tuple[int, ...] = (), **columns: datetime | None
) -> Wave:
    return Wave(id=number, opens_at=opens_at, time_zones=["Etc/UTC"], issue_ids=list(issue_ids), **columns)


def due(*waves: Wave, live: tuple[int, ...] = (1, 2), now: datetime = SEVEN) -> list[tuple[int, set[int], bool]]:
    return [(opening.wave_id, set(opening.due), opening.is_fresh) for opening in openings(waves, live, now, WINDOW)]


def test_a_wave_opens_at_its_hour_and_not_before():
    assert due(wave(), now=SEVEN - timedelta(seconds=1)) == []
    assert due(wave(), now=SEVEN) == [(1, {1, 2}, True)]


def test_a_frozen_wave_is_fresh_again_only_for_an_issue_that_it_lacks():
    frozen = wave(issue_ids=(1, 2), frozen_at=SEVEN)
    assert due(frozen, now=SEVEN + HOUR) == [(1, {1, 2}, False)]
    assert due(frozen, live=(1, 2, 3), now=SEVEN + HOUR) == [(1, {1, 2, 3}, True)]


def test_a_wave_without_any_approved_issue_is_fresh_once():
    assert due(wave(), live=()) == [(1, set(), True)]
    assert due(wave(frozen_at=SEVEN), live=()) == [(1, set(), False)]


def test_an_issue_that_is_approved_after_the_window_is_not_due():
    frozen = wave(issue_ids=(1,), frozen_at=SEVEN)
    assert due(frozen, live=(1, 2), now=SEVEN + WINDOW) == [(1, {1, 2}, True)]
    assert due(frozen, live=(1, 2), now=SEVEN + WINDOW + HOUR) == [(1, {1}, False)]


def test_a_wave_that_was_never_frozen_is_late_after_its_window():
    assert not is_late(wave(), SEVEN + WINDOW, WINDOW)
    assert is_late(wave(), SEVEN + WINDOW + HOUR, WINDOW)
    assert not is_late(wave(frozen_at=SEVEN), SEVEN + 100 * HOUR, WINDOW)
    assert due(wave(), now=SEVEN + WINDOW + HOUR) == []


def test_a_held_wave_is_due_nothing():
    assert due(wave(held_at=SEVEN)) == []


def test_waves_come_in_the_order_of_their_hours_and_the_last_one_is_known():
    early, late = wave(number=1), wave(SEVEN + HOUR, number=2)
    found = openings([late, early], [1], SEVEN + HOUR, WINDOW)
    assert [(opening.wave_id, opening.is_last) for opening in found] == [(1, False), (2, True)]


def test_the_last_wave_to_have_opened_is_not_taken_for_the_last_of_the_round():
    found = openings([wave(number=1), wave(SEVEN + HOUR, number=2)], [1], SEVEN, WINDOW)
    assert [opening.is_last for opening in found] == [False]
