"""The invented newsrooms on the web: a real HTTP server on loopback, whose feeds stand as the clock does."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from newsletter.clock import Clock
from newsletter.demo.feeds import feed_at, page_of
from newsletter.demo.world import Newsroom, World

FEED_NAME = "feed"


class _NewsServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, world: World, clock: Clock) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.world = world
        self.clock = clock

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """`/KEY/feed` is a newsroom's feed and `/KEY/SLUG` one of its stories."""

    server: _NewsServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        key, _, rest = self.path.strip("/").partition("/")
        newsroom = self.server.world.newsrooms.get(key)
        if newsroom is None:
            self._answer(HTTPStatus.NOT_FOUND)
        elif rest == FEED_NAME:
            self._feed(newsroom)
        else:
            self._page(newsroom, rest)

    def log_message(self, *_args: object) -> None:
        """The screen belongs to the rehearsal."""

    def _feed(self, newsroom: Newsroom) -> None:
        now = self.server.clock.now()
        if not newsroom.answers(now):
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "3600"})
            return
        feed = feed_at(self.server.world, newsroom, now, self.server.url)
        headers = {"ETag": f'"{hashlib.sha256(feed.body).hexdigest()[:32]}"', "Content-Type": feed.content_type}
        if feed.modified_at:
            headers["Last-Modified"] = format_datetime(feed.modified_at, usegmt=True)
        if self.headers.get("If-None-Match") == headers["ETag"]:
            self._answer(HTTPStatus.NOT_MODIFIED, headers=headers)
        else:
            self._answer(HTTPStatus.OK, feed.body, headers)

    def _page(self, newsroom: Newsroom, slug: str) -> None:
        for report in self.server.world.published(newsroom.key, self.server.clock.now()):
            if report.slug == slug:
                body = page_of(newsroom, report).encode()
                self._answer(HTTPStatus.OK, body, {"Content-Type": "text/html; charset=utf-8"})
                return
        self._answer(HTTPStatus.NOT_FOUND)

    def _answer(self, status: HTTPStatus, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve_world(world: World, clock: Clock) -> Iterator[str]:
    """Serve the newsrooms for as long as the block runs; gives the server's address, `http://127.0.0.1:PORT`."""
    server = _NewsServer(world, clock)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="newsrooms", daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
