"""Marks in Redis: what a worker was doing with each letter of its batch, for whoever finds the batch after its death.

One hash for each batch and lease. A letter gets a mark before it is offered and another with the relay's answer. The
marks are written without waiting: what is handed to the kernel reaches Redis even if the process dies right after. A
restarted Redis may have forgotten the last second, so the hash names the server's run: marks of another run are lost
marks.
"""

import select
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import redis

from newsletter.errors import UnavailableError

KEPT_SECONDS = 7 * 86_400
OFFERED = "offered"
_WITHDRAWN = "withdrawn"  # says as much as no mark
_RUN = "run"
_DEAF_SECONDS = 0.005  # between two looks for answers
_PATIENCE_SECONDS = 5.0  # for the answer to a mark, which nobody waits for
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True)
class Lease:
    """A worker's hold on a batch."""

    batch_id: int
    token: str

    @property
    def key(self) -> str:
        return f"marks:{self.batch_id}:{self.token}"


class MarksUnavailableError(UnavailableError):
    message = "Redis does not answer, and without its marks no letter can be sent safely."


class Marks:
    """The marks of one service. Threads may share it."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client
        self._pen = _Pen(client)

    def begin(self, lease: Lease) -> "Marker":
        """Start the marks of a batch; returns when Redis has them. Raises MarksUnavailableError."""
        try:
            with self._client.pipeline() as pipe:
                pipe.hset(lease.key, _RUN, self._run())
                pipe.expire(lease.key, KEPT_SECONDS)
                pipe.execute()
            return Marker(self._pen, lease)
        except redis.RedisError as error:
            raise MarksUnavailableError from error

    def flush(self) -> None:
        """Write what all markers have gathered, at once. Raises MarksUnavailableError: then nothing of it may count."""
        self._pen.flush()

    def read(self, lease: Lease) -> Mapping[int, str] | None:
        """The last mark of each letter of a batch: OFFERED or the code of the answer. None: the marks are lost.

        Raises MarksUnavailableError where Redis does not answer: whether they are lost is not known then.
        """
        try:
            raw: Any = self._client.hgetall(lease.key)
            marks = {field.decode(): mark.decode() for field, mark in raw.items()}
            if marks.pop(_RUN, None) != self._run():
                return None
        except redis.RedisError as error:
            raise MarksUnavailableError from error
        return {int(letter_id): mark for letter_id, mark in marks.items() if mark != _WITHDRAWN}

    def forget(self, lease: Lease) -> None:
        """The rows have it all. Marks that cannot be deleted now expire by themselves."""
        try:
            self._client.delete(lease.key)
        except redis.RedisError:
            return

    def _run(self) -> str:
        info: Any = self._client.info("server")
        return str(info["run_id"])


class Marker:
    """Gathers the marks of one batch, for the next flush: one command then has them all.

    Redis reads a command as its words with their lengths (RESP). Key, numbers and marks are ASCII, so their lengths are
    those of their bytes; the commands are put together here, which costs next to nothing. One thread gathers, and
    flushes.
    """

    def __init__(self, pen: "_Pen", lease: Lease) -> None:
        self._pen = pen
        self._stroke = pen.stroke
        self._head = f"$4\r\nHSET\r\n{_word(lease.key)}"
        self._gathered: list[str] = []  # numbers of letters with their marks, later ones last

    def offering(self, letter_id: int) -> None:
        """The letter is about to be offered: after the next flush, not before.

        Raises MarksUnavailableError where earlier marks of this batch may not have arrived.
        """
        if self._stroke != self._pen.stroke:
            raise MarksUnavailableError
        self._put(letter_id, OFFERED)

    def withdrawn(self, letter_id: int) -> None:
        """It was not offered after all."""
        self._put(letter_id, _WITHDRAWN)

    def answered(self, letter_id: int, code: int) -> None:
        """The relay has answered."""
        self._put(letter_id, str(code))

    def command(self) -> str:
        """What was gathered, for Redis."""
        gathered, self._gathered = self._gathered, []
        return f"*{2 + 2 * len(gathered)}\r\n{self._head}{''.join(gathered)}"

    def _put(self, letter_id: int, mark: str) -> None:
        if not self._gathered:
            self._pen.take_from(self)
        self._gathered.append(f"{_word(str(letter_id))}{_WORDS.get(mark) or _word(mark)}")


def _word(text: str) -> str:
    return f"${len(text)}\r\n{text}\r\n"


_WORDS = {mark: _word(mark) for mark in (OFFERED, "250")}  # those of nearly all letters


class _Pen:
    """Writes marks on a connection of its own, and reads now and then, without waiting, that they have arrived."""

    def __init__(self, client: "redis.Redis") -> None:
        self._pool = client.connection_pool
        self._connection: Any = None
        self._socket: socket.socket  # of the connection, while there is one
        self._lock = Lock()
        self._gathered: list[Marker] = []  # those that have something to be written
        self._unanswered = 0  # commands
        self._listened_at = 0.0
        self._answered_at = 0.0  # when the last answer came, or the first command was written after the last answer
        self.stroke = 0  # how many connections have failed: what was written on them may not have arrived

    def take_from(self, marker: Marker) -> None:
        self._gathered.append(marker)

    def flush(self) -> None:
        gathered, self._gathered = self._gathered, []
        if not gathered:
            return
        commands = [marker.command() for marker in gathered]
        with self._lock:
            try:
                if self._connection is None:
                    self._take_up()
                if time.monotonic() - self._listened_at >= _DEAF_SECONDS:
                    self._read_answers()
                self._write(commands)
            except (redis.RedisError, OSError) as error:
                self._lay_down()
                raise MarksUnavailableError from error

    def _take_up(self) -> None:
        """A connection of redis-py, whose socket is used as it is: redis-py reads answers one by one, and waits."""
        self._connection = self._pool.get_connection()
        self._socket = self._connection._sock
        self._socket.setblocking(False)

    def _write(self, commands: list[str]) -> None:
        if not self._unanswered:
            self._answered_at = time.monotonic()
        rest = memoryview("".join(commands).encode())
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except _NOT_NOW:
                self._wait()
        self._unanswered += len(commands)

    def _wait(self) -> None:
        """Until Redis takes more. Raises ConnectionError."""
        poll = select.poll()
        poll.register(self._socket, select.POLLOUT)
        if not poll.poll(_PATIENCE_SECONDS * 1000):
            raise ConnectionError("Redis takes no more.")

    def _read_answers(self) -> None:
        """One line for each command: a number. Raises ConnectionError where it is something else, or is overdue."""
        self._listened_at = time.monotonic()
        answers = self._heard()
        if answers is not None:
            if not answers or b"-" in answers:  # "-OOM ...", "-READONLY ...": the mark was not kept
                raise ConnectionError(answers.decode("utf-8", "replace") or "Redis has closed the connection.")
            self._unanswered -= answers.count(b"\n")
            self._answered_at = self._listened_at
        elif self._unanswered and self._listened_at - self._answered_at > _PATIENCE_SECONDS:
            raise ConnectionError("Redis does not answer.")

    def _heard(self) -> bytes | None:
        """What has come; None where nothing has."""
        try:
            return self._socket.recv(65_536)
        except _NOT_NOW:
            return None

    def _lay_down(self) -> None:
        connection, self._connection = self._connection, None
        self._unanswered = 0
        self.stroke += 1
        if connection is not None:
            connection.disconnect()
            self._pool.release(connection)
