"""An SMTP server on a bare socket that follows a script, for whatever a well-behaved server would never do.

    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server:
        ...  # send to 127.0.0.1:server.port
    assert server.messages == [...]

A script is called with the conversation of a connection, in a thread of its own; of several, each next connection gets
the next one, and the last one all that follow. What a script raises fails the test.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable

from tests.support.smtp import TLS

PATIENCE_SECONDS = 10


class GoneError(Exception):
    """The client has left; that is how most conversations end. One that refuses our certificate raises SSLError."""


class Talk:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, server: "RawSmtp") -> None:
        sock.settimeout(PATIENCE_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.server = server
        self.rest = b""

    # Saying

    def say(self, *lines: str | bytes) -> "Talk":
        """All lines in one write."""
        self.sock.sendall(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\r\n" for line in lines))
        return self

    def say_by_bytes(self, line: str, pause: float = 0.0) -> "Talk":
        for byte in line.encode() + b"\r\n":
            self.sock.sendall(bytes([byte]))
            time.sleep(pause)
        return self

    def greet(self, *extensions: str) -> "Talk":
        self.say("220 raw.example ESMTP")
        return self.hear_hello(*extensions)

    def hear_hello(self, *extensions: str) -> "Talk":
        assert self.hear().startswith("EHLO ")
        lines = ["raw.example", *extensions]
        return self.say(*[f"250-{line}" for line in lines[:-1]], f"250 {lines[-1]}")

    # Hearing

    def hear(self) -> str:
        """The next line."""
        while b"\r\n" not in self.rest:
            self._read()
        line, _, self.rest = self.rest.partition(b"\r\n")
        self.server.heard.append(text := line.decode())
        return text

    def hear_group(self) -> list[str]:
        """MAIL, RCPT and DATA, of which none may wait for an answer to another."""
        group = [self.hear() for _ in range(3)]
        assert [line.split(" ")[0] for line in group] == ["MAIL", "RCPT", "DATA"]
        return group

    def hear_message(self) -> bytes:
        """A whole message, kept by the server; dots as they came."""
        while not (b"\r\n" + self.rest).startswith(b"\r\n.\r\n") and b"\r\n.\r\n" not in self.rest:
            self._read()
        message, _, self.rest = (b"\r\n" + self.rest).partition(b"\r\n.\r\n")
        self.server.messages.append(message := message.removeprefix(b"\r\n") + b"\r\n")
        return message

    def hear_bytes(self, least: int) -> bytes:
        while len(self.rest) < least:
            self._read()
        return self.rest

    def hears_no_more(self) -> bool:
        """True where the client ends the connection without another word."""
        try:
            while self.sock.recv(65_536):
                return False
        except ConnectionError:
            pass
        return not self.rest

    # The rest of a conversation

    def serve(self, answer: Callable[["Talk", str], bool] = lambda talk, line: False) -> None:
        """Take messages until the client leaves; `answer` may deal with a command itself, and then returns True."""
        while True:
            line = self.hear()
            if answer(self, line):
                continue
            match line.split(" ")[0]:
                case "DATA":
                    self.say("354 go on")
                    self.hear_message()
                    self.say("250 2.0.0 kept")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok")

    def forget_what_came_along(self) -> None:
        """What a server does that does not know of pipelining: whatever arrived with a command is gone."""
        time.sleep(0.02)  # it has all arrived by then: it was one write, over loopback
        self.sock.settimeout(0)
        try:
            while self.sock.recv(65_536):
                pass
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        self.sock.settimeout(PATIENCE_SECONDS)
        self.rest = b""

    def start_tls(self) -> "Talk":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
        self.sock = context.wrap_socket(self.sock, server_side=True)
        return self

    def reset(self) -> None:
        """Close so that the client's next write fails."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()

    def _read(self) -> None:
        try:
            data = self.sock.recv(65_536)
        except ConnectionError:
            data = b""
        if not data:
            raise GoneError
        self.rest += data


Script = Callable[[Talk], object]


class RawSmtp:
    def __init__(self, *scripts: Script, receive_buffer: int | None = None) -> None:
        self.scripts = scripts
        self.heard: list[str] = []  # lines, of all connections
        self.messages: list[bytes] = []
        self.connections = 0
        self._troubles: list[BaseException] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket()
        if receive_buffer:  # small, so that a client cannot hand over a message that nobody reads
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self.port = self._listener.getsockname()[1]

    @property
    def recipients(self) -> list[str]:
        """Of all RCPT commands."""
        return [line[9:-1] for line in self.heard if line.startswith("RCPT TO:<")]

    def __enter__(self) -> "RawSmtp":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        if self._troubles and kind is None:
            raise self._troubles[0]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            script = self.scripts[min(self.connections, len(self.scripts) - 1)]
            self.connections += 1
            self._threads.append(thread := threading.Thread(target=self._talk, args=(script, sock), daemon=True))
            thread.start()

    def _talk(self, script: Script, sock: socket.socket) -> None:
        talk = Talk(sock, self)
        try:
            script(talk)
        except (GoneError, ConnectionError, ssl.SSLError):
            pass
        except BaseException as error:
            self._troubles.append(error)
        finally:
            talk.sock.close()
