"""Ports for processes that must be told theirs before they start."""

import random
import socket

# Below the range from which systems take the ports of outgoing connections (Linux: from 32768, others from 49152): no
# other connection of this machine can take the port between our look and the process' own bind.
_FIRST, _LAST = 20_000, 32_000


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    for port in random.sample(range(_FIRST, _LAST), 100):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise OSError(f"No free port was found between {_FIRST} and {_LAST}.")
