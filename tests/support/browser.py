"""A browser for the pages: httpx on the application itself, in this process, without a port."""

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx
from starlette.types import ASGIApp


class Browser:
    """Keeps cookies, follows no redirects, and comes from one address. Use as a context manager."""

    def __init__(self, app: ASGIApp, base_url: str, *, address: str = "192.0.2.7", raises: bool = True) -> None:
        """`raises`: a bug in the application fails the test instead of being answered with 500."""
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, client=(address, 50_000), raise_app_exceptions=raises)
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url)

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    @property
    def headers(self) -> httpx.Headers:
        """Sent with every request."""
        return self._client.headers

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, url, **options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def head(self, url: str, **options: Any) -> httpx.Response:
        return self.request("HEAD", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
