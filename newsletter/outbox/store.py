"""Where the outbox keeps its mails: a SQLite file of its own, written by one process and read by any."""

import re
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from pathlib import Path

from newsletter.errors import NotFoundError

_TABLE = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    source BLOB NOT NULL -- compressed; last, so that a search need not read it
)
"""
_COLUMNS = "id, received_at, sender, recipient, subject, message_id, size"
_MATCHES = "(folded(recipient) LIKE :like ESCAPE '\\' OR folded(subject) LIKE :like ESCAPE '\\')"


@dataclass(frozen=True)
class Kept:
    """A mail in the list."""

    id: int
    received_at: str  # ISO 8601, UTC
    sender: str
    recipient: str
    subject: str
    message_id: str
    size: int  # bytes


class Outbox:
    """The mails in `path`. Every method may be called by any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_TABLE)

    def writer(self) -> "Writer":
        return Writer(self._path)

    def count(self, search: str = "") -> int:
        with self._connected() as connection:
            query = f"SELECT count(*) FROM mail WHERE {_MATCHES}"  # noqa: S608 - no part of it comes from outside
            return int(connection.execute(query, {"like": _like(search)}).fetchone()[0])

    def newest(self, search: str = "", *, limit: int = 50, offset: int = 0) -> list[Kept]:
        """Those whose recipient or subject holds `search`, in either case."""
        query = f"SELECT {_COLUMNS} FROM mail WHERE {_MATCHES} ORDER BY id DESC LIMIT :limit OFFSET :offset"  # noqa: S608 - as above
        with self._connected() as connection:
            rows = connection.execute(query, {"like": _like(search), "limit": limit, "offset": offset}).fetchall()
        return [Kept(*row) for row in rows]

    def source(self, mail_id: int) -> tuple[Kept, bytes]:
        """A mail with its bytes. Raises NotFoundError."""
        with self._connected() as connection:
            query = f"SELECT {_COLUMNS}, source FROM mail WHERE id = ?"  # noqa: S608 - as above
            row = connection.execute(query, (mail_id,)).fetchone()
        if row is None:
            raise NotFoundError("There is no such mail in the outbox.")
        return Kept(*row[:-1]), zlib.decompress(row[-1])

    def neighbours(self, mail_id: int) -> tuple[int | None, int | None]:
        """The ids of the mails before and after this one."""
        query = "SELECT (SELECT max(id) FROM mail WHERE id < :id), (SELECT min(id) FROM mail WHERE id > :id)"
        with self._connected() as connection:
            older, newer = connection.execute(query, {"id": mail_id}).fetchone()
        return older, newer

    def delete_all(self) -> int:
        """How many there were."""
        with self._connected() as connection:
            return connection.execute("DELETE FROM mail").rowcount

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30)
        connection.create_function("folded", 1, str.casefold, deterministic=True)  # LIKE folds ASCII alone
        try:
            with connection:
                yield connection
        finally:
            connection.close()


class Writer:
    """Adds mails, each committed before it is answered; for one thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=NORMAL")

    def add(self, sender: str, recipients: Sequence[str], source: bytes) -> None:
        """Keep a copy for each recipient. Raises sqlite3.Error."""
        received_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        about = (_header(source, b"subject"), _header(source, b"message-id"), len(source), zlib.compress(source, 1))
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:
            self._connection.executemany(
                "INSERT INTO mail (received_at, sender, recipient, subject, message_id, size, source)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(received_at, sender, recipient, *about) for recipient in recipients],
            )

    def close(self) -> None:
        self._connection.close()


def _header(source: bytes, name: bytes) -> str:
    """The first header of that name as a person reads it, however it is written; "" where there is none."""
    head = source.partition(b"\r\n\r\n")[0]
    found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", head)
    if found is None:
        return ""
    raw = " ".join(found[1].decode("utf-8", "replace").split())
    try:
        return str(make_header(decode_header(raw)))
    except (LookupError, ValueError, HeaderParseError):  # an unknown charset, or bytes that it does not know
        return raw


def _like(search: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", search.casefold()) + "%"
