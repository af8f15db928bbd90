"""Posting a call to where a webhook listens: to public addresses alone, over TLS, without a redirect, in bounded time.

A private network is reached where the operator allows it, and only there without TLS. The address that is checked is
the one that is dialled (stories/network.py).
"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address

import httpcore
import httpx

from newsletter.errors import InvalidInputError
from newsletter.stories.addresses import Network
from newsletter.stories.errors import FetchError, RefusedAddressError
from newsletter.stories.network import CheckedBackend, Deadline, Resolver, system_resolver

_SECONDS = 15.0  # for all of a call
_ANSWER_BYTES = 2000  # that are looked at
_SAID = 300  # characters that are kept


@dataclass(frozen=True)
class Answer:
    """`status` None: there was none, and `said` is why, in a sentence."""

    status: int | None
    said: str

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Poster:
    """Safe to use from several threads."""

    def __init__(
        self, allowed: Sequence[Network], agent: str, *, seconds: float = _SECONDS, resolver: Resolver = system_resolver
    ) -> None:
        self._allowed, self._agent, self._seconds, self._resolver = allowed, agent, seconds, resolver

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Never raises for what a server does."""
        deadline = Deadline(self._seconds)
        address = httpx.URL(url)
        is_plain = address.scheme == "http"
        backend = CheckedBackend(self._allowed, deadline, self._inside if is_plain else self._resolver)
        sent = {
            "Host": address.netloc.decode("ascii"),
            "User-Agent": self._agent,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }
        try:
            return self._exchange(
                address, [(name.encode(), value.encode()) for name, value in sent.items()], body, backend
            )
        except (RefusedAddressError, FetchError) as error:
            return Answer(None, _refusal(error, is_plain=is_plain))
        except httpcore.TimeoutException:
            return Answer(None, f"There was no answer within {self._seconds:g} seconds.")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            return Answer(None, _trouble(error))

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def _exchange(
        self, url: httpx.URL, headers: list[tuple[bytes, bytes]], body: bytes, backend: CheckedBackend
    ) -> Answer:
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        tls = self._tls if url.scheme == "https" else None
        steps = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        with (
            httpcore.ConnectionPool(ssl_context=tls, network_backend=backend, max_connections=1) as pool,
            pool.stream("POST", target, headers=headers, content=body, extensions={"timeout": steps}) as response,
        ):
            said = b""
            for piece in response.iter_stream():
                said += piece
                if len(said) >= _ANSWER_BYTES:
                    break
        return Answer(response.status, _readable(said))

    def _inside(self, host: str, port: int) -> list[str]:
        """The addresses of a host that the operator allows: nothing leaves the house unencrypted."""
        return [found for found in self._resolver(host, port) if self._is_inside(found)] or ["0.0.0.0"]  # noqa: S104 - an address that is never dialled

    def _is_inside(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._allowed)
        except ValueError:
            return False


def check_url(url: str) -> str:
    """The address as it is kept. Raises InvalidInputError for one that no call can go to."""
    try:
        address = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise InvalidInputError("The webhook's address cannot be read.") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise InvalidInputError("A webhook's address begins with https://.")
    if address.userinfo:
        raise InvalidInputError("Leave user name and password out of the address: each call is signed.")
    kept = str(address.copy_with(fragment=None))
    if len(kept) > 2000 or not kept.isascii() or not kept.isprintable():
        raise InvalidInputError("The webhook's address is too long, or has signs that no address has.")
    return kept


def _refusal(error: FetchError, *, is_plain: bool) -> str:
    if isinstance(error, RefusedAddressError):
        without = " without TLS" if is_plain else ""
        return f"Its address is not public, so it was not called{without}. NEWSLETTER_WEBHOOK_ALLOW lets networks in."
    return str(error)[:_SAID]


def _trouble(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectError):
        return "No connection could be made, or its certificate is not good."
    return "The server does not speak HTTP as it should, or hung up."


def _readable(said: bytes) -> str:
    text = said.decode("utf-8", "replace").replace("\0", "")
    return " ".join(text.split())[:_SAID]
