"""Asking a server for a feed, politely and without trusting it.

Politely: conditional requests, one at a time a host, an honest name, Retry-After obeyed. Without trust: public
addresses only (each redirect is checked like the first address), and limits on time, size and redirects.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cached_property

import httpcore
import httpx

from newsletter.config import Settings
from newsletter.stories.decompressing import ACCEPTED, body_of
from newsletter.stories.errors import FetchError
from newsletter.stories.network import CheckedBackend, Deadline, Resolver, system_resolver
from newsletter.stories.turns import ProcessTurns, Turns

_ANSWER_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_STEP_SECONDS = 20.0  # for a connection, or for the next bytes
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_STATUS_WORDS = {
    401: "wants a password",
    403: "refuses us",
    404: "has no feed at this address any more",
    429: "asks us to come less often",
    503: "is overloaded or being maintained",
}


class Answer(StrEnum):
    FEED = "feed"
    UNCHANGED = "unchanged"
    GONE = "gone"


@dataclass(frozen=True)
class Fetched:
    answer: Answer
    url: str  # where it came from, after redirects
    body: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None  # the address to ask from now on, where the server says so for good


@dataclass(frozen=True)
class _Hop:
    """One answer of one server."""

    status: int
    headers: httpx.Headers
    body: bytes = b""


class Fetcher:
    """Fetches feeds by the limits of `settings`; safe to use from several threads."""

    def __init__(self, settings: Settings, turns: Turns | None = None, *, resolver: Resolver = system_resolver) -> None:
        self.settings = settings
        self._turns = turns or ProcessTurns()
        self._resolver = resolver
        self._agent = f"RegionalWeekly (+{settings.base_url})"

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: reading the trusted certificates takes longer than a fetch."""
        return httpx.create_ssl_context()

    def fetch(self, url: str, *, now: datetime, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What the server of `url` answers. Raises FetchError, whose `retry_at` is after `now` where it is set."""
        deadline = Deadline(self.settings.fetch_seconds)
        at, moved_to, is_permanent = _address(url), None, True
        for _ in range(self.settings.fetch_max_redirects + 1):
            hop = self._ask(at, deadline, etag, last_modified)
            if hop.status not in _REDIRECTS:
                return _fetched(hop, str(at), moved_to, now)
            at = _next_address(at, hop)
            is_permanent = is_permanent and hop.status in _PERMANENT
            moved_to = str(at) if is_permanent else moved_to
        raise FetchError(f"The server redirects more than {self.settings.fetch_max_redirects} times.")

    def _ask(self, url: httpx.URL, deadline: Deadline, etag: str | None, last_modified: str | None) -> _Hop:
        headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._agent,
            "Accept": _ANSWER_TYPES,
            "Accept-Encoding": ACCEPTED,
            "If-None-Match": etag,
            "If-Modified-Since": last_modified,
        }
        given = [(name, value.encode("latin-1", "ignore")) for name, value in headers.items() if value]
        with self._turns.turn(url.host, self.settings.fetch_seconds / 4):
            try:
                return self._exchange(url, [(name.encode(), value) for name, value in given], deadline)
            except httpcore.TimeoutException as error:
                raise FetchError(
                    f"The server did not give its answer within {self.settings.fetch_seconds:g} seconds."
                ) from error
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise FetchError(_trouble(url, error)) from error

    def _exchange(self, url: httpx.URL, headers: list[tuple[bytes, bytes]], deadline: Deadline) -> _Hop:
        backend = CheckedBackend(self.settings.fetch_allow, deadline, self._resolver)
        tls = self._tls if url.scheme == "https" else None
        steps = dict.fromkeys(("connect", "read", "write", "pool"), _STEP_SECONDS)
        with (
            httpcore.ConnectionPool(ssl_context=tls, network_backend=backend, max_connections=1) as pool,
            pool.stream("GET", _target(url), headers=headers, extensions={"timeout": steps}) as response,
        ):
            given = httpx.Headers(response.headers)
            if response.status != 200:
                return _Hop(response.status, given)
            self._check_announced_size(given)
            limit = self.settings.fetch_max_bytes
            return _Hop(200, given, body_of(response.iter_stream(), given.get("content-encoding", ""), limit))

    def _check_announced_size(self, headers: httpx.Headers) -> None:
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self.settings.fetch_max_bytes:
            raise FetchError(
                f"The feed is {int(announced[:20]):,} bytes long, more than the {self.settings.fetch_max_bytes:,} "
                "that are read."
            )


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise FetchError("The address cannot be read.") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise FetchError(f"The address begins with {address.scheme[:20]}:, and only http and https are asked.")
    if address.userinfo:
        raise FetchError("The address carries a user name or a password.")
    return address.copy_with(fragment=None)


def _next_address(at: httpx.URL, hop: _Hop) -> httpx.URL:
    location = hop.headers.get("location")
    if not location:
        raise FetchError("The server redirects without saying where to.")
    try:
        return _address(str(at.join(location)))
    except httpx.InvalidURL as error:
        raise FetchError("The server redirects to an address that cannot be read.") from error


def _target(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _fetched(hop: _Hop, url: str, moved_to: str | None, now: datetime) -> Fetched:
    if hop.status == 304:
        return Fetched(Answer.UNCHANGED, url, moved_to=moved_to)
    if hop.status == 410:
        return Fetched(Answer.GONE, url)
    if hop.status != 200:
        words = _STATUS_WORDS.get(hop.status, "answers with an error")
        retry_at = _retry_at(hop.headers.get("retry-after"), now) if hop.status in (429, 503) else None
        raise FetchError(f"The server {words} ({hop.status}).", retry_at=retry_at, status=hop.status)
    return Fetched(
        Answer.FEED,
        url,
        body=hop.body,
        content_type=hop.headers.get("content-type"),
        etag=_kept(hop.headers.get("etag"), 500),
        last_modified=_kept(hop.headers.get("last-modified"), 100),
        moved_to=moved_to,
    )


def _kept(validator: str | None, limit: int) -> str | None:
    """A validator that can be sent back; a longer one is as good as none."""
    return validator if validator and len(validator) <= limit and validator.isprintable() else None


def _retry_at(value: str | None, now: datetime) -> datetime | None:
    """The instant of a Retry-After (RFC 9110, 10.2.3): a number of seconds, or a date."""
    value = (value or "").strip()
    try:
        if value.isascii() and value.isdecimal():
            return now + timedelta(seconds=int(value[:9]))
        retry_at = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    retry_at = retry_at if retry_at.tzinfo else retry_at.replace(tzinfo=UTC)
    return retry_at if retry_at > now else None


def _trouble(url: httpx.URL, error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of {url.host} is not valid: {cause.verify_message}."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError):
        return f"No connection to {url.host} could be made."
    if isinstance(error, httpcore.ProtocolError):
        return "The server does not speak HTTP as it should, or hung up in the middle of its answer."
    return "The connection broke off in the middle."
