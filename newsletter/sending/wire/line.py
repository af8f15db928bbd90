"""One socket to a relay: bytes out and answers in, each within its time. Of the order of SMTP nothing is known here.

A socket with a time limit of Python's costs several calls to the kernel for each one of ours, and after each the thread
waits for its turn again. So a plain socket is asked never to wait (MSG_DONTWAIT), and only where it would, `poll` does.
"""

import select
import socket
import ssl
import time
from contextlib import suppress

from newsletter.sending.wire.errors import LineError, NonsenseError, SilentError
from newsletter.sending.wire.replies import RawReply, ReplyReader

_READ_BYTES = 65_536


class Line:
    """`limit_seconds` bounds each write and each answer as a whole: a byte now and then does not extend it.

    Every method raises LineError once nothing more can be said.
    """

    def __init__(self, sock: socket.socket, limit_seconds: float) -> None:
        # The last segment of a message must not wait for the acknowledgement of those before it.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(None)
        self._socket = sock
        self._limit_seconds = limit_seconds
        self._replies = ReplyReader()
        self.handed = 0  # bytes of the last write that may have left

    @classmethod
    def dial(cls, host: str, port: int, limit_seconds: float) -> "Line":
        """Raises OSError."""
        return cls(socket.create_connection((host, port), timeout=limit_seconds), limit_seconds)

    @property
    def is_secure(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on in TLS. Raises ssl.SSLError or OSError, and NonsenseError where the relay was not alone in speaking.

        What has come after the answer to STARTTLS came in plain text, from whoever stands between: were it kept, it
        would pass for something that the relay said under TLS.
        """
        if not self._replies.is_empty:
            raise NonsenseError("Somebody spoke between the relay's answer to STARTTLS and the start of TLS.")
        self._socket.settimeout(self._limit_seconds)
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def write(self, data: bytes) -> None:
        self.handed = 0
        deadline = time.monotonic() + self._limit_seconds
        view = memoryview(data)
        try:
            while view:
                view = view[self._send(view, deadline) :]
        except TimeoutError as error:
            raise SilentError("The relay did not take what was sent in time.") from error
        except OSError as error:
            raise LineError from error

    def read(self, limit_seconds: float | None = None) -> RawReply:
        """The relay's next answer."""
        if (reply := self._replies.next()) is not None:
            return reply
        deadline = time.monotonic() + (self._limit_seconds if limit_seconds is None else limit_seconds)
        while (reply := self._replies.next()) is None:
            self._replies.feed(self._receive(deadline))
        return reply

    def say(self, command: bytes, limit_seconds: float | None = None) -> RawReply:
        self.write(command)
        return self.read(limit_seconds)

    def is_quiet(self) -> bool:
        """True where the relay is still there and has said nothing that nobody asked for."""
        if not self._replies.is_empty:
            return False
        try:
            self._replies.feed(self._received_now())
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        with suppress(OSError):
            self._socket.close()

    def _send(self, view: memoryview, deadline: float) -> int:
        """How many bytes the kernel took. Of a write in TLS that fails, all may have left: it is cut into records."""
        if self.is_secure:
            self.handed += len(view)
            self._socket.settimeout(_remaining(deadline))
            return self._socket.send(view)
        try:
            sent = self._socket.send(view, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._wait_for(select.POLLOUT, deadline)
            return 0
        self.handed += sent
        return sent

    def _receive(self, deadline: float) -> bytes:
        try:
            data = self._received(deadline)
        except TimeoutError as error:
            raise SilentError from error
        except OSError as error:
            raise LineError from error
        if not data:
            raise LineError("The relay closed the connection.")
        return data

    def _received(self, deadline: float) -> bytes:
        if self.is_secure:
            self._socket.settimeout(_remaining(deadline))
            return self._socket.recv(_READ_BYTES)
        while True:
            self._wait_for(select.POLLIN, deadline)
            try:
                return self._socket.recv(_READ_BYTES, socket.MSG_DONTWAIT)
            except BlockingIOError:  # the kernel may wake us for nothing
                continue

    def _received_now(self) -> bytes:
        """Raises BlockingIOError or ssl.SSLWantReadError where there is nothing."""
        if self.is_secure:
            self._socket.settimeout(0)
            return self._socket.recv(_READ_BYTES)
        return self._socket.recv(_READ_BYTES, socket.MSG_DONTWAIT)

    def _wait_for(self, what: int, deadline: float) -> None:
        """Until the socket is ready, or broken: then the next call says so. Raises OSError where it is closed."""
        if self._socket.fileno() < 0:
            raise OSError("The connection is closed.")
        poll = select.poll()
        poll.register(self._socket, what)
        if not poll.poll(_remaining(deadline) * 1000):
            raise TimeoutError


def _remaining(deadline: float) -> float:
    if (remaining := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return remaining
