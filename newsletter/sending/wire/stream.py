"""A socket that never waits: each call does what can be done now, and says what to wait for.

Plain text and TLS look alike from outside.
"""

import select
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress

from newsletter.sending.wire.errors import LineError

_READ_BYTES = 65_536
_MOST_PIECES = 512  # in one call; Linux takes 1024


class Stream:
    """Every method but `dial` and `secure` raises LineError once nothing more can be said."""

    def __init__(self, sock: socket.socket) -> None:
        # The last segment of a message must not wait for the acknowledgement of those before it.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        self._socket = sock
        self._rest: Sequence[bytes | memoryview] = ()  # what is still to be handed over
        self.handed = 0  # bytes of the last write that may have left
        self.waits_for = select.POLLIN  # what the last call that could not go on waits for
        self.on_close: Callable[[], None] | None = None  # called before the socket is closed

    @classmethod
    def dial(cls, host: str, port: int, limit_seconds: float) -> "Stream":
        """Waits. Raises OSError."""
        return cls(socket.create_connection((host, port), timeout=limit_seconds))

    @property
    def is_secure(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    @property
    def has_more(self) -> bool:
        """Something was deciphered and not yet received, which the kernel knows nothing of."""
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def fileno(self) -> int:
        """-1 once it is closed."""
        return self._socket.fileno()

    def secure(self, context: ssl.SSLContext, host: str, limit_seconds: float) -> None:
        """Go on in TLS. Waits. Raises OSError, ssl.SSLError among them."""
        self._socket.settimeout(limit_seconds)
        self._socket = context.wrap_socket(self._socket, server_hostname=host)
        self._socket.setblocking(False)

    def begin(self, pieces: Sequence[bytes]) -> None:
        """Take `pieces` to be pushed."""
        self.handed = 0
        self._rest = [b"".join(pieces)] if self.is_secure or len(pieces) > _MOST_PIECES else pieces

    def push(self) -> bool:
        """Hand on what the kernel takes now. True: all is handed over."""
        try:
            return self._push_sealed() if self.is_secure else self._push()
        except OSError as error:
            raise LineError(handed=self.handed) from error

    def receive(self) -> bytes | None:
        """What has come; empty where the relay has closed; None where nothing has."""
        try:
            return self._socket.recv(_READ_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError):
            self.waits_for = select.POLLIN
        except ssl.SSLWantWriteError:
            self.waits_for = select.POLLOUT
        except OSError as error:
            raise LineError from error
        return None

    def close(self) -> None:
        if self.on_close is not None:
            self.on_close()
        with suppress(OSError):
            self._socket.close()

    def _push(self) -> bool:
        size = sum(map(len, self._rest))
        try:
            sent = self._socket.sendmsg(self._rest)
        except BlockingIOError:
            sent = 0
        self.handed += sent
        if sent == size:
            return True
        self._rest = [memoryview(b"".join(self._rest))[sent:]]
        self.waits_for = select.POLLOUT
        return False

    def _push_sealed(self) -> bool:
        """Of a write in TLS that fails, all may have left: it is cut into records, which we cannot count."""
        [rest] = self._rest
        view = memoryview(rest)
        self.handed = max(self.handed, len(view))
        try:
            while view:
                view = view[self._socket.send(view) :]
        except ssl.SSLWantWriteError:
            self.waits_for = select.POLLOUT
        except ssl.SSLWantReadError:
            self.waits_for = select.POLLIN
        self._rest = [view]
        return not view
