"""Keyed digests: they recognise an address or a network again without keeping it. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network

_ADDRESS = b"address:"
_NETWORK = b"network:"


def address_digests(normalised: str, keys: Sequence[str]) -> list[str]:
    """HMAC-SHA256 of an address with each key, in the order of the keys, in hex."""
    return [_digest(key, _ADDRESS, normalised) for key in keys]


def network_digest(host: str | None, keys: Sequence[str]) -> str | None:
    """The same, with the newest key, of the network that a request came from. None where there is no IP address."""
    network = network_of(host)
    return _digest(keys[0], _NETWORK, network) if network else None


def network_of(host: str | None) -> str | None:
    """What one person can hold: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    if address.version == 6:
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((int(address), 64), strict=False))
    return str(address)


def _digest(key: str, purpose: bytes, text: str) -> str:
    mac = _begun(key, purpose).copy()
    mac.update(text.encode())
    return mac.hexdigest()


@lru_cache(maxsize=16)
def _begun(key: str, purpose: bytes) -> hmac.HMAC:
    """What all digests of a purpose share. To go on from here keeps Python's lock, which `hmac.digest` gives away."""
    return hmac.new(key.encode(), purpose, hashlib.sha256)
