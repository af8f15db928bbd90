"""A program of a newsroom that takes in calls of webhooks: a real HTTP server on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Called:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answers` are given in turn, the last one again and again: a status, or None to hang up."""

    answers: list[int | None] = field(default_factory=lambda: [204])
    said: bytes = b""
    location: str = ""
    calls: list[Called] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def running(self) -> Iterator["Receiver"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self) -> int | None:
        return self.answers[min(len(self.calls), len(self.answers)) - 1]


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.calls.append(Called(self.path, headers, self.rfile.read(int(headers["content-length"]))))
            status = receiver.answer()
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            if status != 204:
                self.send_header("Content-Length", str(len(receiver.said)))
            self.end_headers()
            if status != 204:
                self.wfile.write(receiver.said)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    return Handler
