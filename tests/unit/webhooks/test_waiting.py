"""When calls are made again."""

from datetime import timedelta

from newsletter.webhooks.waiting import WAITS, wait_after


def test_waits_grow_and_end_after_three_days():
    waits = [wait_after(attempt, 0.0) for attempt in range(1, len(WAITS) + 1)]
    assert waits == sorted(waits)
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)
    assert wait_after(len(WAITS) + 1, 0.0) is None


def test_not_all_come_back_at_once():
    assert wait_after(1, 1.0) == WAITS[0] * 1.1
