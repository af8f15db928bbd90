"""A real HTTP server on loopback that answers by a script, and small feeds to put into it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape


@dataclass
class Page:
    """One answer. `body` may be pieces, which are sent one by one; then no length is announced."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    path: str
    headers: dict[str, str]


class FeedServer:
    """Pages by path; a page may be a function that is called for each request."""

    def __init__(self) -> None:
        self.pages: dict[str, Page | Callable[[Asked], Page]] = {}
        self.asked: list[Asked] = []
        self.bytes_sent = 0
        self.most_at_once = 0
        self._now = 0
        self._guard = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return self._server.server_port

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, *stories: tuple[str, str], **headers: str) -> str:
        """Put an RSS feed of (title, link) pairs there; returns its address."""
        self.pages[path] = Page(rss(*stories), headers={name.replace("_", "-"): text for name, text in headers.items()})
        return self.url(path)

    @contextmanager
    def running(self) -> Iterator["FeedServer"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _answer(self, asked: Asked) -> Page:
        page = self.pages.get(asked.path, Page(b"Not here", 404))
        return page(asked) if callable(page) else page

    @contextmanager
    def _counted(self, asked: Asked) -> Iterator[None]:
        with self._guard:
            self.asked.append(asked)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        yield
        with self._guard:
            self._now -= 1

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's, below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
                with server._counted(asked):
                    page = server._answer(asked)
                self._send(
                    page
                )  # not counted: the client may have it all, and ask again, before we know that it is sent

            def _send(self, page: Page) -> None:
                whole = page.body if isinstance(page.body, bytes) else None
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                if whole is not None and "Content-Length" not in page.headers:
                    self.send_header("Content-Length", str(len(whole)))
                self.end_headers()
                try:
                    for piece in [whole] if whole is not None else page.body:
                        self.wfile.write(piece)
                        server.bytes_sent += len(piece)
                except OSError:
                    pass  # the client has heard enough

            def log_message(self, *_words: object) -> None:
                """The tests' output stays quiet."""

        return Handler


def rss(*stories: tuple[str, str], title: str = "Sample") -> bytes:
    """A feed of (title, link) pairs."""
    items = "".join(f"<item><title>{escape(name)}</title><link>{escape(link)}</link></item>" for name, link in stories)
    head = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
    return f"{head}{items}</channel></rss>".encode()
