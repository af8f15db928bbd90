"""When letters come to readers who chose an hour or quiet days of their own."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.regions.timing import Slot, comes_at, opens_at
from newsletter.regions.zones import world_zones

WEEK = "2026-W20"  # Friday is 15 May
FRIDAY = 4

slots = st.builds(
    Slot,
    st.sampled_from(sorted(world_zones())),
    st.none() | st.integers(0, 23),
    st.sets(st.integers(0, 6), max_size=3).map(lambda days: "".join(map(str, sorted(days)))),
)


@given(slots)
def test_a_slot_can_be_read_back(slot):
    assert Slot.parse(str(slot)) == slot


@pytest.mark.parametrize(
    ("slot", "comes"),
    [
        ("UTC", datetime(2026, 5, 15, 7, tzinfo=UTC)),
        ("UTC@9", datetime(2026, 5, 15, 9, tzinfo=UTC)),
        ("UTC@7", datetime(2026, 5, 15, 7, tzinfo=UTC)),
        ("UTC@6", datetime(2026, 5, 16, 6, tzinfo=UTC)),  # the hour has passed when the letter is made
        ("UTC@-4", datetime(2026, 5, 16, 7, tzinfo=UTC)),
        ("UTC@20-456", datetime(2026, 5, 18, 20, tzinfo=UTC)),
        ("America/Mexico_City@9", datetime(2026, 5, 15, 15, tzinfo=UTC)),
    ],
)
def test_letters_come_at_the_first_own_hour_on_a_day_that_is_not_quiet(slot, comes):
    assert comes_at(WEEK, FRIDAY, 7, Slot.parse(slot)) == comes


@given(slots, st.integers(0, 6), st.integers(0, 23))
def test_letters_never_come_before_the_schedule_nor_much_later_than_quiet_days_ask(slot, weekday, hour):
    first = opens_at(WEEK, weekday, hour, slot.time_zone)
    comes = comes_at(WEEK, weekday, hour, slot)
    assert comes >= first
    assert (comes - first).total_seconds() <= (len(slot.quiet_days) + 1) * 86_400 + 3600
    if not slot.is_own:
        assert comes == first
