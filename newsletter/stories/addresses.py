"""Which network addresses may be asked for a feed: public ones, and private ones that the operator allows. Pure.

The standard library's `is_global` differs between Python versions and calls multicast, some embedded and some retired
addresses global; so the rule is written here, by IANA's registries of special-purpose addresses (RFC 6890).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # a public number, but inside of Azure the platform's own server
    )
)  # fmt: skip
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that has been given out as global unicast
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments; Teredo, which carries an IPv4 address, among them
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3ffe::/16", "5f00::/16",  # retired test network, segment routing
    )
)  # fmt: skip
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how IPv4 servers look to hosts that only have IPv6


def is_allowed(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether a connection may go to `address` (as text, perhaps with a scope: `fe80::1%eth0`)."""
    try:
        effective = _effective(ip_address(address))
    except ValueError:
        return False
    if any(effective in network for network in allowed):
        return True
    if isinstance(effective, IPv4Address):
        return not any(effective in block for block in _NOT_PUBLIC_V4)
    return effective in _PUBLIC_V6 and not any(effective in block for block in _NOT_PUBLIC_V6)


def _effective(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps (IPv4-mapped, NAT64), else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(address.packed[-4:])
    return address
