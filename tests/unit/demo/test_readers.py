from collections import Counter

from newsletter.demo.readers import sample_readers
from newsletter.regions.catalogue import find
from newsletter.subscribers.models import SubscriberState

READERS = sample_readers()


def test_the_sample_is_the_same_each_time():
    assert sample_readers() == READERS


def test_two_thousand_readers_have_an_address_each():
    assert len({reader.address for reader in READERS}) == 2000


def test_a_third_of_the_readers_have_two_to_four_regions():
    several = sum(len(reader.regions) > 1 for reader in READERS)
    assert 0.3 < several / len(READERS) < 0.37
    assert {len(reader.regions) for reader in READERS} == {1, 2, 3, 4}


def test_the_readers_live_in_many_time_zones():
    assert len({reader.time_zone for reader in READERS}) >= 8


def test_every_region_is_in_the_catalogue():
    assert all(find(code).code == code for reader in READERS for code in reader.regions)


def test_some_readers_must_get_nothing():
    states = Counter(reader.state for reader in READERS)
    assert states[SubscriberState.PENDING] > 20
    assert states[SubscriberState.LEFT] > 10
    assert sum(reader.suppressed for reader in READERS) == 20
