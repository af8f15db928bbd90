"""Marks in Redis: what a worker was doing with each letter of its batch, for whoever finds the batch after its death.

One hash for each batch and lease. A letter gets a mark before it is offered and another with the relay's answer. The
marks are written without waiting: what is handed to the kernel reaches Redis even if the process dies right after
(and CLIENT REPLY OFF keeps Redis from answering a socket that nobody reads). A restarted Redis may have forgotten the
last second, so the hash names the server's run: marks of another run are lost marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis

from newsletter.errors import UnavailableError

KEPT_SECONDS = 7 * 86_400
OFFERED = "offered"
_RUN = "run"


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
    """The marks of one service."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def begin(self, lease: Lease) -> "Marker":
        """Start the marks of a batch; returns when Redis has them. Raises MarksUnavailableError."""
        try:
            with self._client.pipeline() as pipe:
                pipe.hset(lease.key, _RUN, self._run())
                pipe.expire(lease.key, KEPT_SECONDS)
                pipe.execute()
            return Marker(self._client, lease)
        except redis.RedisError as error:
            raise MarksUnavailableError from error

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
        return {int(letter_id): mark for letter_id, mark in marks.items()}

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
    """Writes the marks of one batch on a connection of its own."""

    def __init__(self, client: "redis.Redis", lease: Lease) -> None:
        self._key = lease.key
        self._packed_key = f"${len(lease.key)}\r\n{lease.key}\r\n"
        self._pool = client.connection_pool
        self._connection: Any = self._pool.get_connection()
        self._say("CLIENT", "REPLY", "OFF")

    def offering(self, letter_id: int) -> None:
        """The letter is about to be offered. Raises MarksUnavailableError: then it must not be."""
        self._put(letter_id, OFFERED)

    def withdrawn(self, letter_id: int) -> None:
        """It was not offered after all."""
        self._say("HDEL", self._key, letter_id)

    def answered(self, letter_id: int, code: int) -> None:
        """The relay has answered."""
        self._put(letter_id, str(code))

    def close(self) -> None:
        self._connection.disconnect()  # Redis would not answer on it again
        self._pool.release(self._connection)

    def _put(self, letter_id: int, mark: str) -> None:
        """Two for each letter: the command is put together here, as Redis reads it (RESP), which costs next to nothing.

        Key, numbers and marks are ASCII, so their lengths are those of their bytes.
        """
        field = str(letter_id)
        words = f"$4\r\nHSET\r\n{self._packed_key}${len(field)}\r\n{field}\r\n${len(mark)}\r\n{mark}\r\n"
        self._send([f"*4\r\n{words}".encode()])

    def _say(self, *words: str | int) -> None:
        self._send(self._connection.pack_command(*words))

    def _send(self, packed: Sequence[bytes]) -> None:
        try:
            # No health check: it would wait for an answer.
            self._connection.send_packed_command(packed, check_health=False)
        except redis.RedisError as error:
            raise MarksUnavailableError from error
