"""Digests recognise without revealing."""

import pytest

from newsletter.subscribers.digests import address_digests, network_digest, network_of

KEYS = ["n" * 32, "o" * 32]


def test_an_address_has_one_digest_a_key_and_none_tells_it():
    digests = address_digests("ana@readers.example", KEYS)
    assert len(set(digests)) == 2
    assert all(len(digest) == 64 and "ana" not in digest for digest in digests)
    assert digests[1] == address_digests("ana@readers.example", KEYS[1:])[0]


def test_without_the_key_a_digest_cannot_be_guessed():
    assert address_digests("ana@readers.example", ["x" * 32]) != address_digests("ana@readers.example", KEYS[:1])


def test_a_network_and_an_address_never_share_a_digest():
    assert network_digest("192.0.2.7", KEYS) != address_digests("192.0.2.7", KEYS)[0]


NETWORKS = {
    "an IPv4 address": ("192.0.2.7", "192.0.2.7"),
    "IPv6 by its /64": ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    "IPv4 written as IPv6": ("::ffff:192.0.2.7", "192.0.2.7"),
    "a name": ("testclient", None),
    "nothing": (None, None),
}


@pytest.mark.parametrize(("host", "network"), NETWORKS.values(), ids=NETWORKS)
def test_a_network_is_what_one_person_can_hold(host, network):
    assert network_of(host) == network
    assert (network_digest(host, KEYS) is None) == (network is None)
