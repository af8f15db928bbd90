"""A whole service as its operator has it: settings in the environment, commands, a worker and beat as processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter.clock import FileClock
from tests.support.ending import ending_with_us

KEY = "e2e-key-" * 5


class Installation:
    """Driven from outside only: by commands, files and the wire."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, relay_port: int) -> None:
        self.folder = folder
        self.clock = FileClock(folder / "clock")
        self._environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "NEWSLETTER_DATA_DIR": str(folder / "data"),
            "NEWSLETTER_SECRET_KEYS": KEY,
            "NEWSLETTER_RELAY_URL": f"smtp://127.0.0.1:{relay_port}",
            "NEWSLETTER_CLOCK_FILE": str(self.clock.path),
            "NEWSLETTER_FETCH_ALLOW": "127.0.0.0/8",
            "NEWSLETTER_TICK_SECONDS": "0.5",
            "NEWSLETTER_LOG_STYLE": "json",
            "NEWSLETTER_SITE_URL": "https://news.example",
        }

    def run(self, *arguments: str) -> str:
        """What a command prints; an AssertionError with all of its words where it fails."""
        return self._done(["-m", "newsletter", *arguments])

    def _done(self, arguments: Sequence[str]) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self._environment,
            text=True,
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def run_all(self, *commands: Sequence[str]) -> None:
        """The same for several, one after the other in one process: each start takes longer than what is done."""
        program = (
            "import json, sys\n"
            "from newsletter.cli import main\n"
            "for arguments in json.loads(sys.argv[1]):\n"
            "    sys.argv[1:] = arguments\n"
            "    try:\n"
            "        main()\n"
            "    except SystemExit as ended:\n"
            "        if ended.code: raise\n"
        )
        self._done(["-c", program, json.dumps(commands)])

    def ask(self, *arguments: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.run(*arguments, "--json"))

    def set_clock(self, instant: str) -> None:
        self.clock.set(datetime.fromisoformat(instant))

    @contextmanager
    def processes(self, *commands: str) -> Iterator[None]:
        """`newsletter COMMAND` for each, until the end of the block; their logs are in the folder."""
        with (self.folder / "processes.log").open("a") as log:
            started = [
                subprocess.Popen(
                    ending_with_us([sys.executable, "-m", "newsletter", command]),
                    cwd=self.folder,
                    env=self._environment,
                    stdout=log,
                    stderr=log,
                )
                for command in commands
            ]
            try:
                yield
            finally:
                for process in started:
                    process.send_signal(signal.SIGTERM)
                for process in started:
                    process.wait(timeout=30)

    def logs(self) -> str:
        return (self.folder / "processes.log").read_text()
