"""Connections for fetching: to allowed addresses only, and never beyond one deadline.

A name is resolved once, here, and the connection goes to the very address that was checked; what the name says the
next moment (DNS rebinding) is never asked. Proxies of the environment are not used, as they would do the resolving.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from newsletter.stories.addresses import Network, is_allowed
from newsletter.stories.errors import FetchError, RefusedAddressError

Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) to IP addresses as text; raises OSError for an unknown name."""


def system_resolver(host: str, port: int) -> list[str]:
    """The operating system's answer, which has a time limit of its own."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """The end of one fetch, however many steps it takes."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def remaining(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        """Seconds that a step may take. Raises `late` where none are left."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise late("the time for the whole fetch is over")
        return left if timeout is None else min(timeout, left)


class CheckedBackend(httpcore.NetworkBackend):
    """Dials allowed addresses only. Raises RefusedAddressError for a host that has no other."""

    def __init__(self, allowed: Sequence[Network], deadline: Deadline, resolver: Resolver = system_resolver) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._resolver = resolver
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._checked_addresses(host, port):
            limit = self._deadline.remaining(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._plain.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Stream(stream, self._deadline)
        raise failure or httpcore.ConnectError("the host has no address")

    def _checked_addresses(self, host: str, port: int) -> list[str]:
        try:
            found = self._resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"The host {host} is not known to the DNS.") from error
        checked = [address for address in found if is_allowed(address, self._allowed)]
        if found and not checked:
            raise RefusedAddressError(
                f"The host {host} has the address {found[0]}, which is not public, so it was not asked. If it is "
                "yours, allow its network with NEWSLETTER_FETCH_ALLOW."
            )
        return checked


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline, so that a server that drips cannot hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._deadline.remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
