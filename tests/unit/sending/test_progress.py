from newsletter.sending.models import LetterState
from newsletter.sending.progress import progress


def test_nothing_to_do_is_all_done():
    found = progress({})
    assert (found.audience, found.share, found.is_through, found.seconds_left) == (0, 1.0, True, 0.0)


def test_the_audience_is_the_sum_of_all_states():
    found = progress({state: number for number, state in enumerate(LetterState, start=1)})
    assert found.audience == sum(range(1, 8))
    assert found.ended + found.waiting + found.deferred == found.audience


def test_rate_and_time_left_come_from_the_latest_letters():
    found = progress({LetterState.QUEUED: 900, LetterState.ATTEMPTING: 100, LetterState.ACCEPTED: 1000},
                     ended_lately=300, seconds=30)  # fmt: skip
    assert (found.rate_per_second, found.seconds_left, found.share) == (10.0, 100.0, 0.5)
    assert not found.is_through


def test_without_a_rate_nobody_can_tell_the_time_left():
    assert progress({LetterState.QUEUED: 1}).seconds_left is None
    assert progress({LetterState.DEFERRED: 1}, ended_lately=5, seconds=5).seconds_left is None


def test_a_round_without_a_second_gone_by_has_no_rate():
    assert progress({LetterState.ACCEPTED: 5}, ended_lately=5, seconds=0).rate_per_second == 0.0
