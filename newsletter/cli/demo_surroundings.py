"""Where the demonstration runs: a folder of its own, free ports, and none of the settings of whoever starts it."""

import os
import shutil
import socket
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from newsletter.config import PREFIX, Settings, load_settings, variable_name
from newsletter.demo.ports import free_port
from newsletter.errors import InvalidInputError

MARKER = "this-is-a-demonstration"  # only a folder that holds it is ever wiped
CLOCK = "clock"
_PORTS = {"web_port": 8000, "outbox_smtp_port": 8025, "outbox_web_port": 8026}
_LOG_LINES_SHOWN = 20


@contextmanager
def demo_folder(chosen: Path | None, *, is_temporary: bool) -> Iterator[Path]:
    """An empty folder; a temporary one goes at the end. Raises InvalidInputError for one that may hold other things."""
    if is_temporary:
        with tempfile.TemporaryDirectory(prefix="newsletter-demo-", ignore_cleanup_errors=True) as name:
            yield Path(name).resolve()
        return
    folder = (chosen or Path("data") / "demo").resolve()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise InvalidInputError(f"{folder} holds something else than a demonstration; choose another folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
    yield folder


@contextmanager
def demo_settings(folder: Path, *, free_ports: bool) -> Iterator[Settings]:
    """Settings of the demonstration, kept in its folder, so that commands that are run there work on it.

    Within the block that folder is the working one, and the environment sets nothing: no relay, database or `.env` of
    the person at the terminal can slip in.
    """
    ports = _choose_ports(free_ports=free_ports)
    chosen = {
        **ports,
        "data_dir": ".",
        "clock_file": CLOCK,
        "site_url": f"http://127.0.0.1:{ports['web_port']}",
        "site_name": "The Sample World Weekly",
        "publisher": "The newsrooms of the sample world",
        "postal_address": "1 Invented Street, Sample Town",
        "from_address": "weekly@sample-world.example",
        "fetch_allow": "127.0.0.0/8",
        "refresh_minutes": 360,
        "tick_seconds": 2,
    }
    lines = (f'{variable_name(field)}="{value}"\n' for field, value in chosen.items())
    (folder / ".env").write_text("".join(lines))
    with _no_settings_around(), _working_folder(folder):
        # Its own log lines would disturb the screen; those of the other processes go to a file.
        yield load_settings(log_level="ERROR")


class LogFile:
    """The lines of all processes, each with its name."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = Lock()  # each process is read by a thread of its own
        self._last: deque[str] = deque(maxlen=_LOG_LINES_SHOWN)

    def write(self, process: str, line: str) -> None:
        with self._lock:
            self._last.append(f"{process}: {line}")
            if not self._file.closed:
                self._file.write(f"{process}: {line}\n")

    def last_lines(self) -> str:
        return "\n".join(self._last)

    def close(self) -> None:
        with self._lock:
            self._file.close()


def _choose_ports(*, free_ports: bool) -> dict[str, int]:
    """The usual ports where they are free, else any."""
    return {field: free_port() if free_ports or not _is_free(usual) else usual for field, usual in _PORTS.items()}


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@contextmanager
def _no_settings_around() -> Iterator[None]:
    before = dict(os.environ)
    for name in before:
        if name.startswith(PREFIX) or name in (variable_name("database_url"), variable_name("redis_url")):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(before)


@contextmanager
def _working_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
