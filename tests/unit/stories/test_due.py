from datetime import UTC, datetime, timedelta

import pytest

from newsletter.stories.due import after_failure, after_success, in_turns

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


def test_a_source_that_answers_is_asked_again_after_the_set_time():
    assert after_success(NOW, 15) == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (0, timedelta(minutes=15)),
        (1, timedelta(minutes=30)),
        (2, timedelta(hours=1)),
        (6, timedelta(hours=16)),
        (7, timedelta(hours=24)),
        (10_000, timedelta(hours=24)),
    ],
)
def test_each_failure_in_a_row_doubles_the_wait_up_to_a_day(failures, wait):
    assert after_failure(NOW, 15, failures) == NOW + wait


def test_a_server_may_ask_for_more_patience_but_for_no_more_than_a_day():
    assert after_failure(NOW, 15, 0, NOW + timedelta(hours=3)) == NOW + timedelta(hours=3)
    assert after_failure(NOW, 15, 3, NOW + timedelta(minutes=1)) == NOW + timedelta(hours=2)
    assert after_failure(NOW, 15, 0, NOW + timedelta(days=400)) == NOW + timedelta(days=1)


def test_a_long_refresh_time_is_never_shortened_by_failing():
    two_days = 2 * 24 * 60
    assert after_failure(NOW, two_days, 5) == NOW + timedelta(days=2)


def test_feeds_of_one_host_stand_apart():
    sources = [
        (1, "https://a.example/1"),
        (2, "https://a.example/2"),
        (3, "https://a.example/3"),
        (4, "https://b.example/"),
    ]
    assert in_turns(sources) == [1, 4, 2, 3]
    assert in_turns([]) == []
